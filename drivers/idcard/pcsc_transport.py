"""PC/SC: readers, cards and commands through pcscd, with its return codes turned into errors of ours.

Uses the plain calls of `smartcard.scard`: pyscard's own monitor threads do not outlive a restart of pcscd.
"""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from typing import Any

from drivers.errors import CardRemoved, CardUnreadable, DeviceAbsent, DeviceBusy, DeviceGarbled

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"

# winscard.h; pyscard returns them as signed 32-bit numbers.
_OK = 0
_INVALID_HANDLE = 0x80100003
_UNKNOWN_READER = 0x80100009
_TIMEOUT = 0x8010000A
_SHARING_VIOLATION = 0x8010000B
_NO_SMARTCARD = 0x8010000C
_PROTOCOL_MISMATCH = 0x8010000F  # its answer to reset makes no sense
_COMM_ERROR = 0x80100013
_NOT_TRANSACTED = 0x80100016
_READER_UNAVAILABLE = 0x80100017
_NO_SERVICE = 0x8010001D
_SERVICE_STOPPED = 0x8010001E
_NO_READERS_AVAILABLE = 0x8010002E
_UNRESPONSIVE_CARD = 0x80100066
_UNPOWERED_CARD = 0x80100067
_RESET_CARD = 0x80100068
_REMOVED_CARD = 0x80100069

_ABSENT = frozenset(
    {
        _INVALID_HANDLE,
        _UNKNOWN_READER,
        _COMM_ERROR,
        _READER_UNAVAILABLE,
        _NO_SERVICE,
        _SERVICE_STOPPED,
        _NO_READERS_AVAILABLE,
    }
)
_REMOVED = frozenset({_NO_SMARTCARD, _REMOVED_CARD})
_MUTE = frozenset({_PROTOCOL_MISMATCH, _UNRESPONSIVE_CARD, _UNPOWERED_CARD})

_PRESENCE_SETTLES_MS = 800  # pcscd looks at a reader every 400 ms


@dataclass(frozen=True)
class Slot:
    """What a reader's slot holds now. `event` grows with every insertion and removal."""

    reader: str
    state: int
    event: int
    has_card: bool
    is_mute: bool


class NotTransacted(DeviceGarbled):
    """A command came to nothing although a card is there: its contacts bounced, or it was swapped quickly."""


