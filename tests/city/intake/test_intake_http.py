"""The device routes over real HTTP: what an honest kiosk gets, and what nobody gets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from city.storage.blobs import part_key
from city.storage.intake import enrol, revoke, use_nonce
from packet.digest import hex_of
from packet.manifest import manifest_digest
from packet.receipt import check_receipt
from tests.filings import KIOSK_ID, Keys, make_keys
from tests.intake_city import IntakeCity, now, platform_verifier
from tests.intake_device import Device, Filed


def incoming(city: IntakeCity) -> list[Path]:
    return list((city.folder / "blobs" / ".incoming").iterdir())


def stored_bytes(city: IntakeCity) -> int:
    return sum(path.stat().st_size for path in (city.folder / "blobs").rglob("*") if path.is_file())


def test_a_packet_becomes_one_case_and_the_kiosk_gets_a_receipt(
    city: IntakeCity, device: Device, filed: Filed, keys: Keys
) -> None:
    asked = device.send("POST", "/v1/parts/missing", json.dumps({"parts": list(filed.parts)}).encode())
    assert asked.json() == {"missing": list(filed.parts)}
    device.put_parts(filed)
    response = device.put_dossier(filed.packet_id, filed.manifest_bytes)
    assert response.status_code == 200
    receipt = check_receipt(
        response.content,
        verifier=platform_verifier(keys),
        packet_id=filed.packet_id,
        manifest_sha256=manifest_digest(filed.manifest_bytes),
    )
    assert receipt.sequence == 1
    assert city.rows("select packet, number, files from bare_case") == [
        (filed.packet_id, filed.manifest.filing_number, "materials/01-household.pdf,signature.png")
    ]
    assert city.rows("select state, chain, reason from submission") == [("opened", "whole", "")]


def test_the_same_packet_again_gets_the_same_receipt_byte_for_byte(
    city: IntakeCity, device: Device, filed: Filed
) -> None:
    device.put_parts(filed)
    answers = {device.put_dossier(filed.packet_id, filed.manifest_bytes).content for _ in range(3)}
    assert len(answers) == 1
    assert len(city.rows("select * from bare_case")) == 1


def test_sixteen_at_once_make_one_case(city: IntakeCity, device: Device, filed: Filed) -> None:
    device.put_parts(filed)
    together = threading.Barrier(8)

    def submit(_: int) -> tuple[int, bytes]:
        together.wait()
        response = device.put_dossier(filed.packet_id, filed.manifest_bytes)
        return response.status_code, response.content

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(submit, range(16)))
    assert {status for status, _ in answers} == {200}
    assert len({content for _, content in answers}) == 1
    assert len(city.rows("select * from bare_case")) == 1


def test_a_dossier_whose_parts_are_not_there_is_told_which(city: IntakeCity, device: Device, filed: Filed) -> None:
    response = device.put_dossier(filed.packet_id, filed.manifest_bytes)
    assert response.status_code == 409
    assert response.json()["missing"] == list(filed.parts)
    assert city.rows("select * from submission") == []


def test_the_same_packet_with_another_manifest_is_refused(city: IntakeCity, device: Device, filed: Filed) -> None:
    device.put_parts(filed)
    device.put_dossier(filed.packet_id, filed.manifest_bytes)
    other = replace(filed.manifest, locality="xincheng").to_bytes()
    response = device.put_dossier(filed.packet_id, other)
    assert (response.status_code, response.json()["code"]) == (422, "other_manifest")
    assert len(city.rows("select * from bare_case")) == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"packet_id": "01a20bb5-e9e8-7a89-bc23-7cbcc0d2ba84"}, 400, "bad_manifest"),
        ({"device_id": "XA-08"}, 403, "other_device"),
    ],
)
def test_a_manifest_about_something_else_is_refused(
    city: IntakeCity, device: Device, filed: Filed, changes: dict[str, str], status: int, code: str
) -> None:
    device.put_parts(filed)
    response = device.put_dossier(filed.packet_id, replace(filed.manifest, **changes).to_bytes())  # type: ignore[arg-type]
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert city.rows("select * from submission") == []


def test_a_manifest_signed_over_other_bytes_is_refused(city: IntakeCity, device: Device, filed: Filed) -> None:
    device.put_parts(filed)
    response = device.put_dossier(filed.packet_id, filed.manifest_bytes, signed=b"other")
    assert (response.status_code, response.json()["code"]) == (403, "bad_signature")
    assert city.rows("select * from submission") == []


def test_garbage_gets_an_answer_and_changes_nothing(city: IntakeCity, device: Device) -> None:
    bodies = (b"", b"{", b"null", b"[]", b'{"manifest":1}', b'{"manifest":"*","signature":{}}', b"\xff" * 100)
    paths = ("/v1/parts/missing", "/v1/dossiers/x", "/v1/progress", "/v1/notices")
    for path in paths:
        for body in bodies:
            response = device.send("PUT" if "dossiers" in path else "POST", path, body)
            assert (path, body, response.status_code, response.json()["code"]) == (path, body, 400, "bad_body")
    assert city.rows("select * from submission") == []


def test_a_manifest_of_garbage_is_refused(device: Device, filed: Filed) -> None:
    response = device.put_dossier(filed.packet_id, b"garbage")
    assert (response.status_code, response.json()["code"]) == (400, "bad_manifest")


def test_a_part_twice_is_no_mistake(city: IntakeCity, device: Device) -> None:
    sha256 = hex_of(b"part")
    assert [device.send("PUT", f"/v1/parts/{sha256}", b"part").status_code for _ in range(2)] == [201, 201]
    assert city.rows("select sha256, size from part") == [(sha256, 4)]


def test_a_part_that_is_not_what_was_promised_leaves_nothing(city: IntakeCity, device: Device) -> None:
    promised = hex_of(b"promised")
    response = device.send("PUT", f"/v1/parts/{promised}", b"something", promised=promised)
    assert (response.status_code, response.json()["code"]) == (422, "other_digest")
    assert (incoming(city), stored_bytes(city), city.rows("select * from part")) == ([], 0, [])


def test_a_part_under_another_name_is_refused(city: IntakeCity, device: Device) -> None:
    response = device.send("PUT", f"/v1/parts/{hex_of(b'other')}", b"part")
    assert (response.status_code, response.json()["code"]) == (422, "other_digest")
    assert stored_bytes(city) == 0


def test_a_part_whose_bytes_were_never_signed_for_is_refused(city: IntakeCity, device: Device) -> None:
    response = device.send("PUT", f"/v1/parts/{hex_of(b'part')}", b"part", promised=hex_of(b"other"))
    assert (response.status_code, response.json()["code"]) == (422, "other_digest")
    assert stored_bytes(city) == 0


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "A" * 64, "0" * 63])
def test_a_part_with_a_name_of_its_own_is_refused(city: IntakeCity, device: Device, name: str) -> None:
    assert device.send("PUT", f"/v1/parts/{name}", b"part").status_code in (404, 422)
    assert stored_bytes(city) == 0


def test_a_part_beyond_the_limit_is_cut_off(city: IntakeCity, device: Device) -> None:
    data = bytes((8 << 20) + 1)
    response = device.send("PUT", f"/v1/parts/{hex_of(data)}", data)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert (incoming(city), stored_bytes(city)) == ([], 0)


def test_a_kiosk_does_not_learn_what_another_has_sent(
    city: IntakeCity, device: Device, url: str, tmp_path: Path
) -> None:
    """Otherwise asking for a digest would tell whether somebody filed a certain document."""
    sha256 = hex_of(b"part")
    device.send("PUT", f"/v1/parts/{sha256}", b"part")
    other_keys = make_keys(tmp_path / "other")
    enrol_as(city, "XA-08", other_keys)
    other = Device(url, other_keys, device_id="XA-08")
    asked = other.send("POST", "/v1/parts/missing", json.dumps({"parts": [sha256]}).encode())
    other.http.close()
    assert asked.json() == {"missing": [sha256]}


def enrol_as(city: IntakeCity, device_id: str, keys: Keys) -> None:
    with city.sessions.begin() as session:
        enrol(session, device_id=device_id, public_key=keys.device_public, at=now())


# --- who may ask ------------------------------------------------------------------------------------------------


def test_without_a_signature_no_byte_is_written_or_even_awaited(city: IntakeCity, url: str) -> None:
    """The answer comes while the body has not been sent: nobody unknown can make the city write or wait."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as line:
        line.sendall(f"PUT /v1/parts/{'0' * 64} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n".encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 401 ")
    assert (incoming(city), stored_bytes(city)) == ([], 0)


@pytest.mark.parametrize("host", ["x y", "[", "%zz", "a:b:c", ""])
def test_a_host_that_is_none_is_refused(url: str, host: str) -> None:
    address = urlsplit(url)
    headers = 'Signature-Input: a=("@authority");keyid="XA-07";tag="tongban-device"\r\nSignature: a=:AAAA:\r\n'
    with socket.create_connection((address.hostname, address.port), timeout=5) as line:
        line.sendall(f"POST /v1/heartbeat HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: 0\r\n\r\n".encode())
        assert line.recv(4096)[9:12] in (b"401", b"400")


def test_a_revoked_kiosk_is_refused(city: IntakeCity, device: Device) -> None:
    with city.sessions.begin() as session:
        revoke(session, device_id=KIOSK_ID, at=now())
    response = device.send("POST", "/v1/parts/missing", b'{"parts":[]}')
    assert (response.status_code, response.json()) == (401, {"code": "signature"})


def test_a_request_sent_twice_is_refused_the_second_time(device: Device) -> None:
    request = device.request("POST", "/v1/parts/missing", b'{"parts":[]}')
    copy = httpx.Request(request.method, request.url, headers=request.headers, content=b'{"parts":[]}')
    assert device.http.send(request).status_code == 200
    second = device.http.send(copy)
    assert (second.status_code, second.json()) == (401, {"code": "replay"})


def test_a_nonce_stays_used_after_the_city_was_restarted(
    city: IntakeCity, device: Device, keys: Keys, tmp_path: Path
) -> None:
    device.send("POST", "/v1/parts/missing", b'{"parts":[]}', nonce="n" * 20)
    city.close()
    again = IntakeCity(tmp_path / "city", keys)
    assert len(again.rows("select * from nonce where nonce = 'nnnnnnnnnnnnnnnnnnnn'")) == 1
    again.close()


def test_old_nonces_are_forgotten(city: IntakeCity, device: Device) -> None:
    device.send("POST", "/v1/parts/missing", b'{"parts":[]}')
    city.clock = lambda: now() + timedelta(hours=1)
    assert len(city.rows("select * from nonce")) == 1
    later = city.clock()
    with city.sessions.begin() as session:
        use_nonce(session, device_id=KIOSK_ID, nonce="m" * 20, at=later, keep=timedelta(minutes=10))
    assert city.rows("select nonce from nonce") == [("m" * 20,)]


def test_a_body_that_was_changed_on_the_way_is_refused(device: Device) -> None:
    response = device.send("POST", "/v1/parts/missing", b'{"parts":[]}', promised=hex_of(b"{}"))
    assert (response.status_code, response.json()["code"]) == (422, "other_digest")


# --- questions --------------------------------------------------------------------------------------------------


def test_progress_is_asked_of_the_city_in_the_citizens_words(city: IntakeCity, device: Device) -> None:
    city.cases = [{"case_number": "TB1"}]
    response = device.send("POST", "/v1/progress", b'{"filing_number":"F","progress_code":"1","language":"en"}')
    assert response.json() == {"cases": [{"case_number": "TB1"}]}
    assert city.asked == [{"filing_number": "F", "progress_code": "1", "citizen_number": "", "language": "en"}]


def test_an_unknown_receipt_and_a_card_without_cases_are_told_apart(device: Device) -> None:
    by_receipt = device.send("POST", "/v1/progress", b'{"filing_number":"F","progress_code":"1"}')
    by_card = device.send("POST", "/v1/progress", b'{"citizen_number":"610114199003071238"}')
    assert (by_receipt.status_code, by_receipt.json()["code"]) == (404, "unknown_code")
    assert (by_card.status_code, by_card.json()) == (200, {"cases": []})


def test_a_number_without_its_code_is_not_enough(city: IntakeCity, device: Device) -> None:
    assert device.send("POST", "/v1/progress", b'{"filing_number":"F"}').status_code == 400
    assert city.asked == []


def test_a_notice_is_a_pdf_or_not_yet_or_unknown(city: IntakeCity, device: Device) -> None:
    early = device.send("POST", "/v1/notices", b'{"case_number":"TB1"}')
    city.notice = b"%PDF-1.7"
    issued = device.send("POST", "/v1/notices", b'{"case_number":"TB1"}')
    unknown = device.send("POST", "/v1/notices", b'{"case_number":"TB2"}')
    assert (early.status_code, early.json()) == (409, {"code": "not_ready"})
    assert (issued.content, issued.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert (unknown.status_code, unknown.json()) == (404, {"code": "unknown_code"})


def test_a_heartbeat_is_kept_for_staff(city: IntakeCity, device: Device) -> None:
    response = device.send("POST", "/v1/heartbeat", b'{"waiting":3}')
    assert response.status_code == 200
    [(health, seen)] = city.rows("select health, last_seen_at from device")
    assert json.loads(health) == {"waiting": 3}
    assert seen is not None


def test_parts_no_packet_claimed_go_after_a_month(city: IntakeCity, device: Device, filed: Filed) -> None:
    device.put_parts(filed)
    device.put_dossier(filed.packet_id, filed.manifest_bytes)
    device.send("PUT", f"/v1/parts/{hex_of(b'unclaimed')}", b"unclaimed")
    assert len(city.rows("select * from part")) == 2
    with city.engine.begin() as connection:
        connection.exec_driver_sql("update part set stored_at = '2020-01-01 00:00:00.000000'")
    device.send("POST", "/v1/heartbeat", b"{}")
    assert city.rows("select sha256 from part") == [(filed.manifest.parts[0].sha256,)]
    assert not city.blobs.has(part_key(hex_of(b"unclaimed")))
    assert city.blobs.has(part_key(filed.manifest.parts[0].sha256))


def test_a_kiosk_cannot_fill_the_citys_disk_with_parts_nobody_needs(
    city: IntakeCity, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("city.api.devices.UNUSED_QUOTA_BYTES", 5)
    answers = [device.send("PUT", f"/v1/parts/{hex_of(part)}", part).status_code for part in (b"one", b"two", b"three")]
    assert answers == [201, 201, 429]
    assert len(city.rows("select * from part")) == 2


# --- bad lines --------------------------------------------------------------------------------------------------


def test_a_part_that_is_cut_off_leaves_nothing_and_comes_again(city: IntakeCity, device: Device, url: str) -> None:
    data = bytes(range(256)) * 2000
    request = device.request("PUT", f"/v1/parts/{hex_of(data)}", data)
    address = urlsplit(url)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection((address.hostname, address.port), timeout=5) as line:
        line.sendall(f"PUT {request.url.path} HTTP/1.1\r\n{head}\r\n".encode() + data[:300_000])
        wait_until(lambda: len(incoming(city)) == 1)
    wait_until(lambda: incoming(city) == [])
    assert stored_bytes(city) == 0
    assert device.send("PUT", f"/v1/parts/{hex_of(data)}", data).status_code == 201
    assert stored_bytes(city) == len(data)


def wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if holds():
            return
        pause.wait(0.01)
    pytest.fail("it did not happen within 5 s")
