"""Commands on batches: plan, move, rule, and the real course."""

from collections.abc import Callable
from dataclasses import dataclass

from eventkit.event import Event, TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import NotFoundError, RefusedError
from registration import store
from registration.domain import course
from registration.domain.arrival import cover_gap
from registration.domain.batch import (
    Batch,
    BatchMove,
    ChangeRule,
    MoveBatch,
    Plan,
    RescheduleBatch,
    ScheduleBatch,
    ScheduleVersion,
)
from registration.domain.programme import ProgrammeState
from registration.domain.region import check_region, enclosing
from registration.events import StatusCount

Decided = tuple[Batch, list[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReschedulePreview:
    """What a new plan would touch; nothing is stored."""

    batch: str
    old: Plan
    new: Plan
    enrolments: tuple[StatusCount, ...]
    covers_to_renew: tuple[str, ...]
    warnings: tuple[str, ...]


def schedule_batch(uow: Unit, command: ScheduleBatch) -> Batch:
    """Plan a batch of an approved programme; the zone follows the venue, else the organiser, unless given."""
    check_region(command.plan.venue.region, "/venue/region", store.regions())

    def work(session: Session) -> Batch:
        programme = store.programmes.load(command.tenant, command.programme, session)
        if programme.state is not ProgrammeState.APPROVED:
            raise RefusedError("CONFLICT", "programme_state", state=programme.state, action="schedule_batch")
        place = command.plan.venue.region or programme.outline.organizer_region
        time_zone = command.time_zone or enclosing(place, store.regions()).time_zone
        batch, events = course.schedule_batch(command, programme.outline, time_zone)
        return store.batches.save(command.tenant, batch, events, session)

    return uow.run(work)


def reschedule_batch(uow: Unit, command: RescheduleBatch) -> Batch:
    """Move the plan of a batch; the old one stays readable."""
    check_region(command.plan.venue.region, "/venue/region", store.regions())
    return _change(uow, command, lambda batch, _: course.reschedule(batch, command))


def preview_reschedule(uow: Unit, command: RescheduleBatch) -> ReschedulePreview:
    """Say what a new plan would touch."""
    check_region(command.plan.venue.region, "/venue/region", store.regions())
    session = uow.reading()
    batch = store.batches.load(command.tenant, command.batch, session, expected=command.expected_version)
    moved, _ = course.reschedule(batch, command)
    covered = store.covers(command.tenant, batch.id, session)
    return ReschedulePreview(
        batch=batch.id,
        old=batch.plan,
        new=moved.plan,
        enrolments=tuple(store.status_counts(command.tenant, batch.id, session)),
        covers_to_renew=tuple(each.id for each in covered if cover_gap(moved, each)),
        warnings=tuple(moved.warnings),
    )


def change_rule(uow: Unit, command: ChangeRule) -> Batch:
    """Put a new rule in force."""
    return _change(uow, command, lambda batch, _: course.change_rule(batch, command))


def move_batch(uow: Unit, move: BatchMove, command: MoveBatch) -> Batch:
    """Open, start, complete, evaluate, close, postpone or cancel a batch."""

    def decide(batch: Batch, session: Session) -> Decided:
        counts = _counts(move, command.tenant, batch.id, session)
        return _decide(move, batch, command, counts)

    return _change(uow, command, decide)


def _decide(move: BatchMove, batch: Batch, command: MoveBatch, counts: list[StatusCount]) -> Decided:
    decisions: dict[BatchMove, Callable[[], Decided]] = {
        BatchMove.OPEN: lambda: course.open_batch(batch),
        BatchMove.START: lambda: course.start(batch, command, counts),
        BatchMove.COMPLETE: lambda: course.complete(batch, command, counts),
        BatchMove.MONITOR: lambda: course.monitor(batch),
        BatchMove.CLOSE: lambda: course.close_batch(batch),
        BatchMove.POSTPONE: lambda: course.postpone(batch, command),
        BatchMove.CANCEL: lambda: course.cancel_batch(batch, command, counts),
    }
    return decisions[move]()


def _counts(move: BatchMove, tenant: TenantId, batch: str, session: Session) -> list[StatusCount]:
    told = {BatchMove.START, BatchMove.COMPLETE, BatchMove.CANCEL}
    return store.status_counts(tenant, batch, session) if move in told else []


def _change(
    uow: Unit,
    command: MoveBatch | RescheduleBatch | ChangeRule,
    decide: Callable[[Batch, Session], Decided],
) -> Batch:
    def work(session: Session) -> Batch:
        batch = store.batches.load(command.tenant, command.batch, session, expected=command.expected_version)
        changed, events = decide(batch, session)
        return batch if changed == batch else store.batches.save(command.tenant, changed, events, session)

    return uow.run(work)


def schedule_version(uow: Unit, tenant: TenantId, batch: str, number: int) -> ScheduleVersion:
    """Give one plan of a batch."""
    versions = store.batches.load(tenant, batch, uow.reading()).schedule
    for each in versions:
        if each.number == number:
            return each
    raise NotFoundError
