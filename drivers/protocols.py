"""One small protocol for each kind of device, in the words of the task.

Every call may block: each device has its own thread (see `kiosk.lanes`). Long calls take a `cancel` event and a
time limit and look at both. All raise from the tree in `drivers.errors`. `close` may be called twice.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Event
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Image: TypeAlias = npt.NDArray[np.uint8]
"""Height x width x 3, blue-green-red, 8 bits a channel."""


# --- identity cards -----------------------------------------------------------------


class CardKind(enum.StrEnum):
    RESIDENT = "resident"  # 居民身份证
    HK_MO_TW_PERMIT = "hk_mo_tw_permit"  # 港澳台居民居住证, layout J
    FOREIGNER_2017 = "foreigner_2017"  # 外国人永久居留身份证, layout I
    FOREIGNER_2023 = "foreigner_2023"  # layout Y
    SOCIAL_SECURITY = "social_security"  # 社会保障卡
    PASSPORT = "passport"  # 护照 of any country, with a chip after ICAO 9303
    TRAVEL_PERMIT = "travel_permit"  # 来往内地（大陆）通行证 and every other document of that make


class Sex(enum.StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSTATED = "9"


class Check(enum.StrEnum):
    """What a travel document has proven."""

    SIGNED_DATA = "signed_data"  # every file that was read is signed by the issuing state (passive authentication)
    CHIP_AUTHENTICATION = "chip_authentication"  # the chip holds the secret key of the signed file 14
    ACTIVE_AUTHENTICATION = "active_authentication"  # the chip holds the secret key of the signed file 15


class Doubt(enum.StrEnum):
    """Why a travel document is not proven."""

    NOT_SIGNED = "not_signed"  # it has no security object
    SECURITY_OBJECT_BROKEN = "security_object_broken"  # nobody can make sense of it
    NO_TRUST_ANCHOR = "no_trust_anchor"  # its state is not in our trust list
    SIGNER_EXPIRED = "signer_expired"
    ANCHOR_EXPIRED = "anchor_expired"
    BAD_CERTIFICATE = "bad_certificate"  # the state that it names did not sign its signer's certificate
    BAD_SIGNATURE = "bad_signature"
    HASH_MISMATCH = "hash_mismatch"  # a file is not the one that was signed
    FILE_WITHHELD = "file_withheld"  # a file was signed, and the chip does not give it
    UNKNOWN_ALGORITHM = "unknown_algorithm"
    CLONED_CHIP = "cloned_chip"  # the chip does not hold the secret key that was signed for it


class ProofState(enum.StrEnum):
    GENUINE = "genuine"  # data and chip are the issuing state's
    READ = "read"  # the data are; nothing shows that the chip is not a copy of another, for it cannot prove itself
    NOT_PROVEN = "not_proven"  # a check came to nothing, or speaks against the document: see the doubts


@dataclass(frozen=True)
class Genuineness:
    """How far a travel document is proven. Names no holder."""

    checks: tuple[Check, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def state(self) -> ProofState:
        if self.doubts or Check.SIGNED_DATA not in self.checks:
            return ProofState.NOT_PROVEN
        return ProofState.GENUINE if len(self.checks) > 1 else ProofState.READ


@dataclass(frozen=True, repr=False)
class CardData:
    """What a card says of its holder. `valid_to` None means 长期. `photo` is opaque: the WLT block, or the JPEG or
    JPEG 2000 picture of a travel document."""

    kind: CardKind
    name: str
    number: str
    sex: Sex
    birth: date | None
    address: str = ""
    nation: str = ""  # GB/T 3304 two-digit code, "" where the layout has none
    nationality: str = "CHN"
    latin_name: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    photo: bytes = b""
    reader_serial: str = ""  # SAM number of the reader that proved the card, "" where there is none
    birth_place: str = ""  # travel documents only, and few of them
    genuineness: Genuineness | None = None  # of travel documents; None where nothing of the kind can be asked

    def __repr__(self) -> str:
        return f"CardData({self.kind}, ***)"


class ReadStage(enum.Enum):
    WAITING = "waiting"  # no card yet
    LIFT_CARD = "lift_card"  # a card already read lies there: it must be lifted and laid again
    READING = "reading"


@dataclass(frozen=True)
class ReaderReady:
    serial: str = ""


@dataclass(frozen=True)
class ReaderOut:
    """The reader cannot be used now; `detail` is for the log and staff."""

    detail: str


ReaderStatus: TypeAlias = ReaderReady | ReaderOut


class IdCardReader(Protocol):
    """居民身份证阅读器 and every other reader of identity cards."""

    def status(self) -> ReaderStatus:
        """Ask the device now; never raises for a missing device."""

    def read(self, *, timeout_s: float, cancel: Event, on_stage: Callable[[ReadStage], None]) -> CardData:
        """Wait for a card and read it once.

        Raises DeviceAbsent, DeviceTimeout (no card in time), DeviceGarbled, CardRemoved, CardUnreadable, Cancelled.
        """

    def close(self) -> None: ...


# --- document camera ----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture. `sequence` grows by one for each picture the camera delivered; `at_s` is monotonic time."""

    image: Image = field(repr=False)
    sequence: int
    at_s: float


