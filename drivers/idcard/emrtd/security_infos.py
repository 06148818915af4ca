"""What a document says of its own protocols: EF.CardAccess and data group 14 (ICAO 9303-11, 9.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from asn1crypto import core, keys

from drivers.idcard.apdu import AnswerBroken
from drivers.idcard.emrtd.agreement import Group
from drivers.idcard.emrtd.ciphers import SUITES, Suite
from drivers.idcard.emrtd.curve import Curve
from drivers.idcard.emrtd.modular import Field
from drivers.idcard.emrtd.parameters import CURVES, FIELDS

_PACE = "0.4.0.127.0.7.2.2.4"
_GENERIC_MAPPINGS: Mapping[str, Mapping[int, Group]] = {"1": FIELDS, "2": CURVES}
_CHIP_KEY = "0.4.0.127.0.7.2.2.1"
_CHIP_AUTHENTICATION = "0.4.0.127.0.7.2.2.3"
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"

_T = TypeVar("_T")


@dataclass(frozen=True)
class PaceInfo:
    """A way to open the document that we know how to go."""

    oid: str
    suite: Suite
    parameter_id: int
    group: Group

    @property
    def oid_bytes(self) -> bytes:
        return oid_bytes(self.oid)


@dataclass(frozen=True)
class ChipKey:
    """The public key of Chip Authentication, `public_key` as it goes over the wire."""

    group: Group
    public_key: bytes
    key_id: int | None


@dataclass(frozen=True)
class ChipProtocol:
    oid: str
    suite: Suite
    key_id: int | None

    @property
    def oid_bytes(self) -> bytes:
        return oid_bytes(self.oid)


@dataclass(frozen=True)
class SecurityInfos:
    """Entries of other protocols are left out."""

    pace: tuple[PaceInfo, ...] = ()
    chip_keys: tuple[ChipKey, ...] = ()
    chip_protocols: tuple[ChipProtocol, ...] = ()
    active_authentication_oid: str | None = None
    """The signature algorithm of Active Authentication, where the key alone does not say it."""


class _Info(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [  # noqa: RUF012  # its way of declaring
        ("protocol", core.ObjectIdentifier),
        ("required", core.Any),
        ("optional", core.Any, {"optional": True}),
    ]


class _Infos(core.SetOf):  # type: ignore[misc]
    _child_spec = _Info


def parse(data: bytes) -> SecurityInfos:
    """Raises AnswerBroken."""
    try:
        infos = [
            (info["protocol"].dotted, info["required"], info["optional"]) for info in _Infos.load(data, strict=True)
        ]
        return SecurityInfos(
            pace=_those(_pace(*info) for info in infos),
            chip_keys=_those(_chip_key(*info) for info in infos),
            chip_protocols=_those(_chip_protocol(*info) for info in infos),
            active_authentication_oid=next(
                (
                    optional.parse(core.ObjectIdentifier).dotted
                    for oid, _, optional in infos
                    if oid == _ACTIVE_AUTHENTICATION
                ),
                None,
            ),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AnswerBroken(f"security infos: {type(error).__name__}") from None


def oid_bytes(oid: str) -> bytes:
    """Without tag and length."""
    return bytes(core.ObjectIdentifier(oid).contents)


def _pace(oid: str, version: core.Any, parameter: core.Any) -> PaceInfo | None:
    protocol, _, suite = oid.rpartition(".")
    family, _, mapping = protocol.rpartition(".")
    groups = _GENERIC_MAPPINGS.get(mapping)
    if family != _PACE or groups is None or version.native != 2 or int(suite) not in SUITES:
        return None
    group = groups.get(parameter.native)
    return None if group is None else PaceInfo(oid, SUITES[int(suite)], parameter.native, group)


def _chip_protocol(oid: str, _version: core.Any, key_id: core.Any) -> ChipProtocol | None:
    family, _, suite = oid.rpartition(".")
    if family.rpartition(".")[0] != _CHIP_AUTHENTICATION or int(suite) not in SUITES:
        return None
    return ChipProtocol(oid, SUITES[int(suite)], key_id.native)


def _chip_key(oid: str, required: core.Any, key_id: core.Any) -> ChipKey | None:
    if oid.rpartition(".")[0] != _CHIP_KEY:
        return None
    algorithm, bits = (part for part in required.parse(core.SequenceOf, {"spec": core.Any}))
    parameters = algorithm.parse(core.SequenceOf, {"spec": core.Any})[1]
    public_key = bits.parse(core.OctetBitString).native
    group = curve_of(parameters) if oid.endswith("2") else _field_of(parameters)
    if group is None:
        return None
    if isinstance(group, Field):
        public_key = group.encode(core.Integer.load(public_key).native)
    return ChipKey(group, public_key, key_id.native)


def curve_of(parameters: core.Any) -> Curve | None:
    """The curve that a public key names, or spells out as most passports do. None for one that we do not know."""
    chosen = keys.ECDomainParameters.load(parameters.dump())
    if chosen.name == "named":
        return next((curve for curve in CURVES.values() if curve.oid == chosen.chosen.dotted), None)
    if chosen.name != "specified":
        return None
    domain = chosen.chosen
    said = (
        domain["field_id"]["parameters"].native,
        int.from_bytes(domain["curve"]["a"].native, "big"),
        int.from_bytes(domain["curve"]["b"].native, "big"),
        domain["order"].native,
        bytes(domain["base"].native),
    )
    for curve in CURVES.values():
        # All of it: a curve with a generator of its own would let anybody sign (CVE-2020-0601).
        if said == (curve.prime, curve.a, curve.b, curve.order, curve.encode(curve.generator)):
            return curve
    return None


def _field_of(parameters: core.Any) -> Field | None:
    prime, generator = (number.native for number in parameters.parse(core.SequenceOf, {"spec": core.Integer})[:2])
    return next((field for field in FIELDS.values() if (field.prime, field.generator) == (prime, generator)), None)


def _those(found: Iterable[_T | None]) -> tuple[_T, ...]:
    return tuple(one for one in found if one is not None)
