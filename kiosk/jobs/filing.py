"""Sealer lane: seal the dossier into the spool, and keep what became of the paper receipt."""

from __future__ import annotations

import threading

from kiosk.effects import NoteReceipt, Seal
from kiosk.events import Failed, Sealed
from kiosk.lanes import Job, Tell
from kiosk.outbox import DiskFull, OutboxError
from kiosk.parts import Outbox
from kiosk.problems import Problem


def seal(outbox: Outbox, effect: Seal) -> Job:
    def job(_cancel: threading.Event, tell: Tell) -> None:
        try:
            filing = outbox.file(effect.dossier, language=effect.language)
        except DiskFull:
            tell(Failed(Problem.DISK_FULL))
        except OutboxError:
            tell(Failed(Problem.SEAL_FAILED))
        else:
            tell(Sealed(filing))

    return job


def note_receipt(outbox: Outbox, effect: NoteReceipt) -> Job:
    def job(_cancel: threading.Event, _tell: Tell) -> None:
        outbox.note_receipt(effect.packet_id, effect.state)

    return job
