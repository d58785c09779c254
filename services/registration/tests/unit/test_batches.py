"""The course of a batch: only the drawn moves happen, plans are never lost, seats never exceed the quota."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registration_samples import (
    NOW,
    TENANT,
    a_batch,
    a_move,
    a_plan,
    a_rule,
    a_turn,
    an_enrolment,
    identity,
)

from eventkit.refusal import RefusedError
from registration.domain import course
from registration.domain.batch import (
    MOVES,
    Batch,
    BatchMove,
    BatchState,
    ChangeRule,
    Plan,
    RescheduleBatch,
    ScheduleBatch,
    local_day,
    move_to,
)
from registration.domain.enrolment import SEATED, Enrolment, EnrolmentMove
from registration.domain.programme import Outline
from registration.domain.seat import move_enrolment
from registration.events import BatchCancelled, BatchCompleted, BatchRescheduled, BatchStarted, SeatQuota

OUTLINE = Outline(
    code="KDI-RTR-2025", kind="RETREAT", title="Retret", organizer_region="74.71", organizer_unit=None,
    objectives=(), values=(), legal_basis=(), sponsor_office="WALI_KOTA", initiative="OWN_INITIATIVE",
    preceding_programme=None, minutes_per_jp=45,
)  # fmt: skip


def new_plan(batch: Batch, plan: Plan) -> RescheduleBatch:
    return RescheduleBatch(
        tenant=TENANT, batch=batch.id, plan=plan, reason_code="VENUE", decided_by_office="KEPALA_BKD", at=NOW,
        expected_version=None,
    )  # fmt: skip


@given(st.sampled_from(BatchState), st.sampled_from(BatchMove))
def test_only_drawn_moves_happen(state: BatchState, move: BatchMove) -> None:
    batch = a_batch(state=state)
    if state in MOVES[move]:
        assert move_to(batch, move).state is MOVES[move][state]
    else:
        with pytest.raises(RefusedError) as refused:
            move_to(batch, move)
        assert (refused.value.kind, refused.value.code) == ("CONFLICT", "batch_state")


@given(st.lists(st.sampled_from(BatchMove), max_size=30))
def test_what_has_begun_is_never_called_off(moves: list[BatchMove]) -> None:
    batch, begun = a_batch(state=BatchState.SCHEDULED), False
    for move in moves:
        try:
            batch = move_to(batch, move)
        except RefusedError:
            continue
        begun = begun or batch.state is BatchState.ONGOING
        assert not (begun and batch.state in {BatchState.CANCELLED, BatchState.POSTPONED, BatchState.OPEN})


@given(st.lists(st.integers(0, 300), max_size=12))
def test_every_plan_stays_readable(days: list[int]) -> None:
    batch = a_batch(state=BatchState.SCHEDULED)
    for day in days:
        start = date(2025, 8, 1) + timedelta(days=day)
        before = batch.schedule
        batch, events = course.reschedule(batch, new_plan(batch, a_plan(start, start)))
        assert batch.schedule[: len(before)] == before
        assert len(events) == len(batch.schedule) - len(before)
        assert [each.number for each in batch.schedule] == list(range(1, len(batch.schedule) + 1))


def test_move_tells_old_and_new_with_reason_and_decider() -> None:
    batch = a_batch(state=BatchState.SCHEDULED)
    _, [event] = course.reschedule(batch, new_plan(batch, a_plan(date(2025, 10, 8), date(2025, 10, 12), "53.04")))
    assert event == BatchRescheduled(
        batch=batch.id, old_start=date(2025, 8, 1), old_end=date(2025, 8, 3), new_start=date(2025, 10, 8),
        new_end=date(2025, 10, 12), old_venue_region="74.71", new_venue_region="53.04", reason_code="VENUE",
        decided_by_office="KEPALA_BKD", schedule_version=2,
    )  # fmt: skip


def test_postponed_batch_comes_back_with_new_dates() -> None:
    postponed, [event] = course.postpone(a_batch(), a_turn())
    assert (postponed.state, event.type.split(".")[4]) == (BatchState.POSTPONED, "postponed")
    back, events = course.reschedule(postponed, new_plan(postponed, postponed.plan))
    assert (back.state, len(events)) == (BatchState.SCHEDULED, 1)


def test_end_before_the_start_is_refused() -> None:
    batch = a_batch(state=BatchState.SCHEDULED)
    with pytest.raises(RefusedError) as refused:
        course.reschedule(batch, new_plan(batch, a_plan(date(2025, 8, 3), date(2025, 8, 1))))
    assert [each.code for each in refused.value.faults] == ["PERIOD_ORDER"]


def test_days_are_those_of_the_venue() -> None:
    evening = datetime(2025, 5, 15, 16, 30, tzinfo=UTC)
    zones = {"Asia/Jakarta": 15, "Asia/Makassar": 16, "Asia/Jayapura": 16}
    assert {zone: local_day(evening, zone).day for zone in zones} == zones


def test_start_and_end_tell_the_local_day() -> None:
    started, [began] = course.start(a_batch(), a_turn(datetime(2025, 8, 1, 6, tzinfo=UTC)), [])
    assert isinstance(began, BatchStarted)
    assert began.local_date == date(2025, 8, 1)
    completed, [ended] = course.complete(started, a_turn(datetime(2025, 8, 3, 17, tzinfo=UTC)), [])
    assert isinstance(ended, BatchCompleted)
    assert ended.local_date == date(2025, 8, 4)
    assert completed.state is BatchState.COMPLETED


def test_end_before_the_begin_is_refused() -> None:
    started, _ = course.start(a_batch(), a_turn(), [])
    with pytest.raises(RefusedError):
        course.complete(started, a_turn(NOW - timedelta(hours=1)), [])


def test_cancelled_batch_keeps_reason_and_office() -> None:
    cancelled, [event] = course.cancel_batch(a_batch(), a_turn(), [])
    assert isinstance(event, BatchCancelled)
    assert (event.reason_code, cancelled.decided_by_office) == ("OTHER", "SEKDA")


def test_nothing_is_closed_without_after_measures() -> None:
    evaluated, events = course.monitor(a_batch(state=BatchState.COMPLETED))
    assert events == []
    with pytest.raises(RefusedError) as refused:
        course.close_batch(evaluated)
    assert refused.value.code == "after_measures_missing"


@pytest.mark.parametrize(
    ("kind", "days", "warned"),
    [("RETREAT", 1, True), ("RETREAT", 2, False), ("RETREAT", 10, False), ("RETREAT", 11, True),
     ("CLINIC", 1, False), ("CLINIC", 4, True), ("BRIEFING", 30, False)],
)  # fmt: skip
def test_unusual_length_is_a_warning(kind: str, days: int, *, warned: bool) -> None:
    batch = a_batch(programme_kind=kind, state=BatchState.SCHEDULED)
    plan = a_plan(date(2025, 3, 1), date(2025, 3, 1) + timedelta(days=days - 1))
    moved, _ = course.reschedule(batch, new_plan(batch, plan))
    assert bool(moved.warnings) is warned


def test_new_rule_leaves_seats_and_counts_up() -> None:
    batch = a_batch(taken={"CAMAT": 3})
    command = ChangeRule(tenant=TENANT, batch=batch.id, rule=a_rule(seats_total=3), expected_version=None)
    changed, [event] = course.change_rule(batch, command)
    assert (changed.rule.version, changed.taken, event.type.split(".")[4]) == (2, {"CAMAT": 3}, "rule_changed")


@pytest.mark.parametrize("rule", [a_rule(seats_total=2), a_rule(quota=(SeatQuota(category="CAMAT", seats=2),))])
def test_quota_below_the_taken_seats_is_refused(rule: object) -> None:
    batch = a_batch(taken={"CAMAT": 3})
    with pytest.raises(RefusedError) as refused:
        course.change_rule(batch, ChangeRule(tenant=TENANT, batch="", rule=rule, expected_version=None))  # type: ignore[arg-type] # a parameter
    assert refused.value.code == "quota_below_taken"


def test_scheduled_batch_tells_its_plan() -> None:
    command = ScheduleBatch(
        tenant=TENANT, batch=identity(), programme=identity(), number="W2", plan=a_plan(region="53.04"),
        time_zone=None, rule=a_rule(), at=NOW,
    )  # fmt: skip
    batch, [event] = course.schedule_batch(command, OUTLINE, "Asia/Makassar")
    assert (batch.state, batch.schedule[0].number, batch.organizer_region) == (BatchState.SCHEDULED, 1, "74.71")
    assert event.type == "id.bina.registration.batch.scheduled.v1"


ACTIONS = st.lists(
    st.tuples(st.integers(0, 11), st.sampled_from([EnrolmentMove.CONFIRM, EnrolmentMove.WITHDRAW])), max_size=60
)


@settings(max_examples=100)
@given(actions=ACTIONS, total=st.integers(1, 6), camat=st.integers(0, 4), waits=st.booleans())
def test_seats_never_exceed_the_quota_and_always_match_the_seated(
    actions: list[tuple[int, EnrolmentMove]], total: int, camat: int, *, waits: bool
) -> None:
    quota = (SeatQuota(category="CAMAT", seats=min(camat, total)),)
    batch = a_batch(rule=a_rule(seats_total=total, quota=quota, keeps_waitlist=waits))
    people: list[Enrolment] = [an_enrolment(batch, category=("CAMAT", "LURAH")[each % 2]) for each in range(12)]
    for place, move in actions:
        try:
            batch, people[place], _ = move_enrolment(batch, people[place], a_move(move, "OTHER"))
        except RefusedError:
            continue
        seated = [each.category for each in people if each.state in SEATED]
        assert batch.seats_taken == len(seated) <= total
        assert batch.taken.get("CAMAT", 0) == seated.count("CAMAT") <= quota[0].seats
