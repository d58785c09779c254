"""Speaker engagements: an office in a session, its way to presence, and the board that shows what is open.

TO_BE_NAMED → PROPOSED → INVITED → CONFIRMED → ATTENDED | NO_SHOW
CONFIRMED → RECONFIRM_NEEDED (the session moved) → CONFIRMED; DECLINED and REPLACED end a slot's holder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypedDict

from curriculum.domain.curriculum import SpeakerRole, SpeakerSlot
from curriculum.domain.ids import derived
from curriculum.domain.session import Session
from curriculum.events import EngagementPlanned, EngagementStatus, EngagementStatusChanged, GovernmentLevel
from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import Fault, RefusedError

_S = EngagementStatus
TRANSITIONS: Final[Mapping[EngagementStatus, frozenset[EngagementStatus]]] = {
    _S.TO_BE_NAMED: frozenset({_S.PROPOSED, _S.REPLACED}),
    _S.PROPOSED: frozenset({_S.INVITED, _S.DECLINED, _S.REPLACED}),
    _S.INVITED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.REPLACED}),
    _S.CONFIRMED: frozenset({_S.RECONFIRM_NEEDED, _S.ATTENDED, _S.NO_SHOW, _S.DECLINED, _S.REPLACED}),
    _S.RECONFIRM_NEEDED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.REPLACED}),
    _S.DECLINED: frozenset({_S.REPLACED}),
    _S.ATTENDED: frozenset(),
    _S.NO_SHOW: frozenset(),
    _S.REPLACED: frozenset(),
}


class Channel(StrEnum):
    """How a confirmation came."""

    LETTER = "LETTER"
    MAIL = "MAIL"
    PHONE = "PHONE"
    STAFF = "STAFF"


class Colour(StrEnum):
    """Whether the speakers of a batch are settled."""

    GREEN = "GREEN"
    AMBER = "AMBER"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """One step in the life of a slot, with its evidence."""

    status: EngagementStatus
    at: datetime
    on: date | None = None
    channel: Channel | None = None
    evidence: str | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement(Aggregate):
    """A speaker slot of a session; the office is the key, the holder's name a label that enters no event."""

    session: str
    batch: str
    role: SpeakerRole
    status: EngagementStatus
    office_code: str | None = None
    government_level: GovernmentLevel | None = None
    holder_label: str | None = None
    on_behalf_of: str | None = None
    candidate_levels: tuple[GovernmentLevel, ...] = ()
    deadline: date | None = None
    fallback_office: str | None = None
    replaces: str | None = None
    history: tuple[StatusChange, ...] = ()