class PcscContext:
    """A connection to pcscd. Any call raises DeviceAbsent when pcscd is not there any more: make a new one then."""

    def __init__(self, device: str, *, socket: str = "") -> None:
        """`socket`: where pcscd listens, "" for its usual place. One process can only ever use one place.

        Raises DeviceAbsent.
        """
        self._device = device
        self._scard = _scard(socket)
        code, self._context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        self._check(code, "establish")

    def slots(self, name_contains: str = "") -> tuple[Slot, ...]:
        """Raises DeviceAbsent when there is no such reader."""
        code, names = self._scard.SCardListReaders(self._context, [])
        self._check(code, "list readers")
        wanted = [name for name in names if name_contains in name]
        if not wanted:
            raise DeviceAbsent(self._device, f"no reader named {name_contains!r}")
        code, found = self._scard.SCardGetStatusChange(
            self._context, 0, [(name, self._scard.SCARD_STATE_UNAWARE) for name in wanted]
        )
        self._check(code, "look")
        return tuple(self._slot(*one) for one in found)

    def wait(self, slots: tuple[Slot, ...], *, timeout_s: float) -> None:
        """Returns at the first change of a slot, or after `timeout_s`."""
        code, _ = self._scard.SCardGetStatusChange(
            self._context, int(timeout_s * 1000), [(slot.reader, slot.state) for slot in slots]
        )
        if code & 0xFFFFFFFF != _TIMEOUT:
            self._check(code, "wait")

    def connect(self, slot: Slot) -> PcscCard:
        """For this program alone. Raises DeviceBusy, CardRemoved, CardUnreadable."""
        scard = self._scard
        code, handle, protocol = scard.SCardConnect(
            self._context,
            slot.reader,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        self._check(code, "connect")
        return PcscCard(self, slot, handle, protocol)

    def close(self) -> None:
        self._scard.SCardReleaseContext(self._context)

    def _transmit(self, slot: Slot, handle: Any, protocol: int, command: bytes) -> bytes:
        pci = self._scard.SCARD_PCI_T1 if protocol == self._scard.SCARD_PROTOCOL_T1 else self._scard.SCARD_PCI_T0
        code, answer = self._scard.SCardTransmit(handle, pci, list(command))
        # An empty answer is no answer either: some reader drivers give it for a card that has just left.
        if code & 0xFFFFFFFF == _NOT_TRANSACTED or (code == _OK and len(answer) < 2):
            if self._has_left(slot):
                raise CardRemoved(self._device, "the card left between two commands")
            raise NotTransacted(self._device, "the card is there and does not answer")
        self._check(code, "transmit")
        return bytes(answer)

    def _has_left(self, slot: Slot) -> bool:
        """A command that came to nothing may mean an empty slot that pcscd has not noticed yet."""
        code, found = self._scard.SCardGetStatusChange(self._context, _PRESENCE_SETTLES_MS, [(slot.reader, slot.state)])
        if code & 0xFFFFFFFF == _TIMEOUT:
            return False
        self._check(code, "look again")
        return self._slot(*found[0]).event != slot.event

    def _power_anew(self, handle: Any) -> int:
        scard = self._scard
        code, protocol = scard.SCardReconnect(
            handle,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
            scard.SCARD_UNPOWER_CARD,
        )
        self._check(code, "power anew")
        return int(protocol)

    def _disconnect(self, handle: Any) -> None:
        # Not reset, not unpowered: pcscd 1.9.9 never notices the slot's next card when that fails for a card just gone.
        self._scard.SCardDisconnect(handle, self._scard.SCARD_LEAVE_CARD)

    def _slot(self, reader: str, state: int, _atr: list[int]) -> Slot:
        # Whether some program holds the card changes the state and not the card: leave it to pcscd to compare.
        return Slot(
            reader=reader,
            state=state & ~self._scard.SCARD_STATE_CHANGED,
            event=state >> 16,
            has_card=bool(state & self._scard.SCARD_STATE_PRESENT),
            is_mute=bool(state & self._scard.SCARD_STATE_MUTE),
        )

    def _check(self, signed_code: int, doing: str) -> None:
        code = signed_code & 0xFFFFFFFF
        if code == _OK:
            return
        detail = f"{doing}: {code:08X}"
        if code in _ABSENT:
            raise DeviceAbsent(self._device, detail)
        if code in _REMOVED:
            raise CardRemoved(self._device, detail)
        if code in _MUTE:
            raise CardUnreadable(self._device, detail, reason="mute")
        if code == _SHARING_VIOLATION:
            raise DeviceBusy(self._device, detail)
        raise DeviceGarbled(self._device, detail)


class PcscCard:
    """A card held by us. Use as a context manager: it is let go at the end."""

    def __init__(self, context: PcscContext, slot: Slot, handle: Any, protocol: int) -> None:
        self._context = context
        self._slot = slot
        self._handle = handle
        self._protocol = protocol

    def transmit(self, command: bytes) -> bytes:
        """Blocks as long as the card does. Raises CardRemoved, DeviceAbsent, DeviceGarbled."""
        return self._context._transmit(self._slot, self._handle, self._protocol, command)

    def power_anew(self) -> None:
        """Take the card's power away and give it back. Raises like `transmit`."""
        self._protocol = self._context._power_anew(self._handle)

    def __enter__(self) -> PcscCard:
        return self

    def __exit__(self, *_: object) -> None:
        self._context._disconnect(self._handle)


def _scard(socket: str) -> Any:
    """The library, told where pcscd listens before it is loaded: it looks once in the life of a process."""
    if socket and os.environ.get(SOCKET_VARIABLE) != socket:
        if "smartcard.scard" in sys.modules:
            raise ValueError("this process already talks to another pcscd")
        os.environ[SOCKET_VARIABLE] = socket
    return importlib.import_module("smartcard.scard")
