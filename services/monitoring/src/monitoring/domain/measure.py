"""Measures of a batch: baseline before day 1, follow-ups after the last day, answers of raters.

OPEN → CLOSED. Due dates follow the batch; whether a measure is overdue is asked with a date.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import partial
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import Fault, RefusedError
from monitoring import events
from monitoring.domain.instrument import Instrument
from monitoring.domain.number import mean, text_of

SMALLEST_GROUP: Final = 5
PLAN_PERIOD: Final = timedelta(days=14)


class MeasureKind(StrEnum):
    """When a measure is taken; L1 is the reaction at the end."""

    BASELINE = "BASELINE"
    PRE = "PRE"
    POST = "POST"
    T30 = "T30"
    T90 = "T90"
    T180 = "T180"
    L1 = "L1"


FOLLOW_UPS: Final[Mapping[MeasureKind, timedelta]] = {
    MeasureKind.T30: timedelta(days=30),
    MeasureKind.T90: timedelta(days=90),
    MeasureKind.T180: timedelta(days=180),
}


class MeasureState(StrEnum):
    """Whether answers are taken."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class RaterRole(StrEnum):
    """Where a rater stands to the participant."""

    SELF = "SELF"
    SUPERIOR = "SUPERIOR"
    PEER = "PEER"
    SUBORDINATE = "SUBORDINATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Aggregate):
    """One asking of one instrument to the participants of a batch."""

    batch: str
    kind: MeasureKind
    instrument: str
    instrument_version: int
    due_on: date
    state: MeasureState = MeasureState.OPEN
    received: int = 0
    closed_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMeasure:
    """Ask an instrument to a batch, to be answered by a date."""

    tenant: TenantId
    batch: str
    kind: MeasureKind
    instrument: str
    instrument_version: int
    due_on: date
    expected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveAnswer:
    """One rater's answers about one participant."""

    row: int
    enrolment: str
    rater: str | None
    rater_role: RaterRole
    on: date
    items: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one rater answered about one enrolment; both are opaque ids."""

    id: str
    measure: str
    batch: str
    enrolment: str
    rater: str
    rater_role: RaterRole
    on: date
    received_at: datetime
    items: dict[str, int]


class DimensionMean(NamedTuple):
    """The mean of one dimension over participants; None where fewer than five took part."""

    dimension: str
    n: int
    mean: Fraction | None


def measure_id(batch: str, kind: MeasureKind) -> str:
    """Name the one measure of this kind in a batch."""
    return str(uuid5(NAMESPACE_URL, f"bina:measure:{batch}:{kind}"))


def baseline_due(first_day: date) -> date:
    """Give the last day on which a baseline counts."""
    return first_day - timedelta(days=1)


def follow_ups(last_day: date) -> dict[MeasureKind, date]:
    """Date the follow-ups from the batch's actual last day."""
    return {kind: last_day + period for kind, period in FOLLOW_UPS.items()}


def plan_due(last_day: date) -> date:
    """Give the day by which every participant's action plan is expected."""
    return last_day + PLAN_PERIOD


def start(command: OpenMeasure) -> tuple[Measure, list[Event]]:
    """Open a measure."""
    measure = Measure(
        id=measure_id(command.batch, command.kind),
        batch=command.batch,
        kind=command.kind,
        instrument=command.instrument,
        instrument_version=command.instrument_version,
        due_on=command.due_on,
    )
    return measure, [_fact(events.MeasureOpened, measure, command.expected)]


def move(measure: Measure, due_on: date, expected: int) -> tuple[Measure, list[Event]]:
    """Give an open measure another due date; the same date or a closed measure changes nothing."""
    if measure.state is MeasureState.CLOSED or measure.due_on == due_on:
        return measure, []
    moved = replace(measure, due_on=due_on)
    return moved, [_fact(partial(events.MeasureRescheduled, old_due_on=measure.due_on), moved, expected)]


def close(measure: Measure, reason: str, expected: int) -> tuple[Measure, list[Event]]:
    """Take no further answers."""
    _require_open(measure)
    closed = replace(measure, state=MeasureState.CLOSED, closed_reason=reason)
    return closed, [_fact(partial(events.MeasureClosed, reason=reason), closed, expected)]