Change = tuple[Engagement, list[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEngagement:
    """Add a speaker slot to a session."""

    tenant: TenantId
    session: str
    engagement: str
    slot: SpeakerSlot
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEngagement:
    """Take a slot to its next state; an office may be named on the way to PROPOSED."""

    tenant: TenantId
    engagement: str
    change: StatusChange
    office_code: str | None = None
    government_level: GovernmentLevel | None = None
    holder_label: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceSpeaker:
    """Give the slot to another office; the session stays."""

    tenant: TenantId
    engagement: str
    replacement: str
    slot: SpeakerSlot
    reason_code: str
    at: datetime
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSlot:
    """One slot on the board; `days_left` counts to the deadline and is negative when it has passed."""

    engagement: Engagement
    colour: Colour
    days_left: int | None
    has_delivered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The speakers of a batch on a given day."""

    batch: str
    as_of: date
    colour: Colour
    confirmed: int
    open: int
    delivered: int
    slots: tuple[BoardSlot, ...]


def plan(session: Session, slot: SpeakerSlot, engagement: str, at: datetime) -> Change:
    """Open a slot; without an office it is TO_BE_NAMED."""
    status = _S.PROPOSED if slot.office_code else _S.TO_BE_NAMED
    days = slot.deadline_days
    planned = Engagement(
        id=engagement,
        session=session.id,
        batch=session.batch,
        role=slot.role,
        status=status,
        office_code=slot.office_code,
        government_level=slot.government_level,
        holder_label=slot.holder_label,
        on_behalf_of=slot.on_behalf_of,
        candidate_levels=slot.candidate_levels,
        deadline=None if days is None else session.timing.date - timedelta(days=days),
        fallback_office=slot.fallback_office,
        history=(StatusChange(status=status, at=at),),
    )
    return planned, [EngagementPlanned(**_facts(planned, None))]


def plan_slots(session: Session, slots: Iterable[SpeakerSlot], at: datetime) -> list[Change]:
    """Open the slots that the curriculum foresees for the session."""
    return [plan(session, slot, derived(session.id, "slot", str(index)), at) for index, slot in enumerate(slots)]


def change(engagement: Engagement, command: ChangeEngagement) -> Change:
    """Take the slot one step; refused when the state machine has no such step."""
    named = replace(
        engagement,
        office_code=command.office_code or engagement.office_code,
        government_level=command.government_level or engagement.government_level,
        holder_label=command.holder_label or engagement.holder_label,
    )
    if command.change.status is _S.PROPOSED and named.office_code is None:
        raise RefusedError("INVALID", "office_missing", [Fault("/office_code", "office_missing")])
    if engagement.office_code and named.office_code != engagement.office_code:
        raise RefusedError("CONFLICT", "office_fixed")
    return _step(named, command.change)


def substitute(engagement: Engagement, session: Session, command: ReplaceSpeaker) -> tuple[Change, Change]:
    """Close the slot as REPLACED and open its successor for the same session."""
    ended = _step(engagement, StatusChange(status=_S.REPLACED, at=command.at, reason_code=command.reason_code))
    opened, events = plan(session, command.slot, command.replacement, command.at)
    return ended, (replace(opened, replaces=engagement.id), events)


def ask_again(engagement: Engagement, days: int, at: datetime) -> Change:
    """Follow a moved session: the deadline moves along, and a confirmed speaker must confirm again."""
    deadline = engagement.deadline and engagement.deadline + timedelta(days=days)
    moved = replace(engagement, deadline=deadline)
    if engagement.status is not _S.CONFIRMED:
        return moved, []
    return _step(moved, StatusChange(status=_S.RECONFIRM_NEEDED, at=at, reason_code="SESSION_RESCHEDULED"))


def board(batch: str, engagements: Iterable[Engagement], as_of: date) -> Board:
    """Show which speakers are settled on a day; replaced slots are history, and who opens or closes is no speaker."""
    named = (each for each in engagements if each.role is not SpeakerRole.OFFICIANT)
    shown = [each for each in named if each.status is not _S.REPLACED]
    slots = tuple(_board_slot(each, as_of) for each in shown)
    settled = sum(slot.colour is Colour.GREEN for slot in slots)
    return Board(
        batch=batch,
        as_of=as_of,
        colour=Colour.GREEN if settled == len(slots) else Colour.AMBER,
        confirmed=settled,
        open=len(slots) - settled,
        delivered=sum(slot.has_delivered for slot in slots),
        slots=slots,
    )


def _board_slot(engagement: Engagement, as_of: date) -> BoardSlot:
    settled = engagement.status in (_S.CONFIRMED, _S.ATTENDED)
    waiting = engagement.deadline is not None and not settled
    return BoardSlot(
        engagement=engagement,
        colour=Colour.GREEN if settled else Colour.AMBER,
        days_left=(engagement.deadline - as_of).days if waiting and engagement.deadline else None,
        has_delivered=engagement.status is _S.ATTENDED,
    )


def _step(engagement: Engagement, step: StatusChange) -> Change:
    if step.status not in TRANSITIONS[engagement.status]:
        raise RefusedError("CONFLICT", "engagement_state", state=engagement.status, wanted=step.status)
    after = replace(engagement, status=step.status, history=(*engagement.history, step))
    return after, [EngagementStatusChanged(**_facts(after, engagement.status))]


class _Facts(TypedDict):
    engagement: str
    session: str
    batch: str
    office_code: str | None
    government_level: str | None
    status: str
    previous_status: str | None


def _facts(engagement: Engagement, previous: EngagementStatus | None) -> _Facts:
    return {
        "engagement": engagement.id,
        "session": engagement.session,
        "batch": engagement.batch,
        "office_code": engagement.office_code,
        "government_level": engagement.government_level,
        "status": engagement.status,
        "previous_status": previous,
    }
