"""Closed vocabularies of the field: positions, echelons, categories, statuses. Codes are BKN's where BKN has one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eventkit.refusal import Fault
from registration.events.batch import PARTICIPANT_CATEGORIES
from registration.events.unit import UNIT_KINDS


class PersonKind(StrEnum):
    """Whether the person is a civil servant."""

    ASN = "ASN"
    NON_ASN = "NON_ASN"


class AsnStatus(StrEnum):
    """Civil service status; PPPK are contract staff."""

    CPNS = "CPNS"
    PNS = "PNS"
    PPPK = "PPPK"
    PPPK_PARUH_WAKTU = "PPPK_PARUH_WAKTU"
    NON_ASN = "NON_ASN"


class EnrolmentKind(StrEnum):
    """Who holds the seat."""

    PERSON = "PERSON"
    UNIT = "UNIT"


class CoverKind(StrEnum):
    """How a head's post is covered during the batch."""

    PLH = "PLH"
    PLT = "PLT"
    EXEMPT = "EXEMPT"


# Plain strings, because an enrolment's category is one of these or the kind of the enrolled unit.
Category = str
UNSPECIFIED: Final = "UNSPECIFIED"
NON_ASN_ONLY: Final = frozenset({"DIREKSI_BUMD"})
HEADS: Final = frozenset({"SEKDA", "KEPALA_PERANGKAT_DAERAH", "KEPALA_BAGIAN", "CAMAT", "LURAH"})
KNOWN_CATEGORIES: Final = frozenset(PARTICIPANT_CATEGORIES)
KNOWN_UNIT_KINDS: Final = frozenset(UNIT_KINDS)


class PositionKind(StrEnum):
    """Kind of post after UU 20/2023."""

    JPT_UTAMA = "JPT_UTAMA"
    JPT_MADYA = "JPT_MADYA"
    JPT_PRATAMA = "JPT_PRATAMA"
    ADMINISTRATOR = "ADMINISTRATOR"
    PENGAWAS = "PENGAWAS"
    FUNGSIONAL = "FUNGSIONAL"
    PELAKSANA = "PELAKSANA"


@dataclass(frozen=True, slots=True)
class Echelon:
    """One row of BKN's table of echelons."""

    name: str
    group: str
    kinds: frozenset[PositionKind]


def _row(name: str, group: str, *kinds: PositionKind) -> Echelon:
    return Echelon(name, group, frozenset(kinds))


# 51 and 52 (V.a, V.b) are historic: nobody can hold them, so they are not here.
ECHELONS: Final[Mapping[str, Echelon]] = {
    "10": _row("I.a", "I", PositionKind.JPT_UTAMA),
    "11": _row("I.a", "I", PositionKind.JPT_MADYA),
    "12": _row("I.b", "I", PositionKind.JPT_MADYA),
    "21": _row("II.a", "II", PositionKind.JPT_PRATAMA),
    "22": _row("II.b", "II", PositionKind.JPT_PRATAMA),
    "31": _row("III.a", "III", PositionKind.ADMINISTRATOR),
    "32": _row("III.b", "III", PositionKind.ADMINISTRATOR),
    "41": _row("IV.a", "IV", PositionKind.PENGAWAS),
    "42": _row("IV.b", "IV", PositionKind.PENGAWAS),
    "99": _row("NON", "NON", PositionKind.FUNGSIONAL, PositionKind.PELAKSANA),
}


def echelon_group(echelon_id: str | None) -> str | None:
    """Give the group I, II, III, IV or NON of an echelon."""
    found = ECHELONS.get(echelon_id or "")
    return None if found is None else found.group


def echelon_faults(echelon_id: str | None, position_kind: PositionKind | None) -> list[Fault]:
    """Say where echelon and kind of position disagree (rule R-ECH)."""
    if position_kind is PositionKind.JPT_UTAMA:
        return [Fault("/position_kind", "JPT_UTAMA_NOT_REGIONAL")]
    if echelon_id is None:
        return []
    echelon = ECHELONS.get(echelon_id)
    if echelon is None:
        return [Fault("/echelon_id", "ECHELON_UNKNOWN", (("echelon", echelon_id),))]
    if position_kind is not None and position_kind not in echelon.kinds:
        values = (("echelon", echelon.name), ("position_kind", position_kind.value))
        return [Fault("/echelon_id", "ECHELON_KIND_MISMATCH", values)]
    return []
