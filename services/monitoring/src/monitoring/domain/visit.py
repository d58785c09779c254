"""Monitoring visits to a work unit, with findings that must be settled.

Visit: PLANNED → CONDUCTED (no finding) or AWAITING_RESPONSE → CLOSED.
Finding: OPEN → ANSWERED → SETTLED. One series of a unit keeps one checklist version.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import RefusedError
from monitoring import events

HIGH_FROM: Final = 80
MEDIUM_FROM: Final = 60


class VisitState(StrEnum):
    """How far a visit is."""

    PLANNED = "PLANNED"
    CONDUCTED = "CONDUCTED"
    AWAITING_RESPONSE = "AWAITING_RESPONSE"
    CLOSED = "CLOSED"


class FindingState(StrEnum):
    """How far a finding is."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    SETTLED = "SETTLED"


class ScoreBand(StrEnum):
    """A checklist score in words, the only form that is published."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the visitor saw, who shall answer and by when."""

    number: int
    dimension: str
    text: str
    owner_unit: str
    due_on: date
    state: FindingState = FindingState.OPEN
    response: str | None = None
    answered_on: date | None = None
    settled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Aggregate):
    """One visit of a series; the series of a unit is compared, so its checklist stays the same."""

    batch: str | None
    unit: str
    wave: int
    checklist: str
    checklist_version: int
    planned_on: date
    visitor: str
    state: VisitState = VisitState.PLANNED
    conducted_on: date | None = None
    score: int | None = None
    score_band: ScoreBand | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def findings_open(self) -> int:
        """Count the findings that are not settled."""
        return sum(each.state is not FindingState.SETTLED for each in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleVisit:
    """Plan a visit to a unit."""

    tenant: TenantId
    id: str
    batch: str | None
    unit: str
    checklist: str
    checklist_version: int
    planned_on: date
    visitor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVisit:
    """Write down what a visit found."""

    on: date
    score: int
    findings: tuple[Finding, ...]


def schedule(command: ScheduleVisit, series: Sequence[Visit]) -> tuple[Visit, list[Event]]:
    """Plan the next visit of a series; refuses another version of the series' checklist."""
    fixed = next((each.checklist_version for each in series), command.checklist_version)
    if fixed != command.checklist_version:
        raise RefusedError("CONFLICT", "checklist_version_fixed", version=fixed)
    visit = Visit(
        id=command.id,
        batch=command.batch,
        unit=command.unit,
        wave=len(series) + 1,
        checklist=command.checklist,
        checklist_version=command.checklist_version,
        planned_on=command.planned_on,
        visitor=command.visitor,
    )
    return visit, [_fact(events.VisitScheduled, visit)]


def record(visit: Visit, command: RecordVisit) -> tuple[Visit, list[Event]]:
    """Write down the visit and its findings."""
    if visit.state is not VisitState.PLANNED:
        raise _wrong_state(visit)
    if any(finding.due_on < command.on for finding in command.findings):
        raise RefusedError("INVALID", "finding_due_before_visit")
    recorded = replace(
        visit,
        state=VisitState.AWAITING_RESPONSE if command.findings else VisitState.CONDUCTED,
        conducted_on=command.on,
        score=command.score,
        score_band=band(command.score),
        findings=command.findings,
    )
    return recorded, [_fact(events.VisitRecorded, recorded)]


def respond(visit: Visit, number: int, response: str, on: date) -> Visit:
    """Take the owner unit's answer to a finding."""
    finding = _finding(visit, number, FindingState.OPEN)
    return _with(visit, replace(finding, state=FindingState.ANSWERED, response=response, answered_on=on))


def settle(visit: Visit, number: int, on: date) -> Visit:
    """Accept the answer to a finding."""
    finding = _finding(visit, number, FindingState.ANSWERED)
    return _with(visit, replace(finding, state=FindingState.SETTLED, settled_on=on))


def close(visit: Visit) -> tuple[Visit, list[Event]]:
    """End a visit that took place; refused while a finding is not settled."""
    if visit.state not in (VisitState.CONDUCTED, VisitState.AWAITING_RESPONSE):
        raise _wrong_state(visit)
    if visit.findings_open:
        raise RefusedError("CONFLICT", "findings_open", count=visit.findings_open)
    closed = replace(visit, state=VisitState.CLOSED)
    return closed, [_fact(events.VisitClosed, closed)]


def band(score: int) -> ScoreBand:
    """Name a checklist score from 0 to 100."""
    if score >= HIGH_FROM:
        return ScoreBand.HIGH
    return ScoreBand.MEDIUM if score >= MEDIUM_FROM else ScoreBand.LOW


def _finding(visit: Visit, number: int, state: FindingState) -> Finding:
    if not 1 <= number <= len(visit.findings):
        raise RefusedError("NOT_FOUND", "finding_unknown", finding=number)
    finding = visit.findings[number - 1]
    if visit.state is not VisitState.AWAITING_RESPONSE or finding.state is not state:
        raise RefusedError("CONFLICT", "finding_state", finding=number, state=finding.state)
    return finding


def _with(visit: Visit, finding: Finding) -> Visit:
    findings = tuple(finding if each.number == finding.number else each for each in visit.findings)
    return replace(visit, findings=findings)


def _wrong_state(visit: Visit) -> RefusedError:
    return RefusedError("CONFLICT", "visit_state", state=visit.state)


def _fact(make: Callable[..., Event], visit: Visit) -> Event:
    return make(
        visit=visit.id,
        unit=visit.unit,
        batch=visit.batch,
        wave=visit.wave,
        checklist_version=visit.checklist_version,
        score_band=visit.score_band.value if visit.score_band else None,
        findings_open=visit.findings_open,
    )
