"""Facts about programmes and the claims published on them; topic `registration.programme`, key = programme."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from marshmallow import fields
from marshmallow.validate import Range, Regexp

from eventkit.event import Event, EventSchema
from registration.events import wire

PROGRAMME_KINDS: Final = ("RETREAT", "CLINIC", "BRIEFING")
INITIATIVES: Final = ("OWN_INITIATIVE", "INSTRUCTION", "NATIONAL_PROGRAMME")
CLAIM_STATES: Final = ("RECORDED", "VERIFIED", "DISPUTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeProposed(Event):
    """A tenant puts a programme forward."""

    type: ClassVar[str] = "id.bina.registration.programme.proposed.v1"
    programme: str
    code: str
    kind: str
    title: str
    organizer_region: str
    organizer_unit: str | None
    objectives: tuple[str, ...]
    values: tuple[str, ...]
    initiative: str
    preceding_programme: str | None
    minutes_per_jp: int


class ProgrammeProposedSchema(EventSchema):
    builds = ProgrammeProposed
    programme = wire.identifier("the programme")
    code = fields.String(
        required=True,
        validate=Regexp(wire.PROGRAMME_CODE),
        metadata={"description": "the tenant's own code, e.g. KDI-RTR-2025"},
    )
    kind = wire.choice("kind of programme", PROGRAMME_KINDS)
    title = wire.label("official title of the programme")
    organizer_region = wire.region("region that organises; the venue may lie elsewhere")
    organizer_unit = wire.identifier("unit that organises", nullable=True)
    objectives = wire.codes("codes of the objectives")
    values = wire.codes("codes of the values, BerAKHLAK or the tenant's own")
    initiative = wire.choice("on whose initiative", INITIATIVES)
    preceding_programme = wire.identifier("programme that this one follows", nullable=True)
    minutes_per_jp = fields.Integer(
        required=True,
        strict=True,
        validate=Range(min=1, max=120),
        metadata={"description": "minutes of one jam pelajaran"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeApproved(Event):
    """The tenant approves its own programme."""

    type: ClassVar[str] = "id.bina.registration.programme.approved.v1"
    programme: str
    at: datetime
    decided_by_office: str


class ProgrammeApprovedSchema(EventSchema):
    builds = ProgrammeApproved
    programme = wire.identifier("the programme")
    at = wire.instant("when it was approved")
    decided_by_office = wire.code("office that approved")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCancelled(Event):
    """A programme is given up."""

    type: ClassVar[str] = "id.bina.registration.programme.cancelled.v1"
    programme: str
    at: datetime
    reason_code: str
    decided_by_office: str


class ProgrammeCancelledSchema(EventSchema):
    builds = ProgrammeCancelled
    programme = wire.identifier("the programme")
    at = wire.instant("when it was called off")
    reason_code = wire.code("why")
    decided_by_office = wire.code("office that decided")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStated(Event):
    """What recorded and reviewed claims have in common: the statement, its source and its standing."""

    claim: str
    programme: str
    subject: str
    value: str
    source: str
    stated_on: date
    status: str


class ClaimStatedSchema(EventSchema):
    """The wire form of a published statement."""

    claim = wire.identifier("the claim")
    programme = wire.identifier("the programme that it is about")
    subject = wire.label("what the statement is about")
    value = wire.label("what was stated")
    source = wire.label("who published it")
    stated_on = wire.day("day of the publication")
    status = wire.choice("how far it is checked", CLAIM_STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeClaimRecorded(ClaimStated):
    """A published statement is kept with its source."""

    type: ClassVar[str] = "id.bina.registration.programme.claim_recorded.v1"


class ProgrammeClaimRecordedSchema(ClaimStatedSchema):
    builds = ProgrammeClaimRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeClaimReviewed(ClaimStated):
    """A statement is verified or disputed."""

    type: ClassVar[str] = "id.bina.registration.programme.claim_reviewed.v1"


class ProgrammeClaimReviewedSchema(ClaimStatedSchema):
    builds = ProgrammeClaimReviewed
