"""The courier's loop: deliver what waits, wake at once for a new packet, wait longer after each failure."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from kiosk.courier.backoff import Backoff
from kiosk.courier.city_client import CityClient, CityError
from kiosk.courier.delivery import Delivery, Later
from kiosk.storage.outbox import (
    DeliveryState,
    OutboxRow,
    rows_not_delivered,
    rows_to_deliver,
)
from kiosk.storage.spool import Spool, free_bytes

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rhythm:
    """Seconds. `poll_s` bounds how long a packet lies unseen when the poke was lost."""

    poll_s: float = 2.0
    backoff_base_s: float = 1.0
    backoff_cap_s: float = 300.0
    refused_again_s: float = 3600.0
    heartbeat_s: float = 60.0  # and up to as much again, by chance


class Courier:
    def __init__(
        self,
        *,
        delivery: Delivery,
        city: CityClient,
        spool: Spool,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        random: Callable[[], float],
        alive: Callable[[], None],
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        self._delivery = delivery
        self._city = city
        self._spool = spool
        self._sessions = sessions
        self._clock = clock
        self._monotonic = monotonic
        self._random = random
        self._alive = alive
        self._rhythm = rhythm
        self._backoff = Backoff(base_s=rhythm.backoff_base_s, cap_s=rhythm.backoff_cap_s, random=random)
        self._wake = threading.Event()
        self._not_before = 0.0
        self._newest_seen = 0
        self._refused_again_at = 0.0
        self._heartbeat_at = 0.0

    def poke(self) -> None:
        """A packet has been filed; from any thread."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set (and `poke` called, to notice it at once)."""
        self._delivery.sweep()
        while not stop.is_set():
            poked = self._wake.is_set()
            self._wake.clear()
            self._alive()
            self.turn(poked=poked)
            self._wake.wait(self._rhythm.poll_s)

    def turn(self, *, poked: bool) -> None:
        """One round: everything that is due now."""
        now = self._monotonic()
        if now >= self._refused_again_at:
            self._try_refused_again()
            self._refused_again_at = now + self._rhythm.refused_again_s
        waiting, newest = self._waiting()
        is_news = poked or newest > self._newest_seen
        self._newest_seen = max(newest, self._newest_seen)
        if waiting and (is_news or now >= self._not_before):
            self._deliver(waiting)
        if self._monotonic() >= self._heartbeat_at:
            self._send_heartbeat()

    def undelivered(self) -> list[dict[str, Any]]:
        """For staff: what lies here, why, and how often it was tried."""
        with self._sessions() as session:
            return [
                {
                    "packet_id": row.packet_id,
                    "filing_number": row.filing_number,
                    "state": str(row.state),
                    "collected_at": row.collected_at,
                    "sealed_bytes": row.sealed_bytes,
                    "tries": row.tries,
                    "last_failure": row.last_failure,
                }
                for row in rows_not_delivered(session)
            ]

    def is_on_its_way(self, filing_number: str) -> bool:
        with self._sessions() as session:
            found = select(OutboxRow.packet_id).where(
                OutboxRow.filing_number == filing_number, OutboxRow.state != DeliveryState.DELIVERED
            )
            return session.scalar(found) is not None

    def _waiting(self) -> tuple[list[str], int]:
        with self._sessions() as session:
            rows = rows_to_deliver(session)
            return [row.packet_id for row in rows], max((row.sequence for row in rows), default=0)

    def _deliver(self, packet_ids: list[str]) -> None:
        for packet_id in packet_ids:
            self._alive()
            outcome = self._delivery.deliver(packet_id)
            if isinstance(outcome, Later):
                wait_s = self._backoff.failed()
                self._not_before = self._monotonic() + wait_s
                _LOG.info("waiting seconds=%.1f", wait_s)
                return
            self._backoff.succeeded()
            self._not_before = 0.0

    def _try_refused_again(self) -> None:
        """The city may have learned to take them: a key installed, an item added."""
        with self._sessions.begin() as session:
            session.execute(
                update(OutboxRow).where(OutboxRow.state == DeliveryState.REFUSED).values(state=DeliveryState.WAITING)
            )

    def _send_heartbeat(self) -> None:
        self._heartbeat_at = self._monotonic() + self._rhythm.heartbeat_s * (1 + self._random())
        rows = self.undelivered()
        oldest = min((datetime.fromisoformat(row["collected_at"]) for row in rows), default=None)
        health: dict[str, object] = {
            "waiting": len(rows),
            "refused": sum(row["state"] == DeliveryState.REFUSED for row in rows),
            "oldest_s": 0 if oldest is None else int((self._clock() - oldest).total_seconds()),
            "free_bytes": free_bytes(self._spool.folder),
            "clock_offset_s": int(self._city.clock_offset_s),
        }
        try:
            self._city.heartbeat(health)
        except CityError as wrong:
            _LOG.info("no_heartbeat code=%s", wrong.code)
