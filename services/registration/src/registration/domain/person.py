"""Persons: the only personal data of the platform, checked here in the clear and kept sealed.

`PersonFacts` lives for one request; `Person` is what is stored, and shows nothing without its key.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from eventkit.event import Aggregate, TenantId
from eventkit.refusal import Fault, RefusedError
from registration.domain.codes import AsnStatus, PersonKind
from registration.domain.number import EmployeeNumber, NumberKind, read_number

ACTIVE: Final = "01"  # BKN kedudukan hukum "Aktif"
_CONTRACT: Final = frozenset({AsnStatus.PPPK, AsnStatus.PPPK_PARUH_WAKTU})


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A person as somebody typed it; never stored, never shown in a trace."""

    kind: PersonKind
    asn_status: AsnStatus
    name: str = field(repr=False)
    employee_number: str | None = field(default=None, repr=False)
    unit: str | None = None
    legal_status: str = ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPerson:
    """Facts after the check: digits without separators, what is wrong and what is merely odd."""

    facts: PersonFacts
    number: str | None = field(repr=False)
    number_kind: NumberKind | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Name and number encrypted with the person's own key."""

    name: bytes
    number: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Aggregate):
    """A person under a pseudonym; `lookup` is the keyed hash that finds the number again."""

    kind: PersonKind
    asn_status: AsnStatus
    legal_status: str
    unit: str | None
    number_kind: NumberKind | None
    sealed: Sealed | None
    lookup: str | None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPerson:
    """Enter one person."""

    tenant: TenantId
    person: str
    facts: PersonFacts
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPerson:
    """Move a person to another unit; enrolments keep the unit of their day."""

    tenant: TenantId
    person: str
    unit: str
    expected_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePerson:
    """Forget who a pseudonym is."""

    tenant: TenantId
    person: str
    at: datetime
    expected_version: int | None


def check_person(facts: PersonFacts, today: date, at: str = "") -> CheckedPerson:
    """Judge a person's facts; pointers begin with `at`."""
    number = read_number(facts.employee_number, today) if facts.employee_number is not None else None
    faults = [*_status_faults(facts, at), *_number_faults(facts, number, at)]
    warnings = list(_number_warnings(facts, number, at))
    return CheckedPerson(
        facts=facts,
        number=None if number is None else number.digits,
        number_kind=None if number is None else number.kind,
        faults=tuple(faults),
        warnings=tuple(warnings),
    )


def enter_person(identity: str, checked: CheckedPerson, sealed: Sealed, lookup: str | None) -> Person:
    """Make the stored person out of checked facts and their sealed form; refuses facts with faults."""
    if checked.faults:
        raise RefusedError("INVALID", "invalid", checked.faults)
    facts = checked.facts
    return Person(
        id=identity,
        kind=facts.kind,
        asn_status=facts.asn_status,
        legal_status=facts.legal_status,
        unit=facts.unit,
        number_kind=checked.number_kind,
        sealed=sealed,
        lookup=lookup,
    )


def transfer_person(person: Person, unit: str) -> Person:
    """Move a person to another unit."""
    return replace(_present(person), unit=unit)


def erase_person(person: Person, at: datetime) -> Person:
    """Drop everything that leads back to the person; the pseudonym stays for the counts."""
    return replace(_present(person), sealed=None, lookup=None, unit=None, erased_at=at)


def _present(person: Person) -> Person:
    if person.erased_at is not None:
        raise RefusedError("CONFLICT", "person_erased")
    return person


def _status_faults(facts: PersonFacts, at: str) -> Iterator[Fault]:
    is_asn = facts.kind is PersonKind.ASN
    if is_asn == (facts.asn_status is AsnStatus.NON_ASN):
        yield Fault(f"{at}/asn_status", "STATUS_KIND_MISMATCH")
    if is_asn and facts.employee_number is None:
        yield Fault(f"{at}/employee_number", "NUMBER_REQUIRED")
    if not is_asn and facts.employee_number is not None:
        yield Fault(f"{at}/employee_number", "NUMBER_NOT_EXPECTED")


def _number_faults(facts: PersonFacts, number: EmployeeNumber | None, at: str) -> Iterator[Fault]:
    if number is not None and facts.kind is PersonKind.ASN:
        yield from (Fault(f"{at}/employee_number", code) for code in number.faults)


def _number_warnings(facts: PersonFacts, number: EmployeeNumber | None, at: str) -> Iterator[Fault]:
    if number is None or number.faults:
        return
    yield from (Fault(f"{at}/employee_number", code) for code in number.warnings)
    if (number.kind is NumberKind.NI_PPPK) != (facts.asn_status in _CONTRACT):
        yield Fault(f"{at}/asn_status", "STATUS_DIFFERS")