def publish_means(measure: Measure, means: Sequence[DimensionMean]) -> list[Event]:
    """Say the means that may be shown; a group below five is not mentioned at all."""
    return [
        events.MeasureAggregated(
            measure=measure.id,
            batch=measure.batch,
            kind=measure.kind,
            dimension=each.dimension,
            n=each.n,
            mean=text_of(each.mean),
        )
        for each in means
        if each.mean is not None
    ]


def answer(measure: Measure, instrument: Instrument, given: GiveAnswer, received_at: datetime) -> Answer:
    """Take one rater's answers; refuses incomplete ones and a baseline after the day before day 1."""
    _require_open(measure)
    faults = [*_date_faults(measure, given.on), *_item_faults(instrument, given.items), *_rater_faults(given)]
    if faults:
        raise RefusedError("INVALID", "answer_invalid", faults)
    rater = given.rater or given.enrolment
    return Answer(
        id=str(uuid5(NAMESPACE_URL, f"bina:answer:{measure.id}:{given.enrolment}:{rater}")),
        measure=measure.id,
        batch=measure.batch,
        enrolment=given.enrolment,
        rater=rater,
        rater_role=given.rater_role,
        on=given.on,
        received_at=received_at,
        items=dict(given.items),
    )


def receive(measure: Measure, participants: int) -> Measure:
    """Note how many participants have been answered for."""
    return replace(measure, received=participants)


def scores(answers: Sequence[Answer], instrument: Instrument) -> dict[str, dict[str, Fraction]]:
    """Score each participant in each dimension: the mean over raters of the mean over items."""
    found: dict[str, dict[str, list[Fraction]]] = {}
    for dimension, codes in _codes_by_dimension(instrument).items():
        by_participant = found.setdefault(dimension, {})
        for each in answers:
            value = Fraction(sum(each.items[code] for code in codes), len(codes))
            by_participant.setdefault(each.enrolment, []).append(value)
    return {tag: {who: mean(values) for who, values in people.items()} for tag, people in found.items()}


def means(answers: Sequence[Answer], instrument: Instrument) -> list[DimensionMean]:
    """Average each dimension over participants, hiding groups below five."""
    return [
        DimensionMean(tag, len(people), mean(list(people.values())) if len(people) >= SMALLEST_GROUP else None)
        for tag, people in scores(answers, instrument).items()
    ]


def is_overdue(measure: Measure, as_of: date) -> bool:
    """Say whether the due date has passed while the measure is still open."""
    return measure.state is MeasureState.OPEN and as_of > measure.due_on


def _fact(make: Callable[..., Event], measure: Measure, expected: int) -> Event:
    return make(
        measure=measure.id,
        batch=measure.batch,
        kind=measure.kind.value,
        instrument=measure.instrument,
        version=measure.instrument_version,
        expected=expected,
        received=measure.received,
        due_on=measure.due_on,
    )


def _require_open(measure: Measure) -> None:
    if measure.state is not MeasureState.OPEN:
        raise RefusedError("CONFLICT", "measure_closed", measure_kind=measure.kind)


def _codes_by_dimension(instrument: Instrument) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for item in instrument.items:
        codes.setdefault(item.dimension, []).append(item.code)
    return codes


def _date_faults(measure: Measure, on: date) -> list[Fault]:
    if measure.kind is MeasureKind.BASELINE and on > measure.due_on:
        return [Fault("/on", "baseline_too_late", (("due_on", measure.due_on.isoformat()),))]
    return []


def _item_faults(instrument: Instrument, items: Mapping[str, int]) -> list[Fault]:
    asked = {item.code for item in instrument.items}
    missing = [Fault(f"/items/{code}", "item_missing", (("item", code),)) for code in sorted(asked - items.keys())]
    unknown = [Fault(f"/items/{code}", "item_unknown", (("item", code),)) for code in sorted(items.keys() - asked)]
    scale = (("low", str(instrument.scale_low)), ("high", str(instrument.scale_high)))
    outside = [
        Fault(f"/items/{code}", "item_off_scale", scale)
        for code, value in items.items()
        if code in asked and not instrument.scale_low <= value <= instrument.scale_high
    ]
    return missing + unknown + outside


def _rater_faults(given: GiveAnswer) -> list[Fault]:
    if given.rater_role is RaterRole.SELF and given.rater not in (None, given.enrolment):
        return [Fault("/rater", "rater_not_self")]
    if given.rater_role is not RaterRole.SELF and given.rater in (None, given.enrolment):
        return [Fault("/rater", "rater_missing")]
    return []
