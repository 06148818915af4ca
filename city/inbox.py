"""The inbox: a signed manifest and its parts become exactly one case, however often they are sent."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from city.storage.blobs import LocalStore, part_key
from city.storage.intake import (
    Device,
    Submission,
    SubmissionState,
    active_device,
    chain_of,
    forget_parts,
    mark_used,
    missing_parts,
)
from packet import wire
from packet.application import Application
from packet.archive import Opened, read_archive
from packet.digest import hex_of
from packet.errors import BadArchive, BadManifest, BadShape, BadSignature, UnsealError
from packet.keys import read_public
from packet.manifest import MAX_SEALED_BYTES, Manifest, manifest_digest
from packet.parts import Part
from packet.receipt import SCHEMA, PlatformReceipt, sign_receipt
from packet.sign import Ed25519Verifier, Signed, Signer
from packet.unseal import Unsealer


class OpenCase(Protocol):
    """`city.cases.open_case`. Runs inside the inbox's transaction; must not commit.

    May raise `CannotOpen`: the packet is then kept in quarantine. Any other exception undoes everything and the kiosk
    sends again.
    """

    def __call__(
        self,
        session: Session,
        *,
        application: Application,
        files: Mapping[str, bytes],
        received_at: datetime,
    ) -> object: ...


class CannotOpen(Exception):
    """`reason` is a short word for staff and the kiosk's log, such as `unknown_item`; no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Received:
    """`receipt` are the signed bytes; the same packet always gets the same."""

    receipt: bytes


@dataclass(frozen=True)
class PartsMissing:
    sha256s: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """`code`: `bad_manifest`, `bad_signature`, `other_device`, `other_manifest`, `quarantined`."""

    code: str
    detail: str


Answer: TypeAlias = Received | PartsMissing | Refused


