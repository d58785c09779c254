"""What curriculum learns about enrolments: who may be marked and credited, as pseudonyms."""

from dataclasses import dataclass, replace
from typing import Any, Final

from marshmallow import fields
from marshmallow.validate import OneOf

from curriculum import store
from curriculum.domain.seen import EnrolmentState, SeenEnrolment
from curriculum.events import EnrolmentKind
from eventkit.consumer import Handler, Projection
from eventkit.envelope import Envelope
from eventkit.event import EventSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    """The fields read of `enrolment.nominated`."""

    batch: str
    kind: str
    person: str | None
    unit: str | None
    category: str
    echelon_group: str | None
    asn_status: str | None
    eligible: bool


class NominatedReader(EventSchema):
    builds = Nominated
    batch = fields.String(required=True)
    kind = fields.String(required=True, validate=OneOf([each.value for each in EnrolmentKind]))
    person = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    category = fields.String(required=True)
    echelon_group = fields.String(required=True, allow_none=True)
    asn_status = fields.String(required=True, allow_none=True)
    eligible = fields.Boolean(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The field read of every event that only changes the state."""

    batch: str


class DecidedReader(EventSchema):
    builds = Decided
    batch = fields.String(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatesNamed:
    """The fields read of `enrolment.delegates_named`."""

    batch: str
    delegates: list[str]


class DelegatesNamedReader(EventSchema):
    builds = DelegatesNamed
    batch = fields.String(required=True)
    delegates = fields.List(fields.String(), required=True)


def on_enrolment_nominated(state: SeenEnrolment | None, event: Nominated, envelope: Envelope) -> SeenEnrolment:
    """Know who is put forward; the ineligible are kept, so that a row about them can say why it is refused."""
    return replace(
        _known(state, event.batch, envelope),
        kind=EnrolmentKind(event.kind),
        person=event.person,
        unit=event.unit,
        category=event.category,
        echelon_group=event.echelon_group,
        asn_status=event.asn_status,
        state=EnrolmentState.NOMINATED if event.eligible else EnrolmentState.REJECTED,
    )


def on_enrolment_confirmed(state: SeenEnrolment | None, event: Decided, envelope: Envelope) -> SeenEnrolment:
    """Hold a seat."""
    return replace(_known(state, event.batch, envelope), state=EnrolmentState.CONFIRMED)


def on_enrolment_waitlisted(state: SeenEnrolment | None, event: Decided, envelope: Envelope) -> SeenEnrolment:
    """Wait for a seat."""
    return replace(_known(state, event.batch, envelope), state=EnrolmentState.WAITLISTED)


def on_enrolment_declined(state: SeenEnrolment | None, event: Decided, envelope: Envelope) -> SeenEnrolment:
    """Get no seat."""
    return replace(_known(state, event.batch, envelope), state=EnrolmentState.DECLINED)


def on_enrolment_substituted(state: SeenEnrolment | None, event: Decided, envelope: Envelope) -> SeenEnrolment:
    """Give way to somebody with an enrolment of their own."""
    return replace(_known(state, event.batch, envelope), state=EnrolmentState.SUBSTITUTED)


def on_enrolment_withdrawn(state: SeenEnrolment | None, event: Decided, envelope: Envelope) -> SeenEnrolment:
    """Leave."""
    return replace(_known(state, event.batch, envelope), state=EnrolmentState.WITHDRAWN)


def on_enrolment_checked_in(state: SeenEnrolment | None, event: Decided, envelope: Envelope) -> SeenEnrolment:
    """Arrive."""
    return replace(_known(state, event.batch, envelope), state=EnrolmentState.CHECKED_IN)


def on_enrolment_delegates_named(
    state: SeenEnrolment | None, event: DelegatesNamed, envelope: Envelope
) -> SeenEnrolment:
    """Take the list of delegates; a later list replaces an earlier one."""
    return replace(_known(state, event.batch, envelope), delegates=tuple(event.delegates))


def _known(state: SeenEnrolment | None, batch: str, envelope: Envelope) -> SeenEnrolment:
    return state or SeenEnrolment(id=envelope.aggregate, batch=batch)


_DECISIONS: Final = {
    "confirmed": on_enrolment_confirmed,
    "waitlisted": on_enrolment_waitlisted,
    "declined": on_enrolment_declined,
    "substituted": on_enrolment_substituted,
    "withdrawn": on_enrolment_withdrawn,
    "checked_in": on_enrolment_checked_in,
}

ENROLMENTS: Final[Projection[Any]] = Projection(
    "registration.enrolment",
    store.seen_enrolments,
    {
        "id.bina.registration.enrolment.nominated.v1": Handler(NominatedReader, on_enrolment_nominated),
        "id.bina.registration.enrolment.delegates_named.v1": Handler(
            DelegatesNamedReader, on_enrolment_delegates_named
        ),
        **{
            f"id.bina.registration.enrolment.{name}.v1": Handler(DecidedReader, fold)
            for name, fold in _DECISIONS.items()
        },
    },
)
