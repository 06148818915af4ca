"""The parsers and the errors that they document. A new parser is one row of `TARGETS`.

A target takes any bytes and returns; whatever it raises is a crash.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass

from drivers.barcode.scan_lines import LineAssembler
from drivers.barcode.wedge import WedgeAssembler
from drivers.emulators.cards import CARDS, emulated, encode_text
from drivers.emulators.virtual_card import GENERATIONS, SocialSecurityApplication
from drivers.errors import CardUnreadable, DeviceError, DeviceGarbled
from drivers.idcard import apdu, sam_commands, sam_framing, sam_text, social_security
from drivers.protocols import CardKind
from packet.application import from_json
from packet.archive import read_archive
from packet.errors import BadApplication, BadArchive, BadManifest
from packet.manifest import Manifest
from paper import codes

_HOLDER = CARDS["social_security"]


@dataclass(frozen=True)
class Target:
    """`seeds` are good inputs to start from."""

    try_one: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def _sam_framing(data: bytes) -> None:
    buffer = data
    while not isinstance(taken := sam_framing.take(buffer), sam_framing.Incomplete):
        if len(taken.rest) >= len(buffer):
            raise AssertionError("no progress")
        if isinstance(taken, sam_framing.Whole) and taken.reply.sw3 == sam_commands.DONE:
            with contextlib.suppress(DeviceGarbled):
                sam_commands.card_blocks("fuzz", taken.reply.data)
            with contextlib.suppress(DeviceGarbled):
                sam_commands.sam_number("fuzz", taken.reply.data)
        buffer = taken.rest


def _sam_text(data: bytes) -> None:
    with contextlib.suppress(DeviceGarbled, CardUnreadable):
        sam_text.card_data(data[:256].ljust(256, b"\0"), device="fuzz")
    with contextlib.suppress(DeviceGarbled):
        sam_text.appended_address(data, device="fuzz")


def _records(data: bytes) -> None:
    with contextlib.suppress(apdu.AnswerBroken):
        apdu.records(data)


def _answers(data: bytes) -> list[bytes]:
    """Length and value, again and again: what a card answers to one command after the other."""
    source = io.BytesIO(data)
    return [source.read(size[0]) for size in iter(lambda: source.read(1), b"")]


def _chained(data: bytes) -> None:
    answers = iter(_answers(data))
    with contextlib.suppress(apdu.AnswerBroken):
        apdu.ask(lambda _command: next(answers, b"\x90\x00"), apdu.read_record_by_tag(8))


def _social_security(data: bytes) -> None:
    answers = iter(_answers(data))
    with contextlib.suppress(DeviceError):
        social_security.read_card(lambda _command: next(answers, b"\x6a\x83"), device="fuzz")


def _code(data: bytes) -> None:
    with contextlib.suppress(codes.UnknownCode):
        code = codes.parse(data.decode("utf-8", "replace"))
        if codes.parse(code.encode()) != code:
            raise AssertionError("says another thing when written again")


def _manifest(data: bytes) -> None:
    with contextlib.suppress(BadManifest):
        Manifest.from_bytes(data)


def _application(data: bytes) -> None:
    with contextlib.suppress(BadApplication):
        from_json(data)


def _archive(data: bytes) -> None:
    with contextlib.suppress(BadArchive, BadApplication):
        read_archive(io.BytesIO(data))


def _scan_lines(data: bytes) -> None:
    lines = LineAssembler()
    found = [*lines.feed(data[: len(data) // 2]), *lines.feed(data[len(data) // 2 :])]
    if not all(text and text.isprintable() for text in found):
        raise AssertionError("a code that cannot be one")


def _wedge(data: bytes) -> None:
    assembler, at_s = WedgeAssembler(), 0.0
    for character in data.decode("utf-8", "replace"):
        at_s += 0.2 if character == "~" else 0.01
        code = assembler.key(character, at_s)
        if code is not None and not code.isprintable():
            raise AssertionError("a code that cannot be one")


def _conversation(application: SocialSecurityApplication) -> bytes:
    heard: list[bytes] = []

    def transmit(command: bytes) -> bytes:
        heard.append(application.answer(command))
        return heard[-1]

    social_security.read_card(transmit, device="fuzz")
    return b"".join(bytes((len(answer),)) + answer for answer in heard)


_TEXTS = tuple(encode_text(card) for card in CARDS.values() if card.kind is not CardKind.SOCIAL_SECURITY)
_CARD = emulated(CARDS["beilin_woman"])
_CONVERSATIONS = tuple(_conversation(SocialSecurityApplication(_HOLDER, one)) for one in GENERATIONS)
_OUR_CODES = (b"XATB1*R*610100-2026-000123*K7QX", b"XATB1*N*N-1*610103-2026-1*8F3K")
_JSON = (b'{"schema":"tongban.manifest/1","parts":[],"sequence":1}', b"{}", b'{"schema":"tongban.application/1"}')

TARGETS: dict[str, Target] = {
    "sam_framing": Target(
        _sam_framing,
        (
            sam_framing.reply(0x9F, bytes(4)),
            sam_framing.reply(0x90, bytes.fromhex("01000400") + _CARD.text + _CARD.photo),
        ),
    ),
    "sam_text": Target(_sam_text, _TEXTS),
    "records": Target(_records, (bytes.fromhex("080341424309024142"),)),
    "apdu": Target(_chained, (bytes.fromhex("0261050441429000"), bytes.fromhex("026C04029000"))),
    "social_security": Target(_social_security, _CONVERSATIONS),
    "code": Target(_code, _OUR_CODES),
    "manifest": Target(_manifest, _JSON),
    "application": Target(_application, _JSON),
    "archive": Target(_archive, (b"application.json".ljust(512, b"\0") + bytes(1024),)),
    "scan_lines": Target(_scan_lines, (_OUR_CODES[0] + b"\r\n", "电子\n".encode("gb18030"))),
    "wedge": Target(_wedge, (_OUR_CODES[0] + b"\r",)),
}
