"""Facts about enrolments of persons and of units; topic `registration.enrolment`, key = enrolment.

Persons appear as pseudonyms only: no name, number, birth date or position of one person.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from eventkit.event import Event, EventSchema
from registration.events import wire
from registration.events.batch import CATEGORIES

ENROLMENT_KINDS: Final = ("PERSON", "UNIT")
PERSON_KINDS: Final = ("ASN", "NON_ASN")
ASN_STATES: Final = ("CPNS", "PNS", "PPPK", "PPPK_PARUH_WAKTU", "NON_ASN")
ECHELON_GROUPS: Final = ("I", "II", "III", "IV", "NON")
COVER_KINDS: Final = ("PLH", "PLT", "EXEMPT")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentNominated(Event):
    """A person or a unit is put forward and found eligible or not."""

    type: ClassVar[str] = "id.bina.registration.enrolment.nominated.v1"
    enrolment: str
    batch: str
    kind: str
    person: str | None
    unit: str | None
    category: str
    echelon_group: str | None
    person_kind: str | None
    asn_status: str | None
    eligible: bool
    reason_codes: tuple[str, ...]
    rule_version: int


class EnrolmentNominatedSchema(EventSchema):
    builds = EnrolmentNominated
    enrolment = wire.identifier("the enrolment")
    batch = wire.identifier("the batch")
    kind = wire.choice("who is enrolled", ENROLMENT_KINDS)
    person = wire.identifier("pseudonym of the person, null for a unit", nullable=True)
    unit = wire.identifier("the enrolled unit, or the person's unit if known", nullable=True)
    category = wire.choice("category of participant, or kind of unit", CATEGORIES)
    echelon_group = wire.choice("group of echelons, null outside ASN", ECHELON_GROUPS, nullable=True)
    person_kind = wire.choice("ASN or not, null for a unit", PERSON_KINDS, nullable=True)
    asn_status = wire.choice("civil service status, null for a unit", ASN_STATES, nullable=True)
    eligible = wire.flag("the rule admits them")
    reason_codes = wire.codes("why the rule does not")
    rule_version = wire.count("version of the rule that decided")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentDecided(Event):
    """What the decisions on a nomination have in common."""

    enrolment: str
    batch: str
    reason_code: str | None


class EnrolmentDecidedSchema(EventSchema):
    """The wire form of a decision on a nomination."""

    enrolment = wire.identifier("the enrolment")
    batch = wire.identifier("the batch")
    reason_code = wire.code("why, where there is a reason", nullable=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentConfirmed(EnrolmentDecided):
    """A participant holds a seat in a batch."""

    type: ClassVar[str] = "id.bina.registration.enrolment.confirmed.v1"


class EnrolmentConfirmedSchema(EnrolmentDecidedSchema):
    builds = EnrolmentConfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentWaitlisted(EnrolmentDecided):
    """A participant waits for a seat."""

    type: ClassVar[str] = "id.bina.registration.enrolment.waitlisted.v1"


class EnrolmentWaitlistedSchema(EnrolmentDecidedSchema):
    builds = EnrolmentWaitlisted


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentDeclined(EnrolmentDecided):
    """The organiser refuses a nomination."""

    type: ClassVar[str] = "id.bina.registration.enrolment.declined.v1"


class EnrolmentDeclinedSchema(EnrolmentDecidedSchema):
    builds = EnrolmentDeclined


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentWithdrawn(EnrolmentDecided):
    """Nobody comes; a seat that was held is free again."""

    type: ClassVar[str] = "id.bina.registration.enrolment.withdrawn.v1"


class EnrolmentWithdrawnSchema(EnrolmentDecidedSchema):
    builds = EnrolmentWithdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentSubstituted(EnrolmentDecided):
    """Somebody else comes; the replacement has an enrolment of its own and takes the seat."""

    type: ClassVar[str] = "id.bina.registration.enrolment.substituted.v1"
    replacement: str


class EnrolmentSubstitutedSchema(EnrolmentDecidedSchema):
    builds = EnrolmentSubstituted
    replacement = wire.identifier("the enrolment that takes the seat")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentDelegatesNamed(Event):
    """A unit names who comes for it; the list replaces any earlier one."""

    type: ClassVar[str] = "id.bina.registration.enrolment.delegates_named.v1"
    enrolment: str
    batch: str
    delegates: tuple[str, ...]
    count: int


class EnrolmentDelegatesNamedSchema(EventSchema):
    builds = EnrolmentDelegatesNamed
    enrolment = wire.identifier("the unit's enrolment")
    batch = wire.identifier("the batch")
    delegates = wire.identifiers("pseudonyms of the delegates")
    count = wire.count("number of delegates")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentCoverNamed(Event):
    """An acting official stands in for a head who attends, or is not needed."""

    type: ClassVar[str] = "id.bina.registration.enrolment.cover_named.v1"
    enrolment: str
    unit: str | None
    from_date: date
    to_date: date
    cover_kind: str


class EnrolmentCoverNamedSchema(EventSchema):
    builds = EnrolmentCoverNamed
    enrolment = wire.identifier("the head's enrolment")
    unit = wire.identifier("the unit that is covered", nullable=True)
    from_date = wire.day("first day of the cover")
    to_date = wire.day("last day of the cover")
    cover_kind = wire.choice("PLH absence, PLT vacancy, EXEMPT no cover needed", COVER_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentCheckedIn(Event):
    """Arrival of a person, or of the delegates of a unit."""

    type: ClassVar[str] = "id.bina.registration.enrolment.checked_in.v1"
    enrolment: str
    batch: str
    at: datetime
    persons: int


class EnrolmentCheckedInSchema(EventSchema):
    builds = EnrolmentCheckedIn
    enrolment = wire.identifier("the enrolment")
    batch = wire.identifier("the batch")
    at = wire.instant("when they arrived")
    persons = wire.count("how many persons arrived")
