"""Driver of passports (护照) and travel permits with a chip, behind pcscd."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from drivers.errors import CardUnreadable, DeviceGarbled
from drivers.idcard.apdu import AnswerBroken, Transmit
from drivers.idcard.emrtd import document
from drivers.idcard.emrtd.commands import Random, Refused, WrongPassword
from drivers.idcard.emrtd.document import MrzNeeded, NotATravelDocument, Reading
from drivers.idcard.emrtd.mrz import Access
from drivers.idcard.emrtd.trust_list import TrustList
from drivers.idcard.pcsc import DEVICE, PcscReader
from drivers.protocols import CardData, ReadStage

READING_LIMIT_S = 20.0
"""A picture of 20 kB takes four seconds through a slow contactless reader."""


class EmrtdReader(PcscReader):
    """`IdCardReader` of travel documents. A document opens only to who can read its page: `present` that first.

    Without it, and after a wrong one, a document that lies there ends the read with CardUnreadable, reason
    `mrz_needed` or `wrong_mrz`: ask the citizen, present, and read again; it need not be lifted. What was presented is
    forgotten once a document was read or refused it, and on `close`.
    """

    _reading_limit_s = READING_LIMIT_S

    def __init__(
        self,
        *,
        trust_list: str = "",
        long_answers: bool = True,
        reader: str = "",
        socket: str = "",
        outage_s: float = 5.0,
        random: Random = secrets.token_bytes,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`trust_list`: a folder of country signing certificates, "" for none: then nothing is ever proven.
        `long_answers`: off for a reader that cannot pass answers of more than 256 bytes.

        Raises TrustListBroken, and OSError when there is no such folder.
        """
        super().__init__(reader=reader, socket=socket, outage_s=outage_s)
        trust = TrustList.of_folder(Path(trust_list)) if trust_list else TrustList()
        self._how = Reading(trust=trust, random=random, are_long_answers_wanted=long_answers)
        self._clock = clock
        self._access: Access | None = None

    def present(self, access: Access) -> None:
        """For the next document."""
        self._access = access

    def forget(self) -> None:
        """What was presented. May be called twice."""
        self._access = None

    def read(self, *, timeout_s: float, cancel: Event, on_stage: Callable[[ReadStage], None]) -> CardData:
        card = super().read(timeout_s=timeout_s, cancel=cancel, on_stage=on_stage)
        self.forget()
        return card

    def close(self) -> None:
        self.forget()
        super().close()

    def _read_application(self, transmit: Transmit) -> CardData:
        try:
            if self._access is None:
                raise MrzNeeded if document.has_application(transmit) else NotATravelDocument
            return document.read_document(transmit, self._access, how=self._how, at=self._clock())
        except NotATravelDocument:
            raise CardUnreadable(DEVICE, "no travel document", reason="wrong_kind") from None
        except MrzNeeded:
            raise CardUnreadable(DEVICE, "closed until its page is read", reason="mrz_needed") from None
        except WrongPassword as refused:
            self.forget()
            raise CardUnreadable(DEVICE, str(refused), reason="wrong_mrz") from None
        except Refused as refused:
            raise CardUnreadable(DEVICE, str(refused), reason="refused") from None
        except AnswerBroken as broken:
            raise DeviceGarbled(DEVICE, str(broken)) from None
