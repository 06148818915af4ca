"""One packet on its way: against a real city, over good lines and bad ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kiosk.courier.city_client import CityClient
from kiosk.courier.delivery import Delivered, Delivery, Later, Refused
from kiosk.dossier import Filing
from packet.digest import hex_of
from packet.manifest import manifest_digest
from packet.receipt import SCHEMA, PlatformReceipt, check_receipt, sign_receipt
from tests.bad_line import BadLine, BadMoments
from tests.filings import KIOSK_ID, Keys
from tests.intake_city import IntakeCity, now, platform_verifier

Kiosk = Any  # the class of this folder's conftest


def spooled(kiosk: Kiosk) -> list[str]:
    return [path.name for path in kiosk.spool.folder.iterdir() if path.name != ".lock"]


def puts_of_parts(moments: BadMoments) -> list[str]:
    return [seen for seen in moments.seen if seen.startswith("PUT /v1/parts/")]


def test_a_packet_is_delivered_and_only_then_deleted(
    kiosk: Kiosk, delivery: Delivery, city: IntakeCity, keys: Keys
) -> None:
    [filing] = kiosk.file()
    manifest = (kiosk.spool.packet(filing.packet_id) / "manifest.json").read_bytes()
    assert delivery.deliver(filing.packet_id) == Delivered()
    assert spooled(kiosk) == []
    [(state, tries, receipt, delivered_at)] = kiosk.rows("state, tries, platform_receipt, delivered_at")
    assert (state, tries) == ("delivered", 1)
    checked = check_receipt(
        str(receipt).encode(),
        verifier=platform_verifier(keys),
        packet_id=filing.packet_id,
        manifest_sha256=manifest_digest(manifest),
    )
    assert checked.received_at == delivered_at
    assert len(city.rows("select * from bare_case")) == 1


def test_the_kiosk_was_killed_before_it_saw_the_receipt_and_delivers_again(
    kiosk: Kiosk, delivery: Delivery, city: IntakeCity, moments: BadMoments
) -> None:
    [filing] = kiosk.file()
    copy = {path.name: path.read_bytes() for path in kiosk.spool.packet(filing.packet_id).iterdir()}
    delivery.deliver(filing.packet_id)
    with kiosk.engine.begin() as connection:
        connection.exec_driver_sql("update outbox set state = 'waiting', platform_receipt = ''")
    kiosk.spool.packet(filing.packet_id).mkdir()
    for name, data in copy.items():
        (kiosk.spool.packet(filing.packet_id) / name).write_bytes(data)
    moments.seen.clear()
    assert delivery.deliver(filing.packet_id) == Delivered()
    assert puts_of_parts(moments) == []
    assert len(city.rows("select * from bare_case")) == 1


def test_a_kill_between_receipt_and_deletion_is_finished_at_the_next_start(kiosk: Kiosk, delivery: Delivery) -> None:
    [delivered, waiting] = kiosk.file(2)
    with kiosk.engine.begin() as connection:
        connection.exec_driver_sql(f"update outbox set state = 'delivered' where packet_id = '{delivered.packet_id}'")
    (kiosk.spool.folder / ".gone-01a20bb5-e9e8-7a89-bc23-7cbcc0d2ba84").mkdir()
    delivery.sweep()
    assert spooled(kiosk) == [waiting.packet_id]


@pytest.mark.parametrize("where", ["missing", "parts/", "dossiers"])
def test_a_city_in_trouble_is_asked_again_later(
    kiosk: Kiosk, delivery: Delivery, city: IntakeCity, moments: BadMoments, where: str
) -> None:
    statuses = (500, 502, 503, 507, 429, 401)
    for status, filing in zip(statuses, kiosk.file(len(statuses)), strict=True):
        moments.where, moments.times, moments.status = where, 1, status
        assert delivery.deliver(filing.packet_id) == Later(f"http_{status}")
        assert filing.packet_id in spooled(kiosk)
        assert ("waiting", 1, f"http_{status}") in kiosk.rows("state, tries, last_failure")
        assert delivery.deliver(filing.packet_id) == Delivered()
    assert len(city.rows("select * from bare_case")) == len(statuses)


def test_an_answer_of_nonsense_is_no_answer(kiosk: Kiosk, delivery: Delivery, moments: BadMoments) -> None:
    [filing] = kiosk.file()
    for body in (b"", b"{", b"[]", b'{"missing": 1}', b"\xff\xfe" * 10, b"<html>"):
        moments.where, moments.times, moments.status, moments.body = "missing", 1, 200, body
        assert delivery.deliver(filing.packet_id) == Later("garbled")
    assert kiosk.rows("state, tries") == [("waiting", 6)]


def test_nothing_is_deleted_for_an_answer_that_is_no_receipt(
    kiosk: Kiosk, delivery: Delivery, moments: BadMoments
) -> None:
    [filing] = kiosk.file()
    for body in (b"", b"OK", b'{"receipt":"","signature":{}}'):
        moments.where, moments.times, moments.status, moments.body = "dossiers", 1, 200, body
        assert delivery.deliver(filing.packet_id) == Later("bad_receipt")
        assert spooled(kiosk) == [filing.packet_id]


def test_nothing_is_deleted_for_a_receipt_signed_by_somebody_else(
    kiosk: Kiosk, delivery: Delivery, moments: BadMoments
) -> None:
    [filing] = kiosk.file()
    manifest = (kiosk.spool.packet(filing.packet_id) / "manifest.json").read_bytes()
    receipt = PlatformReceipt(SCHEMA, filing.packet_id, KIOSK_ID, 1, manifest_digest(manifest), now().isoformat())
    moments.where, moments.times, moments.status = "dossiers", 1, 200
    moments.body = sign_receipt(receipt, kiosk.signer)
    assert delivery.deliver(filing.packet_id) == Later("bad_receipt")
    assert spooled(kiosk) == [filing.packet_id]


def test_the_line_is_cut_in_the_middle_of_a_part_and_only_the_rest_is_sent_again(
    kiosk: Kiosk,
    url: str,
    city: IntakeCity,
    moments: BadMoments,
    delivery_by: Callable[[CityClient], Delivery],
) -> None:
    [filing] = kiosk.file(pages=4, big=True)
    with BadLine(urlsplit(url).port or 0) as line:
        client = CityClient(f"http://127.0.0.1:{line.port}", signer=kiosk.signer, clock=now)
        delivery = delivery_by(client)
        line.cut_after = 2_600_000  # in the third part
        outcome = delivery.deliver(filing.packet_id)
        assert isinstance(outcome, Later)
        stored = {row[0] for row in city.rows("select sha256 from part")}
        assert len(stored) == 2
        assert list((city.folder / "blobs" / ".incoming").iterdir()) == []
        line.cut_after = None
        moments.seen.clear()
        assert delivery.deliver(filing.packet_id) == Delivered()
        client.close()
    sent_again = {seen.rpartition("/")[2] for seen in puts_of_parts(moments)}
    assert sent_again
    assert not sent_again & stored
    assert len(city.rows("select * from bare_case")) == 1


def test_the_city_is_not_there_at_all(kiosk: Kiosk, delivery_by: Callable[[CityClient], Delivery]) -> None:
    [filing] = kiosk.file()
    client = CityClient("http://127.0.0.1:9", signer=kiosk.signer, clock=now)
    assert delivery_by(client).deliver(filing.packet_id) == Later("ConnectError")
    client.close()


def test_the_city_lost_a_part_and_gets_it_again(
    kiosk: Kiosk, delivery: Delivery, city: IntakeCity, moments: BadMoments
) -> None:
    [filing] = kiosk.file()
    moments.where, moments.times = "dossiers", 1
    delivery.deliver(filing.packet_id)
    moments.where, moments.times, moments.status, moments.body = "missing", 1, 200, b'{"missing": []}'
    with city.engine.begin() as connection:
        connection.exec_driver_sql("delete from part")
    moments.seen.clear()
    assert delivery.deliver(filing.packet_id) == Delivered()
    assert len(puts_of_parts(moments)) == 1


def test_a_city_that_keeps_losing_parts_does_not_keep_us_busy(
    kiosk: Kiosk, delivery: Delivery, moments: BadMoments
) -> None:
    [filing] = kiosk.file()
    moments.where, moments.times, moments.status = "dossiers", 99, 409
    moments.body = b'{"code":"parts_missing","missing":[]}'
    assert delivery.deliver(filing.packet_id) == Later("parts_vanish")
    assert moments.times == 96


@pytest.mark.parametrize(
    ("status", "code"), [(422, "other_manifest"), (422, "quarantined"), (400, "bad_manifest"), (403, "bad_signature")]
)
def test_a_packet_the_city_refuses_stays_and_is_shown_to_staff(
    kiosk: Kiosk, delivery: Delivery, moments: BadMoments, status: int, code: str
) -> None:
    [filing] = kiosk.file()
    moments.where, moments.times, moments.status = "dossiers", 1, status
    moments.body = json.dumps({"code": code}).encode()
    assert delivery.deliver(filing.packet_id) == Refused(code)
    assert spooled(kiosk) == [filing.packet_id]
    assert kiosk.rows("state, last_failure") == [("refused", code)]


def damage_sealed(folder: Path) -> None:
    sealed = folder / "sealed.age"
    data = bytearray(sealed.read_bytes())
    data[-1] ^= 1
    sealed.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        damage_sealed,
        lambda folder: (folder / "sealed.age").write_bytes(b""),
        lambda folder: (folder / "sealed.age").unlink(),
        lambda folder: (folder / "manifest.json").write_bytes(b"{"),
    ],
)
def test_a_file_that_rotted_on_the_kiosks_disk_is_not_sent(
    kiosk: Kiosk, delivery: Delivery, city: IntakeCity, damage: Callable[[Path], None]
) -> None:
    [filing] = kiosk.file()
    damage(kiosk.spool.packet(filing.packet_id))
    assert delivery.deliver(filing.packet_id) == Refused("spool_damaged")
    assert city.rows("select * from submission") == []


@pytest.mark.parametrize("off", [timedelta(hours=-3), timedelta(hours=3), timedelta(days=-365 * 56)])
def test_a_kiosk_whose_clock_is_wrong_learns_the_time_and_delivers(
    kiosk: Kiosk, url: str, delivery_by: Callable[[CityClient], Delivery], off: timedelta
) -> None:
    def wrong_clock() -> datetime:
        return now() + off

    [filing] = kiosk.file()
    client = CityClient(url, signer=kiosk.signer, clock=wrong_clock)
    assert delivery_by(client).deliver(filing.packet_id) == Delivered()
    assert client.clock_offset_s == pytest.approx(-off.total_seconds(), abs=5)
    client.close()


def test_the_log_names_packets_and_codes_only(
    kiosk: Kiosk, delivery: Delivery, moments: BadMoments, caplog: pytest.LogCaptureFixture
) -> None:
    [filing] = kiosk.file()
    caplog.set_level("DEBUG")
    moments.where, moments.times = "dossiers", 1
    delivery.deliver(filing.packet_id)
    delivery.deliver(filing.packet_id)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("kiosk")]
    assert ours == [
        f"not_delivered packet={filing.packet_id} code=http_500",
        f"delivered packet={filing.packet_id}",
    ]


def test_every_filing_is_delivered_in_its_order(kiosk: Kiosk, delivery: Delivery, city: IntakeCity) -> None:
    filings: list[Filing] = kiosk.file(3)
    for filing in filings:
        delivery.deliver(filing.packet_id)
    assert city.rows("select sequence, chain from submission order by sequence") == [
        (1, "whole"),
        (2, "whole"),
        (3, "whole"),
    ]


def test_a_part_that_takes_minutes_does_not_look_like_a_courier_that_hangs(kiosk: Kiosk, url: str) -> None:
    signs_of_life: list[int] = []
    client = CityClient(url, signer=kiosk.signer, clock=now, on_progress=lambda: signs_of_life.append(1))
    part = bytes(1 << 20)
    client.put_part(hex_of(part), part)
    client.close()
    assert len(signs_of_life) == 16 + 1
