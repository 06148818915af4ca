"""File a dossier: number it, seal it, spool it, note it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.dossier import RECEIPT_OFFERED_FOR, Dossier, Filing
from kiosk.outbox.errors import DiskFull, SealFailed, SpoolBusy
from kiosk.outbox.handwriting import signature_as_png
from kiosk.outbox.pages import pages_as_pdf
from kiosk.outbox.record import Place, application_record, materials_with_pages
from kiosk.storage import audit
from kiosk.storage.engine import forget_old_pages, open_database, sessions
from kiosk.storage.outbox import OutboxRow, ReceiptState, count_of, row_of, set_counter, text_of
from kiosk.storage.spool import (
    MANIFEST,
    RECEIPT,
    SEALED,
    Spool,
    free_bytes,
    sync_file,
    write_synced,
)
from packet import wire
from packet.application import Application
from packet.archive import SIGNATURE, ArchiveStream
from packet.digest import SHA256
from packet.errors import PacketError
from packet.filing_number import day_of, make_filing_number, parse_filing_number
from packet.identifiers import make_packet_id
from packet.manifest import SCHEMA, Manifest, manifest_digest
from packet.parts import PartsWriter
from packet.seal import Sealer
from packet.sign import ED25519

DEFAULT_RESERVE_BYTES = 64 * 1024 * 1024
PROGRESS_CODE_DIGITS = 8
_OVERHEAD_BYTES = 256 * 1024  # records, tar and age headers, PDF objects, the database's pages
_SETTLED = (ReceiptState.PROVEN, ReceiptState.LATER)
_OUT_OF_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class StoredReceipt:
    """What it takes to print the paper receipt again. No personal data; the progress code is the citizen's secret."""

    packet_id: str
    filing_number: str
    progress_code: str
    collected_at: str  # ISO 8601 with zone
    item_code: str
    locality: str
    language: str
    page_counts: tuple[tuple[str, int], ...]  # material key, pages

    @property
    def filing(self) -> Filing:
        return Filing(self.packet_id, self.filing_number, self.progress_code, datetime.fromisoformat(self.collected_at))


