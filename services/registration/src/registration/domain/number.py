"""Employee numbers: NIP of a PNS and NI PPPK, 18 digits each, without a check digit.

    birth date 8 · PNS: appointment YYYYMM 6 | PPPK: year 4, marker 2, contract 1 · sex 1 · serial 3

A number is guessable and shows birth date and sex: it is never a key, an address or a part of an event.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

LENGTH: Final = 18
_LEGACY_LENGTH: Final = 9
_NIK_LENGTH: Final = 16
_MONTHS: Final = 12
_CONTRACTS: Final = range(21, 30)
_FIRST_PPPK_YEAR: Final = 2019
_ADULT: Final = 18
_YOUNGEST_PNS: Final = 16
_SEPARATORS: Final = re.compile(r"[ .\-]")
_ASCII_DIGITS: Final = re.compile(r"[0-9]+")  # \d and isdigit() also take digits of other scripts


class NumberKind(StrEnum):
    """Which of the two 18-digit numbers it is."""

    NIP = "NIP"
    NI_PPPK = "NI_PPPK"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeNumber:
    """What a text is when read as an employee number; `faults` and `warnings` are stable codes."""

    digits: str
    kind: NumberKind | None = None
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_number(text: str, today: date) -> EmployeeNumber:
    """Read a number as people write it and name everything that is wrong with it."""
    digits = _SEPARATORS.sub("", text)
    if shape := _shape_fault(digits):
        return EmployeeNumber(digits=digits, faults=(shape,))
    kind = _kind(digits)
    birth, birth_fault = _birth(digits, today)
    dating, warnings = _appointment_faults(digits, kind, birth, today)
    faults = [birth_fault, *dating, _sex_fault(digits), _serial_fault(digits)]
    return EmployeeNumber(digits=digits, kind=kind, faults=tuple(filter(None, faults)), warnings=tuple(warnings))


def mask(digits: str) -> str:
    """Hide all but the last three digits: the others tell birth date and sex."""
    return "*" * (len(digits) - 3) + digits[-3:]


def _shape_fault(digits: str) -> str:
    if not _ASCII_DIGITS.fullmatch(digits):
        return "NOT_DIGITS"
    named = {LENGTH: "", _LEGACY_LENGTH: "LEGACY_NIP9", _NIK_LENGTH: "LOOKS_LIKE_NIK"}
    return named.get(len(digits), "LENGTH")


def _kind(digits: str) -> NumberKind | None:
    middle = int(digits[12:14])
    if 1 <= middle <= _MONTHS:
        return NumberKind.NIP
    return NumberKind.NI_PPPK if middle in _CONTRACTS else None


def _birth(digits: str, today: date) -> tuple[date | None, str]:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None, "BIRTH_DATE"
    return birth, "BIRTH_FUTURE" if birth > today else ""


def _appointment_faults(
    digits: str, kind: NumberKind | None, birth: date | None, today: date
) -> tuple[list[str], list[str]]:
    year, month = int(digits[8:12]), int(digits[12:14])
    if kind is None:
        return ["TMT_MONTH"], []
    if kind is NumberKind.NI_PPPK:
        return _contract_faults(year, birth, today), []
    faults = ["TMT_FUTURE"] if (year, month) > (today.year, today.month) else []
    if birth is None:
        return faults, []
    # Service begins on the first of the month, so a later day of birth counts as not yet reached.
    age = year - birth.year - ((month, 1) < (birth.month, birth.day))
    if age < _YOUNGEST_PNS:
        return [*faults, "AGE_AT_APPOINTMENT"], []
    return faults, ["AGE_UNDER_18"] if age < _ADULT else []


def _contract_faults(year: int, birth: date | None, today: date) -> list[str]:
    faults = ["TMT_FUTURE"] if year > today.year else []
    if year < _FIRST_PPPK_YEAR:
        faults.append("PPPK_YEAR")
    if birth is not None and year - birth.year < _ADULT:
        faults.append("AGE_AT_APPOINTMENT")
    return faults


def _sex_fault(digits: str) -> str:
    return "" if digits[14] in "12" else "SEX"


def _serial_fault(digits: str) -> str:
    return "SERIAL" if digits[15:] == "000" else ""
