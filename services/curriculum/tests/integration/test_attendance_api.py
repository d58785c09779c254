"""Attendance, tests and commitments over HTTP: in bulk, once, corrected, never doubled."""

import json
from datetime import date
from typing import Any

import pytest
from curriculum_story import Story, lesson
from curriculum_world import OURS, World

from eventkit.ids import new_id

pytestmark = pytest.mark.integration


def _numbers(payload: dict[str, Any]) -> list[float]:
    return [each for each in payload.values() if isinstance(each, (int, float))]


def small(world: World, people: int = 3) -> tuple[Story, list[str]]:
    story = Story(world, end=date(2025, 8, 1)).scheduled()
    return story, [story.enrolled() for _ in range(people)]


def test_sending_the_same_rows_again_changes_nothing(world: World) -> None:
    story, people = small(world)
    (session,) = story.planned(lesson("K2", 2))
    path = f"/v1/sessions/{session['id']}/attendance"
    body = {"rows": [{"enrolment": people[0], "status": "LATE", "attended_minutes": 60}], "default_status": "PRESENT"}
    first = world.done(path, body)
    before = list(world.database.attendance.find(OURS))
    second = world.done(path, body)
    assert first["counts"] == {
        "recorded": 1,
        "unchanged": 0,
        "corrected": 0,
        "refused": 0,
        "by_default": 2,
        "enrolled": 3,
    }
    assert (second["counts"]["unchanged"], second["counts"]["by_default"]) == (1, 0)
    assert list(world.database.attendance.find(OURS)) == before


def test_one_key_is_one_effect_and_another_body_is_refused(world: World) -> None:
    story, people = small(world)
    (session,) = story.planned(lesson("K2", 2))
    path, key = f"/v1/sessions/{session['id']}/attendance", new_id()
    body = {"rows": [{"enrolment": people[0], "status": "PRESENT"}]}
    first, second = (world.post(path, body, key=key) for _ in range(2))
    assert (first.json, second.headers["Idempotency-Replayed"]) == (second.json, "true")
    other = world.post(path, {"default_status": "PRESENT"}, key=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


def test_a_dry_run_reports_and_stores_nothing(world: World) -> None:
    story, people = small(world)
    (session,) = story.planned(lesson("K2", 2))
    rows = [{"enrolment": people[0], "status": "PRESENT"}, {"enrolment": "nobody", "status": "PRESENT"}]
    path = f"/v1/sessions/{session['id']}/attendance?dry_run=true"
    answer = world.post(path, {"rows": rows}, role="facilitator", key=None)
    assert [each["status"] for each in answer.json["rows"]] == ["RECORDED", "REFUSED"]
    (error,) = answer.json["rows"][1]["errors"]
    assert (error["pointer"], error["code"]) == ("/rows/1", "enrolment_unknown")
    assert error["message"] == "Pendaftaran ini tidak dikenal pada gelombang ini."
    assert world.database.attendance.count_documents(OURS) == 0


def test_more_than_200_rows_are_refused(world: World) -> None:
    body = {"rows": [{"enrolment": "e", "status": "PRESENT"}] * 201}
    answer = world.post(f"/v1/sessions/{new_id()}/attendance", body)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "too_long")


def test_an_incomplete_roster_is_refused_when_the_number_is_given(world: World) -> None:
    story, _ = small(world)
    (session,) = story.planned(lesson("K2", 2))
    body = {"default_status": "PRESENT", "expected_persons": 4}
    answer = world.post(f"/v1/sessions/{session['id']}/attendance", body)
    assert (answer.status_code, answer.json["code"]) == (409, "roster_differs")


def test_closing_tells_the_head_count_and_a_correction_recounts_it(world: World) -> None:
    story, people = small(world)
    (session,) = story.planned(lesson("K2", 2))
    story.held([session], {"enrolment": people[0], "status": "SICK"})
    (held,) = world.told("session.held")
    assert (held["present"], held["excused"], held["absent"], held["jp"]) == (2, 1, 0, 2)
    row = {"enrolment": people[1], "status": "ABSENT", "reason_code": "WRONG_LIST"}
    world.done(f"/v1/sessions/{session['id']}/attendance", {"rows": [row]})
    (recounted,) = world.told("session.recounted")
    assert (recounted["present"], recounted["absent"]) == (1, 1)
    shown = world.get(f"/v1/sessions/{session['id']}").json
    assert (shown["state"], shown["headcount"]["absent"]) == ("HELD", 1)
    sheets = world.get(f"/v1/sessions/{session['id']}/attendance?size=2").json
    assert (len(sheets["items"]), sheets["next_cursor"] is not None) == (2, True)


def test_the_delegates_of_a_unit_are_marked_each(world: World) -> None:
    story = Story(world, end=date(2025, 8, 1)).scheduled()
    one, two = new_id(), new_id()
    unit = story.unit_enrolled(one, two)
    (session,) = story.planned(lesson("C2", 2))
    rows = [{"enrolment": unit, "status": "PRESENT"}, {"enrolment": unit, "person": two, "status": "ABSENT"}]
    answer = world.done(f"/v1/sessions/{session['id']}/attendance", {"rows": rows})
    assert [each["status"] for each in answer["rows"]] == ["RECORDED", "REFUSED"]
    assert answer["rows"][1]["errors"][0]["code"] == "reason_required"


def test_scores_stay_inside_and_are_corrected_with_a_reason(world: World) -> None:
    story, people = small(world)
    story.planned(lesson("K2", 2))
    path = f"/v1/batches/{story.batch}/test-scores"
    row = {"enrolment": people[0], "score": 87.25}
    assert world.done(path, {"kind": "POST_TEST", "rows": [row]})["counts"]["recorded"] == 1
    assert world.done(path, {"kind": "POST_TEST", "rows": [row]})["counts"]["unchanged"] == 1
    changed = {**row, "score": "90"}
    refused = world.done(path, {"kind": "POST_TEST", "rows": [changed]})
    assert refused["rows"][0]["errors"][0]["code"] == "reason_required"
    corrected = {**changed, "reason_code": "RECOUNT"}
    assert world.done(path, {"kind": "POST_TEST", "rows": [corrected]})["counts"]["corrected"] == 1
    assert [each["score"] for each in world.get(path).json["items"]] == ["90.00"]
    for wrong in (-1, 100.5, 50.001):
        answer = world.post(path, {"kind": "PRE_TEST", "rows": [{"enrolment": people[0], "score": wrong}]})
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "score_invalid")
    told = [json.loads(each["value"]) for each in world.database.outbox.find(OURS)]
    assert told
    assert not any({"score", "hundredths"} & set(each) or {87.25, 8725, 9000} & set(_numbers(each)) for each in told)


def test_commitments_are_kept_once_per_kind(world: World) -> None:
    story, people = small(world)
    world.consume()
    path = f"/v1/batches/{story.batch}/commitments"
    row = {"enrolment": people[0], "kind": "PERSONAL", "made_on": "2025-08-01", "reference": "KOM-001"}
    assert world.done(path, {"rows": [row]})["counts"]["recorded"] == 1
    assert world.done(path, {"rows": [row]})["counts"]["unchanged"] == 1
    assert len(world.get(path).json["items"]) == 1
    preview = world.post(f"{path}?dry_run=true", {"rows": [{**row, "enrolment": "nobody"}]})
    assert preview.json["counts"]["refused"] == 1