class DocumentCamera(Protocol):
    """高拍仪. Opened for one step and closed after it."""

    def open(self) -> None:
        """Raises DeviceAbsent or DeviceBusy."""

    def frame(self, *, timeout_s: float) -> Frame:
        """The newest preview picture, never the same sequence twice. Raises DeviceAbsent, DeviceTimeout."""

    def still(self, *, timeout_s: float) -> Frame:
        """A picture at the camera's full resolution. Raises DeviceAbsent, DeviceTimeout."""

    def close(self) -> None: ...


# --- codes --------------------------------------------------------------------------


@dataclass(frozen=True)
class DecodedCode:
    symbology: str  # "QR", "CODE128", ...
    text: str
    corners: tuple[tuple[float, float], ...]  # pixels


class CodeDecoder(Protocol):
    def decode(self, image: Image) -> tuple[DecodedCode, ...]:
        """Every readable code in the picture; an empty tuple when there is none. Never raises on bad pictures."""


class CodeScanner(Protocol):
    """扫码窗: a scanner that reads by itself and only tells the text."""

    def scan(self, *, timeout_s: float, cancel: Event) -> str:
        """The next code shown from now on. Raises DeviceAbsent, DeviceBusy, DeviceTimeout, Cancelled."""

    def close(self) -> None: ...


# --- printers -----------------------------------------------------------------------


class PrinterFault(enum.StrEnum):
    PAPER_OUT = "paper_out"
    JAM = "jam"
    COVER_OPEN = "cover_open"
    TONER_OUT = "toner_out"
    UNREACHABLE = "unreachable"  # printer gone or powered off
    SPOOLER_DOWN = "spooler_down"  # cupsd itself does not answer
    PAUSED = "paused"  # queue stopped by staff or by the spooler
    OTHER = "other"


@dataclass(frozen=True)
class PrinterReady:
    pass


@dataclass(frozen=True)
class PrinterNeedsHelp:
    faults: tuple[PrinterFault, ...]
    detail: str = ""


PrinterStatus: TypeAlias = PrinterReady | PrinterNeedsHelp


@dataclass(frozen=True)
class PrintProven:
    """The job ended and every piece of evidence says that paper came out."""

    job: int
    pages: int


@dataclass(frozen=True)
class PrintUnproven:
    """The spooler says done, and something speaks against it. Offer a copy, never a second original."""

    job: int
    detail: str


@dataclass(frozen=True)
class PrintFailed:
    """Nothing more will come out of this job; it has been purged. `job` is None when it never got one."""

    fault: PrinterFault
    detail: str
    job: int | None = None


PrintOutcome: TypeAlias = PrintProven | PrintUnproven | PrintFailed


@dataclass(frozen=True)
class PrintProgress:
    """Told while a job runs. `faults` is not empty while the printer waits for somebody."""

    page: int
    pages: int
    faults: tuple[PrinterFault, ...] = ()


class Printer(Protocol):
    def status(self) -> PrinterStatus:
        """Ask now; never raises."""

    def print(
        self,
        document: bytes,
        *,
        title: str,
        pages: int,
        timeout_s: float,
        cancel: Event,
        on_progress: Callable[[PrintProgress], None],
    ) -> PrintOutcome:
        """Print one PDF and follow it to its end.

        `title` reaches the spooler's logs: it must hold no personal data. A fault that people can mend (paper, jam)
        is reported through `on_progress` and waited for until `timeout_s`; then the job is purged. Never raises
        for a state of the printer: those are outcomes.
        """

    def close(self) -> None: ...
