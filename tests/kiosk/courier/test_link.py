"""Kiosk and courier on their socket, with a real city behind."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.courier.city_client import CityClient
from kiosk.courier.delivery import Delivery
from kiosk.courier.link_server import Answers, LinkServer
from kiosk.courier.service import Courier
from kiosk.events import CaseProgress
from kiosk.link import CityUnreachable, Link, LinkDown, NotReady, UnknownCode
from kiosk.link_socket import socket_address
from kiosk.storage.engine import sessions
from tests.intake_city import IntakeCity, now

Kiosk = Any  # the class of this folder's conftest

CASE = {
    "case_number": "TB1",
    "filing_number": "XA07-261124-001-A",
    "item_name": "老年优待证办理",
    "state": "passed",
    "window_name": "阎良区",
    "window_phone": "029-1",
    "window_place": "1 楼",
    "collected_at": "2026-11-24T12:00:00+08:00",
    "accepted_at": "",
    "due_on": "",
    "working_days_left": None,
    "promised_days": 5,
    "notice_number": "DS1",
    "supplement": ["照片：模糊"],
    "result": "",
}


@pytest.fixture
def courier(kiosk: Kiosk, client: CityClient, delivery: Delivery) -> Courier:
    return Courier(
        delivery=delivery,
        city=client,
        spool=kiosk.spool,
        sessions=sessions(kiosk.engine),
        clock=now,
        monotonic=lambda: 0.0,
        random=lambda: 0.5,
        alive=lambda: None,
    )


def answers(courier: Courier, client: CityClient) -> Answers:
    return Answers(city=client, outbox=courier.undelivered, is_on_its_way=courier.is_on_its_way, poke=courier.poke)


@pytest.fixture
def server(kiosk: Kiosk, courier: Courier, client: CityClient) -> Iterator[LinkServer]:
    made = LinkServer(kiosk.data_dir, answers(courier, client))
    yield made
    made.close()


@pytest.fixture
def link(kiosk: Kiosk, server: LinkServer) -> Link:
    assert server
    return Link(kiosk.data_dir, timeout_s=5)


def test_progress_comes_back_as_the_kiosks_own_value(link: Link, city: IntakeCity) -> None:
    city.cases = [{**CASE, "said_by_a_newer_city": 1}]
    cases = link.progress(filing_number="XA07-261124-001-A", progress_code="12345678", language="en")
    assert cases == (CaseProgress(**{**CASE, "supplement": ("照片：模糊",)}),)  # type: ignore[arg-type]
    assert city.asked[0]["language"] == "en"


def test_an_older_city_says_nothing_of_the_one_time_notice_and_a_newer_one_does(link: Link, city: IntakeCity) -> None:
    city.cases = [CASE, {**CASE, "notice_due_on": "2026-12-01", "notice_lapsed": True}]
    older, newer = link.progress(filing_number="XA07-261124-001-A", progress_code="12345678")
    assert (older.notice_due_on, older.notice_lapsed) == ("", False)
    assert (newer.notice_due_on, newer.notice_lapsed) == ("2026-12-01", True)


def test_a_card_without_cases_is_no_error(link: Link) -> None:
    assert link.progress(citizen_number="610114199003071238") == ()


def test_a_code_that_does_not_fit_is_told(link: Link) -> None:
    with pytest.raises(UnknownCode):
        link.progress(filing_number="XA07-261124-001-A", progress_code="00000000")


def test_a_filing_that_has_not_left_yet_is_not_unknown(link: Link, kiosk: Kiosk, delivery: Delivery) -> None:
    [filing] = kiosk.file()
    with pytest.raises(NotReady):
        link.progress(filing_number=filing.filing_number, progress_code=filing.progress_code)
    delivery.deliver(filing.packet_id)
    with pytest.raises(UnknownCode):  # this city tells nothing, but now it could
        link.progress(filing_number=filing.filing_number, progress_code=filing.progress_code)


def test_a_notice_comes_as_pdf_or_not_yet_or_unknown(link: Link, city: IntakeCity) -> None:
    with pytest.raises(NotReady):
        link.notice("TB1")
    city.notice = b"%PDF-1.7" + bytes(range(256)) * 4000
    assert link.notice("TB1", filing_number="F", progress_code="1") == city.notice
    with pytest.raises(UnknownCode):
        link.notice("TB2")


def test_staff_see_what_has_not_left(link: Link, kiosk: Kiosk) -> None:
    [filing] = kiosk.file()
    [entry] = link.outbox()
    assert (entry.packet_id, entry.filing_number) == (filing.packet_id, filing.filing_number)
    assert (entry.state, entry.tries, entry.last_failure) == ("waiting", 0, "")


def test_a_poke_wakes_the_courier(link: Link, courier: Courier) -> None:
    assert link.poke()
    assert courier._wake.is_set()


def test_without_a_courier_the_kiosk_hears_it_at_once(kiosk: Kiosk) -> None:
    link = Link(kiosk.data_dir, timeout_s=5)
    with pytest.raises(LinkDown):
        link.outbox()
    assert link.poke() is False


def test_a_courier_that_was_killed_left_its_socket_and_the_next_one_takes_it(
    kiosk: Kiosk, courier: Courier, client: CityClient
) -> None:
    with socket.socket(socket.AF_UNIX) as left, socket_address(kiosk.data_dir) as address:
        left.bind(address)
    with pytest.raises(LinkDown):
        Link(kiosk.data_dir).outbox()
    server = LinkServer(kiosk.data_dir, answers(courier, client))
    assert Link(kiosk.data_dir).outbox() == ()
    server.close()


def test_a_folder_deeper_than_a_unix_address_allows_is_no_problem(
    tmp_path: Path, courier: Courier, client: CityClient
) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    server = LinkServer(deep, answers(courier, client))
    assert Link(deep).outbox() == ()
    server.close()


def test_the_socket_is_for_the_kiosks_group_only(kiosk: Kiosk, server: LinkServer) -> None:
    assert server
    assert (kiosk.data_dir / "courier.sock").stat().st_mode & 0o777 == 0o660


def test_the_city_is_away_and_the_citizen_is_told_so(kiosk: Kiosk, courier: Courier) -> None:
    away = CityClient("http://127.0.0.1:9", signer=kiosk.signer, clock=now)
    server = LinkServer(kiosk.data_dir, answers(courier, away))
    with pytest.raises(CityUnreachable):
        Link(kiosk.data_dir).progress(citizen_number="610114199003071238")
    server.close()
    away.close()


def raw(data_dir: Path, data: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        with socket_address(data_dir) as address:
            connection.connect(address)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:
            pass  # it hung up on an endless line before reading all of it
        return received


@given(data=st.binary(max_size=300) | st.text(max_size=100).map(lambda t: json.dumps({"ask": t}).encode() + b"\n"))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_on_the_socket_hurts_nobody(kiosk: Kiosk, server: LinkServer, data: bytes) -> None:
    assert server
    for line in raw(kiosk.data_dir, data).splitlines():
        assert json.loads(line) == {"ok": False, "code": "bad_question"}
    assert Link(kiosk.data_dir).outbox() == ()


@pytest.mark.parametrize(
    "line",
    [
        b'{"ask":"progress","filing_number":1}\n',
        b'{"ask":["progress"]}\n',
        b'{"ask":"progress","citizen_number":"' + b"1" * 201 + b'"}\n',
        b"[" * 60_000 + b"\n",
        b"x" * 70_000 + b"\n",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(kiosk: Kiosk, link: Link, line: bytes) -> None:
    assert json.loads(raw(kiosk.data_dir, line)) == {"ok": False, "code": "bad_question"}
    assert link.outbox() == ()


def test_one_who_connects_and_says_nothing_stops_nobody(kiosk: Kiosk, link: Link) -> None:
    silent = []
    for _ in range(10):
        connection = socket.socket(socket.AF_UNIX)
        with socket_address(kiosk.data_dir) as address:
            connection.connect(address)
        silent.append(connection)
    assert link.outbox() == ()
    for connection in silent:
        connection.close()


@pytest.mark.parametrize(
    "answer",
    [b"", b"{", b"[]\n", b'{"ok":true}\n', b'{"ok":true,"cases":[1]}\n', b'{"ok":true,"cases":[{"x":1}]}\n', b"x\n"],
)
def test_a_courier_that_talks_nonsense_counts_as_down(tmp_path: Path, answer: bytes) -> None:
    with one_answer(tmp_path, answer), pytest.raises(LinkDown):
        Link(tmp_path, timeout_s=5).progress(citizen_number="1")


def test_a_courier_that_never_answers_counts_as_down(tmp_path: Path) -> None:
    with one_answer(tmp_path, None), pytest.raises(LinkDown):
        Link(tmp_path, timeout_s=0.2).outbox()


class one_answer:  # noqa: N801  # reads as what it does in a with statement
    """A courier that says one thing to the first who asks, or nothing at all."""

    def __init__(self, data_dir: Path, answer: bytes | None) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        with socket_address(data_dir) as address:
            self._listener.bind(address)
        self._listener.listen()
        self._answer = answer
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(65536)
            if self._answer is None:
                self._done.wait(5)
            else:
                connection.sendall(self._answer)


def test_the_question_is_never_logged(
    link: Link, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")

    def break_down(*_: object) -> Callable[[], None]:
        raise RuntimeError("610114199003071238")

    monkeypatch.setattr(CityClient, "progress", break_down)
    with pytest.raises(LinkDown):
        link.progress(citizen_number="610114199003071238")
    assert "link_failed kind=RuntimeError" in caplog.text
    assert "610114199003071238" not in caplog.text
