"""Sealer lane: seal the dossier into the spool, and keep what became of the paper receipt."""

from __future__ import annotations

import threading

from kiosk.effects import NoteReceipt, Seal
from kiosk.events import Failed, Sealed
from kiosk.lanes import Job, Tell
from kiosk.outbox import DiskFull, OutboxError
from kiosk.parts import Link, Outbox
from kiosk.problems import Problem


def seal(outbox: Outbox, link: Link, effect: Seal) -> Job:
    """The citizen is told first; the courier would find the packet by itself, and finds it sooner when told."""

    def job(_cancel: threading.Event, tell: Tell) -> None:
        try:
            filing = outbox.file(effect.dossier, language=effect.language)
        except DiskFull:
            tell(Failed(Problem.DISK_FULL))
        except OutboxError:
            tell(Failed(Problem.SEAL_FAILED))
        else:
            tell(Sealed(filing))
            link.poke()

    return job


def note_receipt(outbox: Outbox, effect: NoteReceipt) -> Job:
    def job(_cancel: threading.Event, _tell: Tell) -> None:
        outbox.note_receipt(effect.packet_id, effect.state)

    return job
