"""Bulk decisions on enrolments that exist: each row alone, in the order of the list, against the same seats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from eventkit.event import Event, TenantId
from eventkit.refusal import Fault, RefusedError
from registration.domain.arrival import check_in, record_no_show
from registration.domain.batch import Batch
from registration.domain.enrolment import Enrolment, EnrolmentMove, MoveEnrolment
from registration.domain.report import RowReport
from registration.domain.seat import move_enrolment

Change = tuple[Enrolment, list[Event]]
Decide = Callable[[Batch, Enrolment], tuple[Batch, Enrolment, list[Event]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One enrolment of the list; `persons` is how many of a unit's delegates arrived, None means all."""

    enrolment: str
    persons: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRoster:
    """Do the same to many enrolments of one batch."""

    tenant: TenantId
    batch: str
    rows: tuple[RosterRow, ...]
    move: EnrolmentMove
    reason_code: str | None
    at: datetime
    dry_run: bool


@dataclass(slots=True)
class RosterOutcome:
    """What a pass over the list leaves: the seats, the changed enrolments, a report of each row."""

    batch: Batch
    changed: dict[str, Change] = field(default_factory=dict)
    reports: list[RowReport] = field(default_factory=list)


def move_roster(batch: Batch, known: Mapping[str, Enrolment], command: MoveRoster) -> RosterOutcome:
    """Decide row by row; a refused row says why and the others go on."""
    outcome = RosterOutcome(batch)
    for place, row in enumerate(command.rows):
        enrolment = outcome.changed[row.enrolment][0] if row.enrolment in outcome.changed else known.get(row.enrolment)
        if enrolment is None or enrolment.batch != batch.id:
            fault = Fault("/enrolment", "UNKNOWN_ID")
            outcome.reports.append(RowReport(row=place, status="NOT_FOUND", errors=(fault,)))
            continue
        outcome.reports.append(_move_row(outcome, place, enrolment, _decision(row, command)))
    return outcome


def _move_row(outcome: RosterOutcome, place: int, enrolment: Enrolment, decide: Decide) -> RowReport:
    try:
        outcome.batch, moved, events = decide(outcome.batch, enrolment)
    except RefusedError as refusal:
        fault = Fault("", refusal.code, tuple(refusal.values.items()))
        return RowReport(
            row=place, status="REFUSED", id=enrolment.id, person=enrolment.person, errors=(fault, *refusal.faults)
        )
    if moved is not enrolment:
        earlier = outcome.changed.get(enrolment.id, (enrolment, []))[1]
        outcome.changed[enrolment.id] = (moved, [*earlier, *events])
    return RowReport(row=place, status=moved.state, id=moved.id, person=moved.person)


def _decision(row: RosterRow, command: MoveRoster) -> Decide:
    def decide(batch: Batch, enrolment: Enrolment) -> tuple[Batch, Enrolment, list[Event]]:
        if command.move is EnrolmentMove.CHECK_IN:
            return (batch, *check_in(batch, enrolment, row.persons, command.at))
        if command.move is EnrolmentMove.NO_SHOW:
            return (batch, *record_no_show(batch, enrolment, command.at))
        single = MoveEnrolment(
            tenant=command.tenant,
            enrolment=enrolment.id,
            move=command.move,
            reason_code=command.reason_code,
            at=command.at,
            expected_version=None,
        )
        return move_enrolment(batch, enrolment, single)

    return decide
