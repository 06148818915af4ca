"""From the sealed packet of a real kiosk outbox through the assembled city to the window's pages and the notice."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import httpx
import pikepdf

from city.app import build_city
from city.clock import system_clock
from city.enrol import enrol_device
from city.rules import Role
from city.staff.accounts import add
from city.storage.engine import open_engine, writing_sessions
from config.schema import CityServiceSettings
from kiosk.dossier import Dossier, Material
from tests.city.staff.conftest import PASSWORD, browsing
from tests.cityhall import WITH_ORIGINALS, calendar, catalogue
from tests.filings import KIOSK_ID, dossier, make_keys, open_outbox, page
from tests.intake_city import serving
from tests.intake_device import Device, Filed


def real_dossier() -> Dossier:
    item = catalogue().items[WITH_ORIGINALS]
    materials = tuple(
        Material(requirement, (page(2 * n), page(2 * n + 1)), finished=True)
        for n, requirement in enumerate(item.materials)
    )
    answers = (("phone", "13800138000"), ("return_address", "长安街零号"), ("delivery", "online"))
    return replace(
        dossier(), item=item, locality=catalogue().localities["hangkong"], materials=materials, answers=answers
    )


def test_a_packet_becomes_a_case_a_notice_and_progress(tmp_path: Path) -> None:
    keys = make_keys(tmp_path / "keys")
    database = f"sqlite:///{tmp_path / 'city.sqlite'}"
    enrol_device(database, device_id=KIOSK_ID, public_key=keys.device_public)
    settings = CityServiceSettings(
        listen_host="127.0.0.1",
        listen_port=0,
        database_url=database,
        files_dir=tmp_path / "files",
        platform_key_file=keys.platform_file,
        identity_files=keys.identity_files,
        session_hours=8,
        public_url="http://127.0.0.1",
    )
    outbox = open_outbox(tmp_path / "kiosk", keys.recipients)
    given = real_dossier()
    filing = outbox.file(given, language="zh-CN")
    outbox.close()
    filed = Filed(tmp_path / "kiosk" / "spool" / filing.packet_id)
    engine = open_engine(database)
    city = build_city(settings, catalogue=catalogue(), calendar=calendar(), clock=system_clock)
    with writing_sessions(engine).begin() as session:
        add(session, login="wang", name="王敏", role=Role.WINDOW, window="hangkong", password=PASSWORD)
    engine.dispose()

    with serving(city.app) as address, browsing(address) as browser:
        device = Device(address, keys)
        device.put_parts(filed)
        for _ in range(2):  # the courier may send it again
            assert device.put_dossier(filed.packet_id, filed.manifest_bytes).status_code == 200

        def progress() -> dict[str, object]:
            question = {"filing_number": filing.filing_number, "progress_code": filing.progress_code}
            answer = device.send("POST", "/v1/progress", json.dumps(question).encode())
            [told] = answer.json()["cases"]
            assert isinstance(told, dict)
            return told

        def notice(number: str) -> httpx.Response:
            question = {
                "case_number": number,
                "filing_number": filing.filing_number,
                "progress_code": filing.progress_code,
            }
            return device.send("POST", "/v1/notices", json.dumps(question).encode())

        told = progress()
        number = str(told["case_number"])
        assert (told["state"], told["window_name"]) == ("collected", "航空基地")
        assert notice(number).status_code == 409
        assert notice("TB0").status_code == 404

        assert browser.sign_in("wang").status_code == 303
        page_of_case = browser.get(f"/cases/{number}").text
        assert filing.filing_number in page_of_case
        assert "真证（安全模块验证）" in page_of_case
        for said in ("新城区政务服务中心", "综合窗口值班长", "029-87654321"):  # who received it (R28)
            assert said in page_of_case
        first = page_of_case.split(".jpg?small=1")[0].rsplit("/", 1)[1]
        picture = browser.get(f"/cases/{number}/pages/{first}.jpg")
        assert picture.content == given.materials[0].pages[0].jpeg
        assert browser.get(f"/cases/{number}/signature.png").content.startswith(b"\x89PNG")
        browser.act(number, "consult", channel="phone", person="阎良区窗口 李静", outcome="agreed", note="")
        assert browser.act(number, "pass").status_code == 303

        told = progress()
        assert (told["state"], told["notice_number"]) == ("remote_passed", f"DS{system_clock():%Y}000001")
        pdf = notice(number).content
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert len(document.pages) == 1
        assert browser.get(f"/cases/{number}/notice.pdf").content == pdf
        device.http.close()
    city.close()
