"""Enrolments of persons and of units: nomination, seat, cover, delegates, arrival.

NOMINATED ──► CONFIRMED ──► CHECKED_IN
  │  │  └──► WAITLISTED ──► CONFIRMED
  │  │           └──► DECLINED, WITHDRAWN
  │  └──► DECLINED, WITHDRAWN
  └ (not eligible) REJECTED
CONFIRMED ──► NO_SHOW (──► CHECKED_IN when they come after all), WITHDRAWN, SUBSTITUTED
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from eventkit.event import Aggregate, TenantId
from eventkit.refusal import RefusedError
from registration.domain.codes import (
    HEADS,
    AsnStatus,
    Category,
    CoverKind,
    EnrolmentKind,
    PersonKind,
    PositionKind,
)
from registration.domain.eligibility import Decision


class EnrolmentState(StrEnum):
    """Where an enrolment stands."""

    NOMINATED = "NOMINATED"
    REJECTED = "REJECTED"
    WAITLISTED = "WAITLISTED"
    DECLINED = "DECLINED"
    CONFIRMED = "CONFIRMED"
    CHECKED_IN = "CHECKED_IN"
    NO_SHOW = "NO_SHOW"
    WITHDRAWN = "WITHDRAWN"
    SUBSTITUTED = "SUBSTITUTED"


class EnrolmentMove(StrEnum):
    """What can be done to an enrolment."""

    CONFIRM = "confirm"
    WAITLIST = "waitlist"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    SUBSTITUTE = "substitute"
    CHECK_IN = "check_in"
    NO_SHOW = "no_show"


S = EnrolmentState
MOVES: Final[Mapping[EnrolmentMove, Mapping[EnrolmentState, EnrolmentState]]] = {
    EnrolmentMove.CONFIRM: {S.NOMINATED: S.CONFIRMED, S.WAITLISTED: S.CONFIRMED},
    EnrolmentMove.WAITLIST: {S.NOMINATED: S.WAITLISTED},
    EnrolmentMove.DECLINE: {S.NOMINATED: S.DECLINED, S.WAITLISTED: S.DECLINED},
    EnrolmentMove.WITHDRAW: {S.NOMINATED: S.WITHDRAWN, S.WAITLISTED: S.WITHDRAWN, S.CONFIRMED: S.WITHDRAWN},
    EnrolmentMove.SUBSTITUTE: {S.CONFIRMED: S.SUBSTITUTED},
    EnrolmentMove.CHECK_IN: {S.CONFIRMED: S.CHECKED_IN, S.NO_SHOW: S.CHECKED_IN},
    EnrolmentMove.NO_SHOW: {S.CONFIRMED: S.NO_SHOW},
}
SEATED: Final = frozenset({S.CONFIRMED, S.CHECKED_IN, S.NO_SHOW})
LEFT: Final = frozenset({S.REJECTED, S.DECLINED, S.WITHDRAWN, S.SUBSTITUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Who runs the head's unit meanwhile; `acting` is a pseudonym, None where no cover is needed."""

    kind: CoverKind
    from_date: date
    to_date: date
    acting: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of the enrolment's history."""

    state: EnrolmentState
    at: datetime
    reason_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(Aggregate):
    """A person or a unit put forward for one batch, with a snapshot of the post.

    `holder` is unique: it keeps a person from being in two batches of one programme, and is None once they left.
    """

    batch: str
    programme: str
    kind: EnrolmentKind
    person: str | None
    unit: str | None
    category: Category
    position_kind: PositionKind | None
    echelon_id: str | None
    person_kind: PersonKind | None
    asn_status: AsnStatus | None
    state: EnrolmentState
    decision: Decision
    holder: str | None
    history: tuple[Step, ...]
    delegates: tuple[str, ...] = ()
    cover: Cover | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    arrived: int = 0
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveEnrolment:
    """Confirm, queue, decline or withdraw one enrolment."""

    tenant: TenantId
    enrolment: str
    move: EnrolmentMove
    reason_code: str | None
    at: datetime
    expected_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCover:
    """Name the acting official of a head, or say why none is needed."""

    tenant: TenantId
    enrolment: str
    cover: Cover
    expected_version: int | None


def holder_of(programme: str, batch: str, person: str | None, unit: str | None) -> str:
    """Give the text that is unique while the seat is wanted: a person per programme, a unit per batch."""
    return f"{programme}/{person}" if person is not None else f"{batch}/{unit}"


def needs_cover(enrolment: Enrolment) -> bool:
    """Say whether a head leaves a unit behind."""
    return enrolment.kind is EnrolmentKind.PERSON and enrolment.category in HEADS


def take_step(enrolment: Enrolment, move: EnrolmentMove, at: datetime, reason_code: str | None) -> Enrolment:
    """Give the enrolment in its next state; refuses a move that its state does not allow."""
    target = MOVES[move].get(enrolment.state)
    if target is None:
        raise RefusedError("CONFLICT", "enrolment_state", state=enrolment.state, action=move)
    return replace(
        enrolment,
        state=target,
        holder=None if target in LEFT else enrolment.holder,
        history=(*enrolment.history, Step(state=target, at=at, reason_code=reason_code)),
    )
