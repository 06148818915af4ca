"""When the courier tries, waits and tries again: time is a number that the test moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.courier.city_client import CityClient
from kiosk.courier.delivery import Delivery
from kiosk.courier.service import Courier, Rhythm
from kiosk.storage.engine import sessions
from tests.bad_line import BadMoments
from tests.intake_city import IntakeCity, now

Kiosk = Any  # the class of this folder's conftest


class HandClock:
    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def hand_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def courier(kiosk: Kiosk, client: CityClient, delivery: Delivery, hand_clock: HandClock) -> Courier:
    return Courier(
        delivery=delivery,
        city=client,
        spool=kiosk.spool,
        sessions=sessions(kiosk.engine),
        clock=now,
        monotonic=hand_clock,
        random=lambda: 1.0,
        alive=lambda: None,
        rhythm=Rhythm(heartbeat_s=1e9),
    )


@pytest.fixture
def tries(moments: BadMoments) -> Callable[[], int]:
    """How often the city was asked for a delivery since the last look."""

    def count() -> int:
        asked = sum("missing" in seen for seen in moments.seen)
        moments.seen.clear()
        return asked

    return count


def test_the_wait_grows_while_the_city_is_away_and_ends_when_it_is_back(
    kiosk: Kiosk, courier: Courier, moments: BadMoments, hand_clock: HandClock, tries: Callable[[], int]
) -> None:
    kiosk.file()
    moments.where, moments.times = "missing", 3
    courier.turn(poked=False)
    assert tries() == 1
    for wait_s in (1, 2, 4):
        hand_clock.s += wait_s - 0.1
        courier.turn(poked=False)
        assert tries() == 0
        hand_clock.s += 0.2
        courier.turn(poked=False)
        assert tries() == 1
    assert kiosk.rows("state, tries") == [("delivered", 4)]


def test_one_packet_in_trouble_stops_the_round_not_the_next_round(
    kiosk: Kiosk, courier: Courier, moments: BadMoments, hand_clock: HandClock, tries: Callable[[], int]
) -> None:
    kiosk.file(3)
    moments.where, moments.times = "missing", 1
    courier.turn(poked=False)
    assert tries() == 1  # the city is away: the others are not even tried
    hand_clock.s += 2
    courier.turn(poked=False)
    assert [row[0] for row in kiosk.rows("state")] == ["delivered"] * 3


def test_a_refused_packet_does_not_stop_the_others_and_is_tried_again_an_hour_later(
    kiosk: Kiosk, courier: Courier, moments: BadMoments, hand_clock: HandClock, city: IntakeCity
) -> None:
    kiosk.file(2)
    moments.where, moments.times, moments.status, moments.body = "dossiers", 1, 422, b'{"code":"quarantined"}'
    courier.turn(poked=False)
    assert kiosk.rows("state, last_failure") == [("refused", "quarantined"), ("delivered", "")]
    hand_clock.s += 3599
    courier.turn(poked=True)
    assert kiosk.rows("state")[0] == ("refused",)
    hand_clock.s += 2
    courier.turn(poked=False)
    assert kiosk.rows("state, last_failure")[0] == ("delivered", "")
    assert len(city.rows("select * from bare_case")) == 2


def test_a_new_packet_is_tried_at_once_although_an_old_one_waits(
    kiosk: Kiosk, courier: Courier, moments: BadMoments, tries: Callable[[], int]
) -> None:
    """A citizen is standing there; nobody poked, the new row is seen by itself."""
    kiosk.file()
    moments.where, moments.times = "missing", 1
    courier.turn(poked=False)
    kiosk.file()
    tries()
    courier.turn(poked=False)
    assert [row[0] for row in kiosk.rows("state")] == ["delivered", "delivered"]


def test_a_poke_does_not_wait_for_the_back_off(
    kiosk: Kiosk, courier: Courier, moments: BadMoments, tries: Callable[[], int]
) -> None:
    kiosk.file()
    moments.where, moments.times = "missing", 1
    courier.turn(poked=False)
    courier.turn(poked=False)
    assert tries() == 1
    courier.turn(poked=True)
    assert kiosk.rows("state") == [("delivered",)]


def test_the_heartbeat_tells_what_lies_here_and_never_what_it_is(
    kiosk: Kiosk, client: CityClient, delivery: Delivery, city: IntakeCity, moments: BadMoments, hand_clock: HandClock
) -> None:
    filings = kiosk.file(2)
    moments.where, moments.times = "missing", 1
    courier = Courier(
        delivery=delivery,
        city=client,
        spool=kiosk.spool,
        sessions=sessions(kiosk.engine),
        clock=now,
        monotonic=hand_clock,
        random=lambda: 0.5,
        alive=lambda: None,
    )
    courier.turn(poked=False)
    [(text,)] = city.rows("select health from device")
    health = json.loads(text)
    assert (health["waiting"], health["refused"], health["clock_offset_s"]) == (2, 0, 0)
    assert health["oldest_s"] == pytest.approx((now() - filings[0].collected_at).total_seconds(), abs=5)
    assert health["free_bytes"] > 0
    moments.seen.clear()
    hand_clock.s += 89
    courier.turn(poked=False)
    assert "POST /v1/heartbeat" not in moments.seen
    hand_clock.s += 2
    courier.turn(poked=False)
    assert "POST /v1/heartbeat" in moments.seen


def test_a_city_that_does_not_want_heartbeats_disturbs_nothing(
    kiosk: Kiosk, client: CityClient, delivery: Delivery, moments: BadMoments, hand_clock: HandClock
) -> None:
    kiosk.file()
    moments.where, moments.times = "heartbeat", 1
    courier = Courier(
        delivery=delivery,
        city=client,
        spool=kiosk.spool,
        sessions=sessions(kiosk.engine),
        clock=now,
        monotonic=hand_clock,
        random=lambda: 0.5,
        alive=lambda: None,
    )
    courier.turn(poked=False)
    assert kiosk.rows("state") == [("delivered",)]