class Inbox:
    def __init__(
        self,
        *,
        sessions: sessionmaker[Session],
        blobs: LocalStore,
        unsealer: Unsealer,
        signer: Signer,
        open_case: OpenCase,
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._blobs = blobs
        self._unsealer = unsealer
        self._signer = signer
        self._open_case = open_case
        self._clock = clock

    def submit(self, *, device_id: str, packet_id: str, manifest: bytes, signature: Signed) -> Answer:
        """Take one packet of an authenticated device, whose parts were sent before. Idempotent by packet id.

        Raises only for faults of our own (disk, database, a bug in opening the case): nothing has happened then.
        """
        try:
            said = Manifest.from_bytes(manifest)
        except BadManifest as wrong:
            return Refused("bad_manifest", str(wrong))
        if said.packet_id != packet_id:
            return Refused("bad_manifest", "packet_id: wanted the one of the address")
        if said.device_id != device_id:
            return Refused("other_device", "the manifest names another device")
        submitted = _Submitted(said, manifest, manifest_digest(manifest), signature)
        with self._sessions() as session:
            answer = self._known(session, submitted) or self._not_ready(session, submitted)
        return answer or self._rotten(submitted.manifest) or self._open(submitted)

    def _known(self, session: Session, submitted: _Submitted) -> Answer | None:
        row = session.get(Submission, submitted.manifest.packet_id)
        if row is None:
            return None
        if row.manifest_sha256 != submitted.sha256:
            return Refused("other_manifest", "this packet was submitted with another manifest")
        # A packet in quarantine is tried again: the reason may have been ours, such as a key not installed yet.
        return Received(row.receipt) if row.state == SubmissionState.OPENED else None

    def _not_ready(self, session: Session, submitted: _Submitted) -> Answer | None:
        device = active_device(session, submitted.manifest.device_id)
        if device is None:
            return Refused("other_device", "not enrolled")
        try:
            _verifier(device).verify(submitted.data, submitted.signature)
        except BadSignature as wrong:
            return Refused("bad_signature", str(wrong))
        missing = missing_parts(session, device.device_id, (p.sha256 for p in submitted.manifest.parts))
        return PartsMissing(missing) if missing else None

    def _rotten(self, manifest: Manifest) -> PartsMissing | None:
        """Parts our own disk has lost or changed are forgotten and asked for again: the kiosk still has them."""
        unsound = tuple(part.sha256 for part in manifest.parts if not self._is_sound(part))
        if not unsound:
            return None
        with self._sessions.begin() as session:
            forget_parts(session, manifest.device_id, unsound)
        for sha256 in unsound:
            self._blobs.delete(part_key(sha256))
        return PartsMissing(unsound)

    def _is_sound(self, part: Part) -> bool:
        try:
            data = self._blobs.get(part_key(part.sha256))
        except FileNotFoundError:
            return False
        return len(data) == part.size and hex_of(data) == part.sha256

    def _open(self, submitted: _Submitted) -> Answer:
        try:
            opened = self._unseal(submitted.manifest)
        except (UnsealError, BadShape, BadArchive) as wrong:
            return self._quarantine(submitted, _reason(wrong))
        return self._record(submitted, opened)

    def _unseal(self, manifest: Manifest) -> Opened:
        if manifest.seal_algorithm != self._unsealer.algorithm:
            raise UnsealError("sealed with another algorithm")
        content = _Bounded(MAX_SEALED_BYTES)
        self._unsealer.unseal(_SealedStream(self._blobs, manifest.parts), content)
        content.seek(0)
        opened = read_archive(content)
        application = opened.application
        if (
            application.packet_id,
            application.filing_number,
            application.kiosk_id,
            application.item_code,
            application.locality,
        ) != (
            manifest.packet_id,
            manifest.filing_number,
            manifest.device_id,
            manifest.item_code,
            manifest.locality,
        ):
            raise BadArchive("says something else than its manifest")
        return opened

    def _record(self, submitted: _Submitted, opened: Opened) -> Answer:
        """Submission, case and receipt in one transaction: all of them, or none."""
        try:
            with self._sessions.begin() as session:
                known = self._known(session, submitted)
                if known is not None:
                    return known
                row = self._row(session, submitted, SubmissionState.OPENED)
                self._open_case(
                    session,
                    application=opened.application,
                    files=opened.files,
                    received_at=row.received_at,
                )
                row.receipt = self._receipt(submitted, row.received_at)
                mark_used(session, row.device_id, [part.sha256 for part in submitted.manifest.parts])
                return Received(row.receipt)
        except CannotOpen as wrong:
            return self._quarantine(submitted, wrong.reason)
        except IntegrityError:
            # Two requests for one packet at the same moment (PostgreSQL): the other one won.
            with self._sessions() as session:
                known = self._known(session, submitted)
            if known is None:
                raise
            return known

    def _quarantine(self, submitted: _Submitted, reason: str) -> Answer:
        with self._sessions.begin() as session:
            known = self._known(session, submitted)
            if known is not None:
                return known
            row = self._row(session, submitted, SubmissionState.QUARANTINED)
            row.reason = reason[:120]
            mark_used(session, row.device_id, [part.sha256 for part in submitted.manifest.parts])
        return Refused("quarantined", reason)

    def _row(self, session: Session, submitted: _Submitted, state: SubmissionState) -> Submission:
        manifest = submitted.manifest
        row = session.get(Submission, manifest.packet_id)
        if row is None:
            row = Submission(
                packet_id=manifest.packet_id,
                device_id=manifest.device_id,
                sequence=manifest.sequence,
                filing_number=manifest.filing_number,
                manifest=submitted.data,
                manifest_sha256=submitted.sha256,
                signature=wire.encode(submitted.signature).decode(),
                received_at=self._clock(),
                state=state,
                chain=chain_of(
                    session,
                    device_id=manifest.device_id,
                    packet_id=manifest.packet_id,
                    sequence=manifest.sequence,
                    previous=manifest.previous,
                ),
            )
            session.add(row)
        row.state, row.reason = state, ""
        session.flush()
        return row

    def _receipt(self, submitted: _Submitted, received_at: datetime) -> bytes:
        manifest = submitted.manifest
        receipt = PlatformReceipt(
            schema=SCHEMA,
            packet_id=manifest.packet_id,
            device_id=manifest.device_id,
            sequence=manifest.sequence,
            manifest_sha256=submitted.sha256,
            received_at=received_at.isoformat(),
        )
        return sign_receipt(receipt, self._signer)


@dataclass(frozen=True)
class _Submitted:
    manifest: Manifest
    data: bytes
    sha256: str
    signature: Signed


def _verifier(device: Device) -> Ed25519Verifier:
    return Ed25519Verifier(read_public(device.public_key), key_id=device.device_id)


def _reason(wrong: Exception) -> str:
    if isinstance(wrong, UnsealError):
        return "cannot_unseal"
    return "bad_application" if isinstance(wrong, BadShape) else "bad_archive"


class _SealedStream:
    """The parts one after the other, one in memory at a time."""

    def __init__(self, blobs: LocalStore, parts: tuple[Part, ...]) -> None:
        self._pieces = (blobs.get(part_key(part.sha256)) for part in parts)
        self._rest = memoryview(b"")

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return bytes(self._rest) + b"".join(self._pieces)
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = memoryview(piece)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


class _Bounded(io.BytesIO):
    """Memory for what comes out of the seal, with an end: the manifest bounds it, a bug must not."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # only ever given bytes
        if self.tell() + len(data) > self._limit:
            raise BadArchive("larger than any dossier")
        return super().write(data)
