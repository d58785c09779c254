"""Plan and outcome: a batch that moves takes its sessions along and asks its speakers again."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import pytest
from curriculum_story import Story, lesson
from curriculum_world import World

from curriculum.domain.schedule import ScheduleSessions
from curriculum.usecases.sessions import schedule_sessions
from eventkit.event import TenantId
from eventkit.mongo import Session, UnitOfWork

pytestmark = pytest.mark.integration
T = TypeVar("T")

HEAD_OF_BKN = {"office_code": "KEPALA_BKN", "government_level": "PUSAT", "deadline_days": 7}
MINISTER = {"office_code": "MENDAGRI", "government_level": "PUSAT", "deadline_days": 7}
THIRD = {"candidate_levels": ["PUSAT", "PROVINSI"], "deadline_days": 7, "fallback_office": "SEKDA"}
LESSONS = [
    lesson("M2", 2, start="20:00"),
    lesson("M3", 2, 1, "07:00", speakers=[HEAD_OF_BKN]),
    lesson("M4", 2, 1, "08:30", speakers=[MINISTER]),
    lesson("M5", 2, 1, "10:00", speakers=[THIRD]),
]


def malang(world: World) -> Story:
    return Story(world, tenant="35.73", start=date(2025, 5, 16), end=date(2025, 5, 18)).scheduled("Asia/Jakarta")


def move(story: Story, days: int, number: int = 2) -> None:
    story.hear_of_batch(
        "rescheduled",
        old_start="2025-05-16",
        old_end="2025-05-18",
        new_start=str(date(2025, 5, 16 + days)),
        new_end=str(date(2025, 5, 18 + days)),
        old_venue_region="35.73",
        new_venue_region="35.07.23",
        reason_code="UNKNOWN",
        decided_by_office="WALI_KOTA",
        schedule_version=number,
    )


def slots(story: Story) -> list[dict[str, Any]]:
    return list(story.world.get(f"/v1/batches/{story.batch}/engagements", tenant="35.73").json["items"])


def step(story: Story, slot: dict[str, Any], status: str, **more: Any) -> dict[str, Any]:
    path = f"/v1/engagements/{slot['id']}/transitions"
    return dict(story.world.done(path, {"status": status, **more}, tenant="35.73"))


def confirm_two(story: Story) -> None:
    for slot in slots(story):
        if slot["status"] == "PROPOSED":
            step(story, slot, "INVITED")
            step(story, slot, "CONFIRMED", channel="LETTER", on="2025-05-02")


def test_malang_moves_a_day_and_keeps_its_plan(world: World) -> None:
    story = malang(world)
    story.planned(*LESSONS)
    confirm_two(story)
    move(story, -1)
    world.consume()
    plan = world.get(f"/v1/batches/{story.batch}/sessions", tenant="35.73").json["sessions"]
    assert [each["planned"]["date"] for each in plan] == ["2025-05-16", *["2025-05-17"] * 3]
    assert [each["timing"]["date"] for each in plan] == ["2025-05-15", *["2025-05-16"] * 3]
    assert plan[0]["timing"]["start"] == "2025-05-15T13:00:00+00:00"
    assert plan[0]["timing"]["decided_by_office"] == "WALI_KOTA"
    assert [each["schedule_version"] for each in world.told("session.rescheduled")] == [2, 2, 2, 2]
    assert sorted(each["status"] for each in slots(story)) == [
        "RECONFIRM_NEEDED",
        "RECONFIRM_NEEDED",
        "TO_BE_NAMED",
    ]
    changes = world.told("engagement.status_changed")[-2:]
    assert {(each["previous_status"], each["status"]) for each in changes} == {("CONFIRMED", "RECONFIRM_NEEDED")}


def test_the_board_is_amber_with_the_days_left_until_all_three_have_confirmed(world: World) -> None:
    story = malang(world)
    story.planned(*LESSONS)
    confirm_two(story)
    path = f"/v1/batches/{story.batch}/board?as_of=2025-05-05"
    board = world.get(path, tenant="35.73").json
    assert (board["colour"], board["confirmed"], board["open"], board["delivered"]) == ("AMBER", 2, 1, 0)
    assert [each["days_left"] for each in board["slots"] if each["colour"] == "AMBER"] == [5]
    third = next(each for each in slots(story) if each["status"] == "TO_BE_NAMED")
    step(story, third, "PROPOSED", office_code="WAGUB_JATIM", government_level="PROVINSI", holder_label="Wakil")
    step(story, third, "INVITED")
    step(story, third, "CONFIRMED")
    assert world.get(path, tenant="35.73").json["colour"] == "GREEN"
    assert all("Wakil" not in str(row["value"]) for row in world.database.outbox.find({"tenant": "35.73"}))


def test_attendance_keeps_its_session_where_it_was_and_the_others_move(world: World) -> None:
    story = malang(world)
    story.enrolled()
    first, *others = story.planned(*LESSONS)
    body = {"default_status": "PRESENT"}
    world.done(f"/v1/sessions/{first['id']}/attendance", body, tenant="35.73")
    move(story, 7)
    world.consume()
    plan = world.get(f"/v1/batches/{story.batch}/sessions", tenant="35.73").json["sessions"]
    assert [each["timing"]["date"] for each in plan] == ["2025-05-16", *["2025-05-24"] * 3]
    assert plan[0]["held_back"] == [{"batch_schedule": 2, "reason_code": "ATTENDANCE_RECORDED"}]
    alone = {"date": "2025-05-20", "start_time": "08:00", "reason_code": "VENUE"}
    refused = world.post(f"/v1/sessions/{first['id']}/reschedules", alone, tenant="35.73")
    assert (refused.status_code, refused.json["code"]) == (409, "attendance_recorded")
    moved = world.done(f"/v1/sessions/{others[0]['id']}/reschedules", alone, tenant="35.73")
    assert [each["date"] for each in moved["schedule"]] == ["2025-05-17", "2025-05-24", "2025-05-20"]


def test_another_batch_of_the_programme_stays_untouched(world: World) -> None:
    first = malang(world)
    second = Story(world, "35.73", start=date(2025, 5, 16), end=date(2025, 5, 18), programme=first.programme)
    second.scheduled("Asia/Jakarta")
    curriculum = first.planned(*LESSONS)[0]["curriculum"]
    body = {"curriculum": curriculum, "number": 1}
    world.done(f"/v1/batches/{second.batch}/sessions", body, tenant="35.73")
    confirm_two(second)
    move(first, 7)
    world.consume()
    plan = world.get(f"/v1/batches/{second.batch}/sessions", tenant="35.73").json["sessions"]
    assert {len(each["schedule"]) for each in plan} == {1}
    assert sorted(each["status"] for each in slots(second)) == ["CONFIRMED", "CONFIRMED", "TO_BE_NAMED"]


def test_sessions_are_placed_by_the_dates_that_hold_when_they_are_scheduled(world: World) -> None:
    story = malang(world)
    move(story, -1)
    plan = story.planned(*LESSONS)
    assert plan[0]["timing"]["date"] == "2025-05-15"
    assert world.told("session.rescheduled") == []


class SlowUnit(UnitOfWork):
    """Holds its transaction open for a moment after the work."""

    def __init__(self, world: World) -> None:
        super().__init__(world.database)
        self.worked = threading.Event()

    def run(self, work: Callable[[Session], T]) -> T:
        def slowly(session: Session) -> T:
            result = work(session)
            self.worked.set()
            time.sleep(0.7)
            return result

        return super().run(slowly)


def test_a_reschedule_that_is_stored_meanwhile_finds_the_sessions(world: World) -> None:
    story = malang(world)
    world.consume()
    curriculum = story.published(*LESSONS)
    unit = SlowUnit(world)
    command = ScheduleSessions(
        tenant=TenantId("35.73"), batch=story.batch, curriculum=curriculum, number=1, at=datetime.now(UTC)
    )
    planning = threading.Thread(target=schedule_sessions, args=(unit, command))
    planning.start()
    assert unit.worked.wait(5)
    move(story, -1)
    world.consume()
    planning.join()
    plan = world.get(f"/v1/batches/{story.batch}/sessions", tenant="35.73").json["sessions"]
    assert [each["timing"]["date"] for each in plan] == ["2025-05-15", *["2025-05-16"] * 3]


def test_a_cancelled_batch_calls_its_sessions_off(world: World) -> None:
    story = malang(world)
    story.planned(*LESSONS)
    story.hear_of_batch("cancelled", at="2025-05-10T00:00:00Z", local_date="2025-05-10", counts=[])
    world.consume()
    plan = world.get(f"/v1/batches/{story.batch}/sessions", tenant="35.73").json["sessions"]
    assert {(each["state"], each["cancel_reason"]) for each in plan} == {("CANCELLED", "BATCH_CANCELLED")}
    assert len(world.told("session.cancelled")) == 4
    assert world.get("/v1/figures", tenant="35.73").json["figures"]["jp_scheduled"] == 0


def test_a_stand_in_keeps_the_session(world: World) -> None:
    story = malang(world)
    story.planned(*LESSONS)
    minister = next(each for each in slots(story) if each["office_code"] == "MENDAGRI")
    body = {"slot": {"office_code": "DIRJEN_OTDA", "government_level": "PUSAT"}, "reason_code": "OTHER_DUTY"}
    made = world.done(f"/v1/engagements/{minister['id']}/replacements", body, tenant="35.73")
    assert (made["replaces"], made["session"], made["status"]) == (minister["id"], minister["session"], "PROPOSED")
    old = world.get(f"/v1/engagements/{minister['id']}", tenant="35.73").json
    assert [each["status"] for each in old["history"]] == ["PROPOSED", "REPLACED"]
