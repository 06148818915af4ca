"""The outbox: a finished dossier becomes a sealed packet in the spool, and from then on the kiosk cannot read it."""

from kiosk.outbox.errors import DiskFull, OutboxError, SealFailed, SpoolBusy
from kiosk.outbox.filing import Outbox, StoredReceipt
from kiosk.storage.outbox import ReceiptState

__all__ = ["DiskFull", "Outbox", "OutboxError", "ReceiptState", "SealFailed", "SpoolBusy", "StoredReceipt"]
