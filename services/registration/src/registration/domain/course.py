"""How a batch comes about, moves and ends: each function takes state and command and gives state and events."""

from collections.abc import Sequence
from dataclasses import replace

from eventkit.event import Event
from eventkit.refusal import Fault, RefusedError
from registration.domain.batch import (
    Batch,
    BatchMove,
    BatchState,
    ChangeRule,
    MoveBatch,
    Plan,
    RescheduleBatch,
    ScheduleBatch,
    ScheduleVersion,
    local_day,
    move_to,
)
from registration.domain.eligibility import Rule
from registration.domain.programme import Outline
from registration.events import (
    BatchCancelled,
    BatchCompleted,
    BatchPostponed,
    BatchRescheduled,
    BatchRuleChanged,
    BatchScheduled,
    BatchStarted,
    StatusCount,
)


def schedule_batch(command: ScheduleBatch, outline: Outline, time_zone: str) -> tuple[Batch, list[Event]]:
    """Plan a batch of an approved programme."""
    _check_plan(command.plan)
    _check_rule(command.rule)
    first = ScheduleVersion(number=1, plan=command.plan, reason_code=None, decided_by_office=None, at=command.at)
    batch = Batch(
        id=command.batch,
        programme=command.programme,
        programme_kind=outline.kind,
        number=command.number,
        organizer_region=outline.organizer_region,
        time_zone=time_zone,
        state=BatchState.SCHEDULED,
        rule=command.rule,
        schedule=(first,),
        taken={},
    )
    event = BatchScheduled(
        batch=batch.id,
        programme=batch.programme,
        programme_kind=outline.kind,
        number=batch.number,
        planned_start=command.plan.start,
        planned_end=command.plan.end,
        provisional=command.plan.provisional,
        venue_region=command.plan.venue.region,
        time_zone=time_zone,
        quota=command.rule.quota,
        seats_total=command.rule.seats_total,
        rule_version=command.rule.version,
    )
    return batch, [event]


def reschedule(batch: Batch, command: RescheduleBatch) -> tuple[Batch, list[Event]]:
    """Add a schedule version; the same plan once more changes nothing."""
    _check_plan(command.plan)
    moved = move_to(batch, BatchMove.RESCHEDULE)
    old, new = batch.plan, command.plan
    if old == new and moved.state is batch.state:
        return batch, []
    version = ScheduleVersion(
        number=len(batch.schedule) + 1,
        plan=new,
        reason_code=command.reason_code,
        decided_by_office=command.decided_by_office,
        at=command.at,
    )
    event = BatchRescheduled(
        batch=batch.id,
        old_start=old.start,
        old_end=old.end,
        new_start=new.start,
        new_end=new.end,
        old_venue_region=old.venue.region,
        new_venue_region=new.venue.region,
        reason_code=command.reason_code,
        decided_by_office=command.decided_by_office,
        schedule_version=version.number,
    )
    return replace(moved, schedule=(*batch.schedule, version)), [event]


def change_rule(batch: Batch, command: ChangeRule) -> tuple[Batch, list[Event]]:
    """Put a new version of the rule in force; earlier decisions and seats stand."""
    move_to(batch, BatchMove.CHANGE_RULE)
    rule = replace(command.rule, version=batch.rule.version + 1)
    _check_rule(rule)
    over = [each.category for each in rule.quota if batch.taken.get(each.category, 0) > each.seats]
    if over or batch.seats_taken > rule.seats_total:
        raise RefusedError("CONFLICT", "quota_below_taken", taken=batch.seats_taken)
    event = BatchRuleChanged(batch=batch.id, quota=rule.quota, seats_total=rule.seats_total, rule_version=rule.version)
    return replace(batch, rule=rule), [event]


def open_batch(batch: Batch) -> tuple[Batch, list[Event]]:
    """Let nominations in; an inner matter that no event tells."""
    return move_to(batch, BatchMove.OPEN), []


def start(batch: Batch, command: MoveBatch, counts: Sequence[StatusCount]) -> tuple[Batch, list[Event]]:
    """Record that the batch really begins."""
    started = replace(move_to(batch, BatchMove.START), started_at=command.at)
    day = local_day(command.at, batch.time_zone)
    return started, [BatchStarted(batch=batch.id, at=command.at, local_date=day, counts=tuple(counts))]


def complete(batch: Batch, command: MoveBatch, counts: Sequence[StatusCount]) -> tuple[Batch, list[Event]]:
    """Record that the batch really ends; refuses an end before its start."""
    completed = replace(move_to(batch, BatchMove.COMPLETE), completed_at=command.at)
    if batch.started_at is not None and command.at < batch.started_at:
        raise RefusedError("INVALID", "invalid", [Fault("/at", "PERIOD_ORDER")])
    day = local_day(command.at, batch.time_zone)
    return completed, [BatchCompleted(batch=batch.id, at=command.at, local_date=day, counts=tuple(counts))]


def monitor(batch: Batch) -> tuple[Batch, list[Event]]:
    """Let the evaluation of a completed batch begin."""
    return move_to(batch, BatchMove.MONITOR), []


def close_batch(batch: Batch) -> tuple[Batch, list[Event]]:
    """Refuse: registration holds no after-measures, and without them nothing is closed."""
    move_to(batch, BatchMove.CLOSE)
    raise RefusedError("CONFLICT", "after_measures_missing")


def postpone(batch: Batch, command: MoveBatch) -> tuple[Batch, list[Event]]:
    """Let a batch wait for new dates."""
    postponed = _reasoned(move_to(batch, BatchMove.POSTPONE), command)
    event = BatchPostponed(
        batch=batch.id,
        at=command.at,
        reason_code=postponed.reason_code or "",
        decided_by_office=postponed.decided_by_office or "",
    )
    return postponed, [event]


def cancel_batch(batch: Batch, command: MoveBatch, counts: Sequence[StatusCount]) -> tuple[Batch, list[Event]]:
    """Call a batch off before it begins."""
    cancelled = _reasoned(move_to(batch, BatchMove.CANCEL), command)
    event = BatchCancelled(
        batch=batch.id,
        at=command.at,
        local_date=local_day(command.at, batch.time_zone),
        counts=tuple(counts),
        reason_code=cancelled.reason_code or "",
        decided_by_office=cancelled.decided_by_office or "",
    )
    return cancelled, [event]


def _reasoned(batch: Batch, command: MoveBatch) -> Batch:
    return replace(batch, reason_code=command.reason_code, decided_by_office=command.decided_by_office)


def _check_plan(plan: Plan) -> None:
    if plan.end < plan.start:
        raise RefusedError("INVALID", "invalid", [Fault("/planned_end", "PERIOD_ORDER")])


def _check_rule(rule: Rule) -> None:
    if sum(each.seats for each in rule.quota) > rule.seats_total:
        raise RefusedError("INVALID", "invalid", [Fault("/rule/quota", "QUOTA_ABOVE_TOTAL")])
    if len({each.category for each in rule.quota}) != len(rule.quota):
        raise RefusedError("INVALID", "invalid", [Fault("/rule/quota", "QUOTA_TWICE")])
