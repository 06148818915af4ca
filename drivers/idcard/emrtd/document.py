"""One travel document from its first command to its last: open, read, prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from drivers.idcard import apdu
from drivers.idcard.apdu import Transmit
from drivers.idcard.emrtd import bac, chip, commands, data_groups, pace, passive, security_infos, tlv
from drivers.idcard.emrtd.commands import ANY_SHORT, END_OF_FILE, PlainChannel, Random, Refused, WrongPassword, demand
from drivers.idcard.emrtd.data_groups import Details
from drivers.idcard.emrtd.files import DATA_GROUPS, File, FileReader
from drivers.idcard.emrtd.mrz import Access
from drivers.idcard.emrtd.passive import SecurityObject
from drivers.idcard.emrtd.secure_messaging import SecureChannel
from drivers.idcard.emrtd.security_infos import SecurityInfos
from drivers.idcard.emrtd.signatures import AlgorithmUnknown
from drivers.idcard.emrtd.trust_list import TrustList
from drivers.protocols import CardData, CardKind, Check, Doubt, Genuineness

_CARD_ACCESS = 0x1C
_ATTRIBUTES = 0x01
_EXTENDED_LENGTHS = 0x7F66
_STATUS_LENGTH = 2


class NotATravelDocument(Exception):
    """The card knows no such application."""


class MrzNeeded(Exception):
    """Only the lines on its page open this document."""


@dataclass(frozen=True)
class Reading:
    """How documents are read here. `are_long_answers_wanted`: extended length, where the document offers it."""

    trust: TrustList
    random: Random
    are_long_answers_wanted: bool = True


def read_document(transmit: Transmit, access: Access, *, how: Reading, at: datetime) -> CardData:
    """Everything that may be read, and how far it is proven. `at` must know its time zone.

    Raises NotATravelDocument, MrzNeeded, WrongPassword, Refused, AnswerBroken, and what `transmit` raises.
    """
    channel, longest = _open(transmit, access, how)
    reader = FileReader(channel, most=channel.payload(longest))
    security_object, doubts = _security_object(reader, how, at)
    files = _read_files(reader, _numbers(reader, security_object))
    if security_object is not None:
        doubts += _doubts_about_files(security_object, files)
    genuineness = _prove(channel, files, doubts, how)
    return _card_data(files, genuineness, today=at.date())


def has_application(transmit: Transmit) -> bool:
    """Whether a travel document lies there at all."""
    return PlainChannel(transmit).ask(commands.select_application()).status != apdu.FILE_NOT_FOUND


# --- open ---------------------------------------------------------------------------------------------------------


def _open(transmit: Transmit, access: Access, how: Reading) -> tuple[SecureChannel, int]:
    """PACE where the document offers it, else BAC. With the number of bytes that an answer may have."""
    plain = PlainChannel(transmit)
    infos = _card_access(plain)
    longest = _longest_answer(plain) if infos is not None and how.are_long_answers_wanted else ANY_SHORT
    if infos is not None and infos.pace:
        try:
            return _open_by_pace(transmit, infos, access, how.random), longest
        except WrongPassword:
            raise
        except Refused:
            pass  # an older way may still be open
    if not access.mrz_information:
        raise MrzNeeded
    answer = plain.ask(commands.select_application())
    if answer.status == apdu.FILE_NOT_FOUND:
        raise NotATravelDocument
    demand(answer, "select application")
    return bac.open_channel(transmit, access.mrz_information, random=how.random), longest


def _open_by_pace(transmit: Transmit, infos: SecurityInfos, access: Access, random: Random) -> SecureChannel:
    chosen = infos.pace[0]
    password = (
        pace.Password.of_mrz(access.mrz_information)
        if access.mrz_information
        else pace.Password.of_can(access.card_access_number)
    )
    is_ambiguous = sum(info.oid == chosen.oid for info in infos.pace) > 1
    channel = pace.open_channel(transmit, chosen, password, random=random, is_ambiguous=is_ambiguous)
    demand(channel.ask(commands.select_application()), "select application")
    return channel


def _card_access(plain: PlainChannel) -> SecurityInfos | None:
    """None for a document that has no such file: it knows BAC only."""
    content = _plain_file(plain, _CARD_ACCESS)
    while content and len(content) < tlv.whole_length(content):
        content += demand(plain.ask(commands.read_on(len(content), expected=ANY_SHORT)), "card access") or bytes(1)
    return security_infos.parse(content) if content else None


def _longest_answer(plain: PlainChannel) -> int:
    """As EF.ATR/INFO says; what everybody can where it says nothing."""
    lengths = tlv.find(_plain_file(plain, _ATTRIBUTES), _EXTENDED_LENGTHS)
    if lengths is None:
        return ANY_SHORT
    numbers = [int.from_bytes(item.value, "big") for item in tlv.items(lengths)]
    return max(ANY_SHORT, min(numbers[-1], 1 << 16) - _STATUS_LENGTH) if numbers else ANY_SHORT


def _plain_file(plain: PlainChannel, short_id: int) -> bytes:
    """Its beginning; empty when there is none."""
    answer = plain.ask(commands.read_by_short_id(short_id, expected=ANY_SHORT))
    return answer.data if answer.status in (apdu.OK, END_OF_FILE) else b""


# --- read ---------------------------------------------------------------------------------------------------------


def _security_object(reader: FileReader, how: Reading, at: datetime) -> tuple[SecurityObject | None, tuple[Doubt, ...]]:
    file = reader.read_if_there(File.SOD)
    if file is None:
        return None, (Doubt.NOT_SIGNED,)
    try:
        found = passive.open_security_object(file, trust=how.trust, at=at)
    except passive.SecurityObjectBroken:
        return None, (Doubt.SECURITY_OBJECT_BROKEN,)
    return found, found.doubts


def _numbers(reader: FileReader, security_object: SecurityObject | None) -> frozenset[int]:
    """The signed list says what there is; a thief may have shortened the unsigned one."""
    if security_object is not None:
        return frozenset(security_object.hashes) & frozenset(DATA_GROUPS)
    com = reader.read_if_there(File.COM)
    return data_groups.listed(com) if com is not None else frozenset()


def _read_files(reader: FileReader, numbers: frozenset[int]) -> Mapping[int, bytes | None]:
    """By number; None for a file that is named and not given. The first is never dispensed with."""
    files: dict[int, bytes | None] = {1: reader.read(File.DG1)}
    return files | {number: reader.read_if_there(DATA_GROUPS[number]) for number in sorted(numbers - {1})}


# --- prove --------------------------------------------------------------------------------------------------------


def _doubts_about_files(signed: SecurityObject, files: Mapping[int, bytes | None]) -> tuple[Doubt, ...]:
    doubts = set()
    for number, file in files.items():
        if file is None:
            doubts.add(Doubt.FILE_WITHHELD)
        elif not signed.signed(number, file):
            doubts.add(Doubt.HASH_MISMATCH)
    return tuple(sorted(doubts))


def _prove(
    channel: SecureChannel, files: Mapping[int, bytes | None], doubts: tuple[Doubt, ...], how: Reading
) -> Genuineness:
    checks: tuple[Check, ...] = () if doubts else (Check.SIGNED_DATA,)
    infos = security_infos.parse(tlv.only(files.get(14) or b"", File.DG14.tag)) if files.get(14) else SecurityInfos()
    outcomes: dict[Check, bool | None] = {}
    try:
        if key := files.get(15):
            outcomes[Check.ACTIVE_AUTHENTICATION] = chip.is_active_key_held(
                channel,
                tlv.only(key, File.DG15.tag),
                algorithm_oid=infos.active_authentication_oid,
                random=how.random,
            )
    except AlgorithmUnknown:
        doubts = (*doubts, Doubt.UNKNOWN_ALGORITHM)
    outcomes[Check.CHIP_AUTHENTICATION] = chip.is_chip_key_held(channel, infos, random=how.random)
    if False in outcomes.values():
        doubts = (*doubts, Doubt.CLONED_CHIP)
    checks += tuple(check for check, outcome in outcomes.items() if outcome)
    return Genuineness(checks=checks, doubts=tuple(dict.fromkeys(doubts)))


def _card_data(files: Mapping[int, bytes | None], genuineness: Genuineness, *, today: date) -> CardData:
    zone = data_groups.machine_readable_zone(files[1] or b"")
    picture = files.get(2)
    details_file = files.get(11)
    details = data_groups.details(details_file) if details_file else Details()
    latin_name = ", ".join(part for part in (zone.surname, zone.given_names) if part)
    return CardData(
        kind=CardKind.PASSPORT if zone.is_passport else CardKind.TRAVEL_PERMIT,
        name=details.full_name or latin_name,
        latin_name=latin_name,
        number=zone.number,
        sex=zone.sex,
        birth=details.birth or zone.birth_day(today=today),
        address=details.address,
        nationality=zone.nationality,
        issuer=zone.issuer,
        valid_to=zone.expiry_day(today=today),
        photo=data_groups.picture(picture) if picture else b"",
        birth_place=details.birth_place,
        genuineness=genuineness,
    )
