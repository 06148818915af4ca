"""A name that few fonts can draw: from the card, sealed, to the window's page and the printed notice."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from threading import Event
from urllib.parse import quote

from city.app import build_city
from city.clock import system_clock
from city.enrol import enrol_device
from city.rules import Role
from city.staff.accounts import add
from city.staff.lettering import lettered
from city.storage.engine import open_engine, writing_sessions
from config.schema import CityServiceSettings
from drivers.emulators.cards import CARDS, emulated
from drivers.emulators.sam import SamEmulator
from drivers.idcard.sam_serial import SamSerialReader
from drivers.protocols import CardData
from tests.city.staff.conftest import PASSWORD, browsing
from tests.city.staff.test_packet_to_notice import real_dossier
from tests.cityhall import calendar, catalogue
from tests.filings import KIOSK_ID, make_keys, open_outbox
from tests.intake_city import serving
from tests.intake_device import Device, Filed

NAME = "吴㛃𬀩𠀀𰀀"
"""Of extension A, E, B and G: in the text face, in the text face, in the face for rare characters, in none."""
ON_PAPER = "吴㛃𬀩𠀀〓U+30000"


def read_from_a_card(folder: Path) -> CardData:
    emulator = SamEmulator(folder / "reader")
    emulator.plug()
    reader = SamSerialReader(port=str(emulator.link))
    try:
        emulator.lay(emulated(replace(CARDS["beilin_woman"], name=NAME)))
        return reader.read(timeout_s=10, cancel=Event(), on_stage=lambda _stage: None)
    finally:
        reader.close()
        emulator.unplug()


def test_a_rare_name_goes_the_whole_way(tmp_path: Path) -> None:
    card = read_from_a_card(tmp_path)
    assert card.name == NAME
    keys = make_keys(tmp_path / "keys")
    given = real_dossier()
    assert given.identity is not None
    outbox = open_outbox(tmp_path / "kiosk", keys.recipients)
    filing = outbox.file(replace(given, identity=replace(given.identity, card=card)), language="zh-CN")
    outbox.close()
    filed = Filed(tmp_path / "kiosk" / "spool" / filing.packet_id)

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
    engine = open_engine(database)
    city = build_city(settings, catalogue=catalogue(), calendar=calendar(), clock=system_clock)
    with writing_sessions(engine).begin() as session:
        add(session, login="wang", name="王敏", role=Role.WINDOW, window="hangkong", password=PASSWORD)
    engine.dispose()

    with serving(city.app) as address, browsing(address) as browser:
        device = Device(address, keys)
        device.put_parts(filed)
        assert device.put_dossier(filed.packet_id, filed.manifest_bytes).status_code == 200
        device.http.close()

        assert browser.sign_in("wang").status_code == 303
        cases = browser.get(f"/?q={quote(NAME)}").text
        assert f'<td class="name">{lettered(NAME)}</td>' in cases
        found = re.search(r"/cases/([^\"/?]+)", cases)
        assert found is not None
        number = found[1]
        case = browser.get(f"/cases/{number}").text
        assert f"<dt>姓名</dt><dd>{lettered(NAME)}" in case
        browser.act(number, "consult", channel="phone", person="阎良区窗口 李静", outcome="agreed", note="")
        assert browser.act(number, "pass").status_code == 303
        notice = tmp_path / "notice.pdf"
        notice.write_bytes(browser.get(f"/cases/{number}/notice.pdf").content)
    city.close()

    words = _said("pdftotext", "-raw", notice, "-")
    assert f"申请人 {ON_PAPER} 证件号码" in words
    fonts = [line for line in _said("pdffonts", notice).splitlines() if "HanaMinB" in line]
    assert [line.split()[-5:-2] for line in fonts] == [["yes", "yes", "yes"]]  # embedded, subset, to Unicode


def test_the_page_names_each_rare_character_and_stays_safe() -> None:
    rt = "<rp>（</rp><rt>U+20000</rt><rp>）</rp></ruby>"
    assert lettered("吴𠀀<b>&") == f"吴<ruby>𠀀{rt}&lt;b&gt;&amp;"
    assert lettered("吴明") == "吴明"


def _said(*command: object) -> str:
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout
