"""Sessions: placed in the venue's zone, moved with their batch unless somebody was there."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from curriculum_samples import AT, TENANT, batch, sessions, template, version

from curriculum.domain.schedule import ScheduleSessions, schedule
from curriculum.domain.seen import BatchState
from curriculum.domain.session import (
    BatchMove,
    Headcount,
    RescheduleSession,
    Session,
    SessionState,
    cancel,
    close,
    follow,
    recount,
    reschedule,
    scheduled,
)
from curriculum.events import EchelonGroup, SessionCancelled, SessionHeld, SessionRecounted, SessionRescheduled
from eventkit.refusal import RefusedError

COMMAND = ScheduleSessions(tenant=TENANT, batch="b", curriculum="c", number=1, at=AT)
COUNT = Headcount(present=60, excused=1, absent=2, not_eligible=0)


def moved_by(days: int, number: int = 2) -> BatchMove:
    return BatchMove(days=days, schedule_version=number, reason_code="VENUE", at=AT, decided_by_office="SEKDA")


def one(**changes: Any) -> Session:
    return replace(sessions()[0], **changes)


def test_local_time_is_kept_and_the_instant_is_utc() -> None:
    placed = sessions(template(day_offset=1, start_time="19:30"))[0]
    assert (placed.timing.date, placed.timing.start_time, placed.timing.zone) == (
        date(2025, 7, 2),
        "19:30",
        "Asia/Makassar",
    )
    assert placed.timing.start == datetime(2025, 7, 2, 11, 30, tzinfo=UTC)
    assert placed.timing.end == datetime(2025, 7, 2, 13, 0, tzinfo=UTC)


def test_a_session_may_run_past_midnight() -> None:
    placed = sessions(template(start_time="23:30"))[0]
    assert placed.timing.end == datetime(2025, 7, 1, 17, 0, tzinfo=UTC)


def test_scheduling_tells_jp_and_eligibility() -> None:
    told = scheduled(sessions(template(eligible=(EchelonGroup.II, EchelonGroup.III)))[0])
    assert (told.jp, told.eligible, told.schedule_version) == (2, ("II", "III"), 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": BatchState.COMPLETED}, "batch_state"),
        ({"state": BatchState.CANCELLED}, "batch_state"),
        ({"programme": "other"}, "programme_mismatch"),
        ({"planned_start": None}, "batch_without_period"),
        ({"planned_end": date(2025, 7, 1)}, "sessions_outside_period"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedError, match=code):
        schedule(batch(**changes), version(template(day_offset=1)), COMMAND)


def test_a_draft_is_not_scheduled() -> None:
    draft = replace(version(), state=type(version().state)("DRAFT"))
    with pytest.raises(RefusedError, match="version_not_published"):
        schedule(batch(), draft, COMMAND)


def test_a_session_follows_its_batch_by_whole_days_and_keeps_its_first_plan() -> None:
    after, events = follow(one(), moved_by(7))
    assert (after.planned.date, after.timing.date, after.timing.start_time) == (
        date(2025, 7, 1),
        date(2025, 7, 8),
        "08:00",
    )
    assert (after.timing.reason_code, after.timing.decided_by_office) == ("VENUE", "SEKDA")
    (event,) = events
    assert isinstance(event, SessionRescheduled)
    assert (event.schedule_version, event.old_start) == (2, after.planned.start)


def test_a_batch_that_moves_back_takes_its_sessions_along() -> None:
    assert follow(one(), moved_by(-1))[0].timing.date == date(2025, 6, 30)


def test_the_same_move_twice_is_one_move() -> None:
    once, _ = follow(one(), moved_by(7))
    assert follow(once, moved_by(7)) == (once, [])


def test_a_change_of_venue_alone_moves_nothing() -> None:
    after, events = follow(one(), moved_by(0))
    assert (after.timing, events, after.batch_schedule) == (one().timing, [], 2)


@pytest.mark.parametrize("changes", [{"has_attendance": True}, {"state": SessionState.HELD}])
def test_recorded_attendance_keeps_a_session_where_it_was(changes: dict[str, Any]) -> None:
    after, events = follow(one(**changes), moved_by(7))
    assert (after.timing, events) == (one().timing, [])
    assert [each.reason_code for each in after.held_back] == ["ATTENDANCE_RECORDED"]


def test_a_cancelled_session_stays_cancelled() -> None:
    off = one(state=SessionState.CANCELLED)
    assert follow(off, moved_by(7)) == (off, [])


def test_one_session_moves_alone_unless_somebody_was_there() -> None:
    command = RescheduleSession(
        tenant=TENANT, session="s", date=date(2025, 7, 2), start_time="13:00", reason_code="SPEAKER", at=AT
    )
    after, events = reschedule(one(), command)
    assert (after.timing.number, len(events)) == (2, 1)
    with pytest.raises(RefusedError, match="attendance_recorded"):
        reschedule(one(has_attendance=True), command)


def test_cancelling_tells_the_reason_and_is_refused_once_somebody_was_there() -> None:
    off, (event,) = cancel(one(), "WEATHER")
    assert isinstance(event, SessionCancelled)
    assert (off.state, event.reason_code) == (SessionState.CANCELLED, "WEATHER")
    with pytest.raises(RefusedError, match="attendance_recorded"):
        cancel(one(has_attendance=True), "WEATHER")


def test_closing_counts_once() -> None:
    held, (event,) = close(one(has_attendance=True), COUNT, AT)
    assert isinstance(event, SessionHeld)
    assert (held.state, event.present, event.absent) == (SessionState.HELD, 60, 2)
    with pytest.raises(RefusedError, match="session_state"):
        close(held, COUNT, AT)
    with pytest.raises(RefusedError, match="attendance_missing"):
        close(one(), COUNT, AT)


def test_a_recount_speaks_only_of_a_held_session_whose_count_changed() -> None:
    held, _ = close(one(has_attendance=True), COUNT, AT)
    assert recount(held, COUNT) == (held, [])
    assert recount(one(), COUNT) == (one(), [])
    _, (event,) = recount(held, replace(COUNT, present=61, absent=1))
    assert isinstance(event, SessionRecounted)
    assert (event.present, event.absent) == (61, 1)
