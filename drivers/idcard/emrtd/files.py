"""Files of the document, read in as few commands as its answers allow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from drivers.idcard import apdu
from drivers.idcard.apdu import Answer, AnswerBroken
from drivers.idcard.emrtd import commands, tlv
from drivers.idcard.emrtd.commands import ANY_SHORT, END_OF_FILE, WRONG_LENGTH, Channel, Refused

_LARGEST_FILE = 1 << 20
"""No document holds so much: a length that promises more is nonsense or malice."""
_NEAR = 1 << 15
_FAR_WRAPPING = 4
"""Tag and length around the content in an answer to a far read, at most."""
_HEAD = 6


class File(IntEnum):
    """File identifiers of the application; the lower five bits are the short ones."""

    COM = 0x011E
    SOD = 0x011D
    DG1 = 0x0101
    DG2 = 0x0102
    DG11 = 0x010B
    DG14 = 0x010E
    DG15 = 0x010F

    @property
    def short_id(self) -> int:
        return self & 0x1F

    @property
    def tag(self) -> int:
        return _TAGS[self]


_TAGS = {
    File.COM: 0x60,
    File.SOD: 0x77,
    File.DG1: 0x61,
    File.DG2: 0x75,
    File.DG11: 0x6B,
    File.DG14: 0x6E,
    File.DG15: 0x6F,
}
DATA_GROUPS = {1: File.DG1, 2: File.DG2, 11: File.DG11, 14: File.DG14, 15: File.DG15}
"""By their number; the others are not read."""

_MISSING = (apdu.FILE_NOT_FOUND, apdu.RECORD_NOT_FOUND, apdu.DATA_NOT_FOUND, 0x6982, 0x6985, 0x6986)


@dataclass(frozen=True)
class FileReader:
    """`most` bytes come with one answer, as the channel and the document allow."""

    channel: Channel
    most: int

    def read(self, file: File) -> bytes:
        """The whole file, tag and length included. Raises Refused, AnswerBroken."""
        content = self._beginning(file)
        length = tlv.whole_length(content)
        if not 0 < length <= _LARGEST_FILE:
            raise AnswerBroken(f"file {file.name} of {length} bytes")
        while len(content) < length:
            content += self._more(len(content), min(self.most, length - len(content)))
        content = content[:length]
        tlv.only(content, file.tag)
        return content

    def read_if_there(self, file: File) -> bytes | None:
        try:
            return self.read(file)
        except Refused as refused:
            if refused.status in _MISSING:
                return None
            raise

    def _beginning(self, file: File) -> bytes:
        """Select and read at once where the document knows short identifiers; the older way where it does not."""
        answer = self.channel.ask(commands.read_by_short_id(file.short_id, expected=self.most))
        if answer.status & 0xFF00 == WRONG_LENGTH:
            answer = self.channel.ask(
                commands.read_by_short_id(file.short_id, expected=answer.status & 0xFF or ANY_SHORT)
            )
        if answer.status not in (apdu.OK, END_OF_FILE):
            if answer.status in (apdu.FILE_NOT_FOUND, 0x6982):
                raise Refused(f"file {file.name}", answer.status)
            commands.demand(self.channel.ask(commands.select_file(file)), f"select file {file.name}")
            answer = self.channel.ask(commands.read_on(0, expected=_HEAD))
        return _content(answer, f"file {file.name}")

    def _more(self, offset: int, size: int) -> bytes:
        if offset < _NEAR:
            return _content(self.channel.ask(commands.read_on(offset, expected=size)), "read on")
        size = min(size, self.most - _FAR_WRAPPING)
        answer = self.channel.ask(commands.read_far_on(offset, expected=size + _FAR_WRAPPING))
        return tlv.only(_content(answer, "read far on"), 0x53)


def _content(answer: Answer, doing: str) -> bytes:
    """Raises Refused, and AnswerBroken for an empty answer, which would never come to an end."""
    data = answer.data if answer.status == END_OF_FILE else commands.demand(answer, doing)
    if not data:
        raise AnswerBroken(f"{doing}: nothing in it")
    return data
