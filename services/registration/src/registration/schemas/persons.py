"""Requests and responses about persons; an answer shows a name only where the view decided so."""

from dataclasses import dataclass, field
from datetime import date, datetime

from marshmallow import Schema, fields
from marshmallow.validate import Length, Regexp

from eventkit.event import TenantId
from registration.domain.codes import AsnStatus, PersonKind
from registration.domain.number import mask
from registration.domain.person import ACTIVE, ErasePerson, Person, PersonFacts, RegisterPerson, TransferPerson
from registration.schemas import parts


class PersonFactsRequest(parts.BodySchema):
    """A person as typed in."""

    builds = PersonFacts
    kind = fields.Enum(PersonKind, by_value=True, required=True)
    asn_status = fields.Enum(AsnStatus, by_value=True, required=True)
    name = parts.person_name()
    employee_number = fields.String(load_default=None, allow_none=True, validate=Length(min=1, max=40))
    unit = parts.identifier()
    legal_status = fields.String(load_default=ACTIVE, validate=Regexp(r"^[0-9]{2}\Z"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPersonBody:
    """A number to look for."""

    employee_number: str = field(repr=False)

    def command(self, tenant: TenantId, today: date) -> RegisterPerson:
        """Make the query; only the number counts."""
        facts = PersonFacts(
            kind=PersonKind.ASN, asn_status=AsnStatus.PNS, name="", employee_number=self.employee_number
        )
        return RegisterPerson(tenant=tenant, person="", facts=facts, today=today)


class FindPersonRequest(parts.BodySchema):
    builds = FindPersonBody
    employee_number = fields.String(required=True, validate=Length(min=1, max=40))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPersonBody:
    """The unit from now on."""

    unit: str

    def command(self, tenant: TenantId, person: str, version: int | None) -> TransferPerson:
        """Make the command."""
        return TransferPerson(tenant=tenant, person=person, unit=self.unit, expected_version=version)


class TransferPersonRequest(parts.BodySchema):
    builds = TransferPersonBody
    unit = parts.identifier(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePersonBody:
    """When the person was forgotten."""

    at: datetime | None

    def command(self, tenant: TenantId, person: str, now: datetime, version: int | None) -> ErasePerson:
        """Make the command."""
        return ErasePerson(tenant=tenant, person=person, at=self.at or now, expected_version=version)


class ErasePersonRequest(parts.BodySchema):
    builds = ErasePersonBody
    at = parts.instant()


class PersonResponse(Schema):
    """A person under a pseudonym."""

    id = fields.String()
    version = fields.Integer()
    kind = fields.String()
    asn_status = fields.String()
    legal_status = fields.String()
    unit = fields.String(allow_none=True)
    number_kind = fields.String(allow_none=True)
    erased_at = fields.AwareDateTime(allow_none=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetail:
    """A person with as much identity as the caller may see."""

    person: Person
    name: str | None = field(repr=False)
    employee_number: str | None = field(repr=False)


class PersonDetailResponse(Schema):
    """A person, with name and number for those allowed and masked for others."""

    id = fields.String(attribute="person.id")
    version = fields.Integer(attribute="person.version")
    kind = fields.String(attribute="person.kind")
    asn_status = fields.String(attribute="person.asn_status")
    legal_status = fields.String(attribute="person.legal_status")
    unit = fields.String(attribute="person.unit", allow_none=True)
    number_kind = fields.String(attribute="person.number_kind", allow_none=True)
    erased_at = fields.AwareDateTime(attribute="person.erased_at", allow_none=True)
    name = fields.String(allow_none=True)
    employee_number = fields.String(allow_none=True)


def detail(person: Person, name: str | None, number: str | None, *, in_full: bool) -> PersonDetail:
    """Show a person's identity in full, or masked."""
    if not in_full:
        name = None if name is None else f"{name[0]}***"
        number = None if number is None else mask(number)
    return PersonDetail(person=person, name=name, employee_number=number)