class Outbox:
    """Owned by the kiosk's process; used from one lane at a time.

    Opening it locks the spool and tidies what an earlier process left: drafts are deleted, whole packets without a row
    get their row. Raises SpoolBusy.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        place: Place,
        sealer: Sealer,
        recipients_epoch: int,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes] = os.urandom,
        reserve_bytes: int = DEFAULT_RESERVE_BYTES,
    ) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self._place = place
        self._sealer = sealer
        self._recipients_epoch = recipients_epoch
        self._clock = clock
        self._random = random
        self._reserve_bytes = reserve_bytes
        self._spool = Spool(data_dir)
        self._one_at_a_time = threading.Lock()
        try:
            self._spool_lock = self._spool.lock()
        except BlockingIOError:
            raise SpoolBusy(str(data_dir)) from None
        self._engine = open_database(data_dir)
        self._sessions = sessions(self._engine)
        self._tidy()

    def close(self) -> None:
        self._engine.dispose()
        self._spool_lock.close()

    def file(self, dossier: Dossier, *, language: str) -> Filing:
        """Seal `dossier` into the spool. When this returns, a power cut cannot lose it and the kiosk cannot read it.

        Raises DiskFull or SealFailed; then nothing is left behind and no number was used up.
        """
        with self._one_at_a_time, _as_outbox_errors():
            self._check_room(dossier)
            with self._sessions() as session:
                filing, sequence, previous = self._next_numbers(session)
            application = application_record(dossier, filing=filing, place=self._place, language=language)
            receipt = _stored_receipt(application)
            with self._spool.new_packet(filing.packet_id) as draft:
                manifest = self._seal(dossier, application, draft / SEALED, sequence=sequence, previous=previous)
                write_synced(draft / MANIFEST, manifest.to_bytes())
                write_synced(draft / RECEIPT, wire.encode(receipt))
            try:
                self._note(manifest, receipt, event="filed")
            except Exception:
                # A commit may report a failure and still have happened; then the citizen has filed.
                if not self._has_row(filing.packet_id):
                    self._spool.remove(filing.packet_id)
                    raise
            return filing

    def note_receipt(self, packet_id: str, state: ReceiptState | str) -> None:
        """What became of the paper receipt. With a proven one the progress code is forgotten here."""
        now = self._clock()
        with self._sessions.begin() as session:
            row = row_of(session, packet_id)
            if row is None:
                return
            row.receipt_state = ReceiptState(state)
            is_settled = row.receipt_state in _SETTLED
            if is_settled:
                row.progress_code = ""
            audit.note(session, "receipt", at=now, packet=packet_id, state=row.receipt_state.value)
        if is_settled:
            (self._spool.packet(packet_id) / RECEIPT).unlink(missing_ok=True)
            forget_old_pages(self._engine)

    def unproven_receipt(self) -> StoredReceipt | None:
        """The newest filing of which nobody knows that the citizen has paper in hand; None when there is none.

        Only of the last `RECEIPT_OFFERED_FOR`: an older one is settled as `later` here, and its secret forgotten.
        """
        with self._sessions() as session:
            rows = session.scalars(
                select(OutboxRow).where(OutboxRow.receipt_state.not_in(_SETTLED)).order_by(OutboxRow.sequence.desc())
            ).all()
            open_ones = [_receipt_of(row) for row in rows]
        oldest = self._clock() - RECEIPT_OFFERED_FOR
        for stored in open_ones:
            if stored.filing.collected_at < oldest:
                self.note_receipt(stored.packet_id, ReceiptState.LATER)
        return next((stored for stored in open_ones if stored.filing.collected_at >= oldest), None)

    def _check_room(self, dossier: Dossier) -> None:
        pages = sum(len(page.jpeg) for material in dossier.materials for page in material.pages)
        needed = pages + pages // 50 + _OVERHEAD_BYTES + self._reserve_bytes
        if free_bytes(self._spool.folder) < needed:
            raise DiskFull(f"{needed} bytes needed")

    def _next_numbers(self, session: Session) -> tuple[Filing, int, str]:
        """Looked at, not taken: they are used up by the row that is written at the end."""
        now = self._clock()
        number = make_filing_number(
            kiosk_id=self._place.kiosk_id, at=now, count=count_of(session, _day_counter(day_of(now))) + 1
        )
        filing = Filing(
            packet_id=make_packet_id(unix_ms=int(now.timestamp() * 1000), random=self._random(10)),
            filing_number=str(number),
            progress_code=self._progress_code(),
            collected_at=now,
        )
        return filing, count_of(session, "sequence") + 1, text_of(session, "manifest")

    def _progress_code(self) -> str:
        # 8 bytes over 10**8: the unevenness is below 10**-11.
        number = int.from_bytes(self._random(8), "big") % 10**PROGRESS_CODE_DIGITS
        return f"{number:0{PROGRESS_CODE_DIGITS}d}"

    def _seal(
        self, dossier: Dossier, application: Application, sealed: Path, *, sequence: int, previous: str
    ) -> Manifest:
        with sealed.open("xb") as out:
            writer = PartsWriter(out)
            self._sealer.seal(_archive(dossier, application), writer)
            sync_file(out)
        return Manifest(
            schema=SCHEMA,
            packet_id=application.packet_id,
            device_id=self._place.kiosk_id,
            filing_number=application.filing_number,
            sequence=sequence,
            previous=previous,
            item_code=application.item_code,
            locality=application.locality,
            parts=writer.parts(),
            recipients=self._sealer.recipients,
            recipients_epoch=self._recipients_epoch,
            device_time=application.collected_at,
            boot_id=_boot_id(),
            monotonic_ms=time.monotonic_ns() // 1_000_000,
            seal_algorithm=self._sealer.algorithm,
            sign_algorithm=ED25519,
            digest_algorithm=SHA256.algorithm,
        )

    def _note(self, manifest: Manifest, receipt: StoredReceipt, *, event: str) -> None:
        """The row and the numbers it uses up, in one transaction."""
        number = parse_filing_number(manifest.filing_number)
        digest = manifest_digest(manifest.to_bytes())
        with self._sessions.begin() as session:
            session.add(_row(manifest, receipt, digest))
            if manifest.sequence > count_of(session, "sequence"):
                set_counter(session, "sequence", manifest.sequence)
                set_counter(session, "manifest", digest)
            if number is not None:
                day = _day_counter(number.day)
                set_counter(session, day, max(number.count, count_of(session, day)))
            audit.note(session, event, at=self._clock(), packet=manifest.packet_id, sequence=manifest.sequence)

    def _has_row(self, packet_id: str) -> bool:
        try:
            with self._sessions() as session:
                return row_of(session, packet_id) is not None
        except DBAPIError:
            return False

    def _tidy(self) -> None:
        """The janitor. Safe because the lock says that nobody else is writing."""
        for draft in self._spool.drafts():
            shutil.rmtree(draft, ignore_errors=True)
        for packet_id in self._spool.packet_ids():
            if not self._has_row(packet_id):
                self._adopt(packet_id)

    def _adopt(self, packet_id: str) -> None:
        """A packet whose process was killed between the rename and the row. It is whole, or it would not be there."""
        folder = self._spool.packet(packet_id)
        try:
            manifest = Manifest.from_bytes((folder / MANIFEST).read_bytes())
            receipt = _receipt_beside(manifest, folder / RECEIPT)
        except (OSError, PacketError):
            return  # not ours, or damaged: left for staff, never deleted
        self._note(manifest, receipt, event="adopted")


def _archive(dossier: Dossier, application: Application) -> ArchiveStream:
    """Lazily: the PDF of a material exists only while it is being sealed."""

    def members() -> Iterator[tuple[str, Callable[[], bytes]]]:
        for record, material in zip(application.materials, materials_with_pages(dossier), strict=True):
            pages = material.pages
            yield record.file, lambda pages=pages: pages_as_pdf(pages)  # type: ignore[misc]  # bound now
        signature = dossier.signature
        if signature is not None:
            yield SIGNATURE, lambda: signature_as_png(signature)

    return ArchiveStream(application, members())


def _stored_receipt(application: Application) -> StoredReceipt:
    return StoredReceipt(
        packet_id=application.packet_id,
        filing_number=application.filing_number,
        progress_code=application.progress_code,
        collected_at=application.collected_at,
        item_code=application.item_code,
        locality=application.locality,
        language=application.language,
        page_counts=tuple((material.key, len(material.pages)) for material in application.materials),
    )


def _row(manifest: Manifest, receipt: StoredReceipt, digest: str) -> OutboxRow:
    return OutboxRow(
        packet_id=manifest.packet_id,
        sequence=manifest.sequence,
        filing_number=manifest.filing_number,
        manifest_sha256=digest,
        sealed_bytes=manifest.sealed_bytes,
        collected_at=receipt.collected_at,
        item_code=receipt.item_code,
        locality=receipt.locality,
        language=receipt.language,
        page_counts=json.dumps(receipt.page_counts),
        progress_code=receipt.progress_code,
        receipt_state=ReceiptState.OPEN if receipt.progress_code else ReceiptState.PROVEN,
    )


def _receipt_beside(manifest: Manifest, file: Path) -> StoredReceipt:
    """The stored receipt; once the citizen has it on paper it is gone, and what remains is what staff may know."""
    if file.exists():
        return wire.decode(StoredReceipt, file.read_bytes())
    return StoredReceipt(
        packet_id=manifest.packet_id,
        filing_number=manifest.filing_number,
        progress_code="",
        collected_at=manifest.device_time,
        item_code=manifest.item_code,
        locality=manifest.locality,
        language="",
        page_counts=(),
    )


def _receipt_of(row: OutboxRow) -> StoredReceipt:
    return StoredReceipt(
        packet_id=row.packet_id,
        filing_number=row.filing_number,
        progress_code=row.progress_code,
        collected_at=row.collected_at,
        item_code=row.item_code,
        locality=row.locality,
        language=row.language,
        page_counts=tuple((key, pages) for key, pages in json.loads(row.page_counts)),
    )


def _day_counter(day: str) -> str:
    return f"day:{day}"


def _boot_id() -> str:
    """Which boot `monotonic_ms` counts from; "" where the service manager hides it and does not tell it either."""
    told = os.environ.get("TONGBAN_BOOT_ID", "")  # `%b` of the unit: ProcSubset=pid hides the file
    try:
        return told or Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


@contextmanager
def _as_outbox_errors() -> Iterator[None]:
    try:
        yield
    except OSError as wrong:
        if wrong.errno in _OUT_OF_ROOM:
            raise DiskFull(str(wrong.strerror)) from wrong
        raise SealFailed(f"{type(wrong).__name__} {wrong.errno}") from wrong
    except DBAPIError as wrong:
        if getattr(wrong.orig, "sqlite_errorcode", None) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
            raise DiskFull("database") from wrong
        raise SealFailed("database") from wrong
    except (PacketError, ValueError) as wrong:
        raise SealFailed(type(wrong).__name__) from wrong
