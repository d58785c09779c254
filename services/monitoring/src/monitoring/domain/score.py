"""Unit scores: the service index from nine elements, issued scores with their source, simulations apart.

A simulation is another kind of thing: it has no event and never becomes a score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import Fault, RefusedError
from monitoring import events
from monitoring.domain.number import SCORE_PLACES, rounded, text_of
from monitoring.domain.reference import SERVICE_ELEMENTS, SKM_VERSION
from monitoring.domain.rubric import OFFICIAL, SERVICE_BANDS, WeightSet, predicate

SURVEY: Final = "SURVEY"
_LOWEST_ANSWER: Final = 1
_HIGHEST_ANSWER: Final = 4
_HUNDRED: Final = Decimal(100)


class ServiceIndex(NamedTuple):
    """The service index (IKM) of a survey; `weakest` are the elements to improve first."""

    elements: Mapping[str, Fraction]
    mean: Fraction
    value: Fraction
    score: Decimal
    grade: str
    weakest: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementTotal:
    """The answers to one element: their sum and their number."""

    element: str
    total: int
    respondents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Aggregate):
    """An issued score of a unit, or the index of its own survey."""

    unit: str
    instrument: str
    instrument_version: str
    period: str
    score: str
    predicate: str
    source: str
    recorded_at: datetime
    elements: tuple[ElementTotal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordScore:
    """Note a score that somebody else issued."""

    tenant: TenantId
    unit: str
    instrument: str
    instrument_version: str
    period: str
    score: Decimal
    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordServiceIndex:
    """Compute and note the service index of a unit's survey."""

    tenant: TenantId
    unit: str
    period: str
    elements: tuple[ElementTotal, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentPoints:
    """What one component brings: weight · achieved / 100, exact."""

    component: str
    weight: str
    achieved: str
    points: str
    key_points: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A practice score; it never leaves this service."""

    id: str
    unit: str | None
    batch: str | None
    weight_set: str
    provisional: bool
    components: tuple[ComponentPoints, ...]
    total: str
    score: str
    predicate: str
    key_score: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulate:
    """Practise scoring with a rubric; an answer key, if given, is scored beside it."""

    tenant: TenantId
    id: str
    unit: str | None
    batch: str | None
    weight_set: str
    achieved: Mapping[str, Decimal]
    key: Mapping[str, Decimal] | None
    at: datetime


def score_id(unit: str, instrument: str, version: str, period: str) -> str:
    """Name the one score of a unit under one instrument version in a period."""
    return str(uuid5(NAMESPACE_URL, f"bina:score:{unit}:{instrument}:{version}:{period}"))


def service_index(elements: Sequence[ElementTotal]) -> ServiceIndex:
    """Compute the IKM with the exact weight 1/9; refuses anything but the nine elements on the scale 1-4."""
    faults = _element_faults(elements)
    if faults:
        raise RefusedError("INVALID", "survey_invalid", faults)
    averages = {each.element: Fraction(each.total, each.respondents) for each in elements}
    mean = sum((each / len(SERVICE_ELEMENTS) for each in averages.values()), Fraction())
    value = mean * 25
    score = rounded(value)
    lowest = min(averages.values())
    return ServiceIndex(
        elements=averages,
        mean=mean,
        value=value,
        score=score,
        grade=predicate(SERVICE_BANDS, score, is_closed=True),
        weakest=tuple(code for code, average in averages.items() if average == lowest),
    )


def record(command: RecordScore) -> tuple[Score, list[Event]]:
    """Note an issued score; its version decides on range and predicate."""
    rubric = OFFICIAL.get((command.instrument, command.instrument_version))
    if rubric is None:
        raise RefusedError(
            "INVALID", "rubric_unknown", instrument=command.instrument, version=command.instrument_version
        )
    score = rounded(Fraction(command.score))
    if not rubric.lowest <= score <= rubric.highest:
        raise RefusedError("INVALID", "score_off_range", low=rubric.lowest, high=rubric.highest)
    return _noted(
        Score(
            id=score_id(command.unit, command.instrument, command.instrument_version, command.period),
            unit=command.unit,
            instrument=command.instrument,
            instrument_version=command.instrument_version,
            period=command.period,
            score=f"{score:.2f}",
            predicate=predicate(rubric.bands, score, is_closed=rubric.is_closed),
            source=command.source,
            recorded_at=command.at,
        )
    )


def record_service_index(command: RecordServiceIndex) -> tuple[Score, list[Event]]:
    """Note the index of a unit's own survey."""
    index = service_index(command.elements)
    return _noted(
        Score(
            id=score_id(command.unit, "IKM", SKM_VERSION, command.period),
            unit=command.unit,
            instrument="IKM",
            instrument_version=SKM_VERSION,
            period=command.period,
            score=f"{index.score:.2f}",
            predicate=index.grade,
            source=SURVEY,
            recorded_at=command.at,
            elements=tuple(command.elements),
        )
    )


def simulate(command: Simulate, weights: WeightSet) -> Simulation:
    """Score a practice exercise; the points of the components add up to the total exactly."""
    points = _points(weights, command.achieved, "/components")
    key = None if command.key is None else _points(weights, command.key, "/key")
    total = sum(points.values(), Decimal())
    score = rounded(Fraction(total))
    return Simulation(
        id=command.id,
        unit=command.unit,
        batch=command.batch,
        weight_set=weights.id,
        provisional=weights.provisional,
        components=tuple(
            ComponentPoints(
                component=each.code,
                weight=each.weight,
                achieved=str(command.achieved[each.code]),
                points=_plain(points[each.code]),
                key_points=_plain(key[each.code]) if key else None,
            )
            for each in weights.components
        ),
        total=_plain(total),
        score=f"{score:.2f}",
        predicate=predicate(weights.bands, score),
        key_score=text_of(Fraction(sum(key.values(), Decimal())), SCORE_PLACES) if key else None,
        made_at=command.at,
    )


def _points(weights: WeightSet, achieved: Mapping[str, Decimal], pointer: str) -> dict[str, Decimal]:
    codes = {each.code for each in weights.components}
    missing = [Fault(f"{pointer}/{code}", "component_missing") for code in sorted(codes - achieved.keys())]
    unknown = [Fault(f"{pointer}/{code}", "component_unknown") for code in sorted(achieved.keys() - codes)]
    outside = [
        Fault(f"{pointer}/{code}", "percent_off_range")
        for code, value in achieved.items()
        if not 0 <= value <= _HUNDRED
    ]
    if faults := [*missing, *unknown, *outside]:
        raise RefusedError("INVALID", "simulation_invalid", faults)
    return {each.code: Decimal(each.weight) * achieved[each.code] / _HUNDRED for each in weights.components}


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _element_faults(elements: Sequence[ElementTotal]) -> list[Fault]:
    given = [each.element for each in elements]
    faults = [
        Fault("/elements", "element_missing", (("element", code),)) for code in SERVICE_ELEMENTS if code not in given
    ]
    for index, each in enumerate(elements):
        pointer = f"/elements/{index}"
        if each.element not in SERVICE_ELEMENTS or each.element in given[:index]:
            faults.append(Fault(f"{pointer}/element", "element_unknown", (("element", each.element),)))
        elif each.respondents < 1 or not _is_on_scale(each):
            faults.append(Fault(f"{pointer}/total", "element_off_scale", (("element", each.element),)))
    return faults


def _is_on_scale(each: ElementTotal) -> bool:
    return _LOWEST_ANSWER * each.respondents <= each.total <= _HIGHEST_ANSWER * each.respondents


def _noted(score: Score) -> tuple[Score, list[Event]]:
    fact = events.ScoreRecorded(
        record=score.id,
        unit=score.unit,
        instrument=score.instrument,
        version=score.instrument_version,
        period=score.period,
        score=score.score,
        predicate=score.predicate,
        source=score.source,
    )
    return score, [fact]
