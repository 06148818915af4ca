"""Deliver one packet: send what the city lacks, then the manifest; delete only against the platform's signed receipt.

Every step may be cut off or repeated: parts are named by their digest, the city answers the same packet with the same
receipt, and the row says `delivered` before the sealed file goes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from sqlalchemy.orm import Session, sessionmaker

from kiosk.courier.city_client import CityRefused, CityUnreachable, PartsWanted, ReceiptSent
from kiosk.storage import audit
from kiosk.storage.outbox import DeliveryState, row_of
from kiosk.storage.spool import MANIFEST, SEALED, Spool
from packet.digest import hex_of
from packet.errors import BadManifest, BadReceipt, BadSignature
from packet.manifest import Manifest, manifest_digest
from packet.parts import read_part
from packet.receipt import PlatformReceipt, check_receipt
from packet.sign import Signed, Signer, Verifier

_LOG = logging.getLogger(__name__)
_ROUNDS = 3  # of "parts are missing"; more means that somebody deletes what we send
_ASK_AT_ONCE = 500  # digests in one question


class City(Protocol):
    """What delivery needs of `CityClient`."""

    def missing(self, sha256s: Sequence[str]) -> tuple[str, ...]: ...

    def put_part(self, sha256: str, data: bytes) -> None: ...

    def put_dossier(self, packet_id: str, manifest: bytes, signed: Signed) -> ReceiptSent | PartsWanted: ...


@dataclass(frozen=True)
class Delivered:
    pass


@dataclass(frozen=True)
class Later:
    """The city cannot be reached or is in trouble: no use in trying the next packet now."""

    code: str


@dataclass(frozen=True)
class Refused:
    """This packet cannot be delivered as it is; others may."""

    code: str


Outcome: TypeAlias = Delivered | Later | Refused


class SpoolDamaged(Exception):
    """The sealed file on our disk is not the one that was filed."""


class Delivery:
    def __init__(
        self,
        *,
        spool: Spool,
        sessions: sessionmaker[Session],
        city: City,
        signer: Signer,
        platform: Verifier,
        clock: Callable[[], datetime],
    ) -> None:
        self._spool = spool
        self._sessions = sessions
        self._city = city
        self._signer = signer
        self._platform = platform
        self._clock = clock

    def deliver(self, packet_id: str) -> Outcome:
        """Raises nothing the network or the city can cause; the row says what happened."""
        try:
            data = (self._spool.packet(packet_id) / MANIFEST).read_bytes()
            manifest = Manifest.from_bytes(data)
            receipt_bytes = self._send(manifest, data)
            receipt = check_receipt(
                receipt_bytes,
                verifier=self._platform,
                packet_id=packet_id,
                manifest_sha256=manifest_digest(data),
            )
        except CityUnreachable as wrong:
            return self._note(packet_id, Later(wrong.code))
        except (BadReceipt, BadSignature):
            # Whoever answered is not our platform. Nothing is deleted; perhaps the right one answers later.
            return self._note(packet_id, Later("bad_receipt"))
        except CityRefused as wrong:
            return self._note(packet_id, Refused(wrong.code))
        except (OSError, BadManifest, SpoolDamaged):
            return self._note(packet_id, Refused("spool_damaged"))
        self._note_delivered(packet_id, receipt, receipt_bytes)
        self._spool.remove(packet_id)
        return Delivered()

    def sweep(self) -> None:
        """At start: finish what a kill interrupted between the receipt and the deletion."""
        self._spool.sweep_removed()
        for packet_id in self._spool.packet_ids():
            with self._sessions() as session:
                row = row_of(session, packet_id)
                is_delivered = row is not None and row.state == DeliveryState.DELIVERED
            if is_delivered:
                self._spool.remove(packet_id)

    def _send(self, manifest: Manifest, data: bytes) -> bytes:
        signed = self._signer.sign(data)
        wanted = self._missing([part.sha256 for part in manifest.parts])
        for _ in range(_ROUNDS):
            self._send_parts(manifest, wanted)
            answer = self._city.put_dossier(manifest.packet_id, data, signed)
            if isinstance(answer, ReceiptSent):
                return answer.data
            wanted = set(answer.sha256s)
        raise CityUnreachable("parts_vanish")

    def _missing(self, sha256s: Sequence[str]) -> set[str]:
        chunks = [sha256s[i : i + _ASK_AT_ONCE] for i in range(0, len(sha256s), _ASK_AT_ONCE)]
        return {sha256 for chunk in chunks for sha256 in self._city.missing(chunk)}

    def _send_parts(self, manifest: Manifest, wanted: set[str]) -> None:
        sealed = self._spool.packet(manifest.packet_id) / SEALED
        for index, part in enumerate(manifest.parts):
            if part.sha256 not in wanted:
                continue
            content = read_part(sealed, manifest.parts, index)
            if hex_of(content) != part.sha256:
                raise SpoolDamaged(manifest.packet_id)
            self._city.put_part(part.sha256, content)

    def _note(self, packet_id: str, outcome: Later | Refused) -> Outcome:
        with self._sessions.begin() as session:
            row = row_of(session, packet_id)
            if row is not None and row.state != DeliveryState.DELIVERED:
                row.tries += 1
                if isinstance(outcome, Refused) and row.last_failure != outcome.code:
                    audit.note(session, "refused", at=self._clock(), packet=packet_id, code=outcome.code)
                row.last_failure = outcome.code
                row.state = DeliveryState.REFUSED if isinstance(outcome, Refused) else DeliveryState.WAITING
        _LOG.warning("not_delivered packet=%s code=%s", packet_id, outcome.code)
        return outcome

    def _note_delivered(self, packet_id: str, receipt: PlatformReceipt, receipt_bytes: bytes) -> None:
        with self._sessions.begin() as session:
            row = row_of(session, packet_id)
            if row is None or row.state == DeliveryState.DELIVERED:
                return
            row.state = DeliveryState.DELIVERED
            row.tries += 1
            row.last_failure = ""
            row.delivered_at = receipt.received_at
            row.platform_receipt = receipt_bytes.decode("ascii")
            audit.note(session, "delivered", at=self._clock(), packet=packet_id)
        _LOG.info("delivered packet=%s", packet_id)
