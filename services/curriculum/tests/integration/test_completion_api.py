"""Completion: refused too early, the same when computed again, corrected with its certificate."""

from datetime import date

import pytest
from curriculum_story import Story, lesson
from curriculum_world import OURS, World

from eventkit.ids import new_id

pytestmark = pytest.mark.integration


def finished(world: World, **rule: bool) -> tuple[Story, list[str]]:
    """Three people in two sessions of 2 and 8 JP; the last one misses the long one."""
    story = Story(world, end=date(2025, 8, 2)).scheduled()
    people = [story.enrolled() for _ in range(3)]
    first, second = story.planned(lesson("K2", 2), lesson("K3", 8, 1), **rule)
    story.held([first])
    story.held([second], {"enrolment": people[2], "status": "ABSENT"})
    story.ended()
    return story, people


def test_completion_waits_for_the_end_and_for_every_session(world: World) -> None:
    story = Story(world, end=date(2025, 8, 1)).scheduled()
    story.enrolled()
    sessions = story.planned(lesson("K2", 2), lesson("K3", 2, 0, "10:00"))
    path = f"/v1/batches/{story.batch}/completions"
    assert world.post(path, {}).json["code"] == "batch_not_completed"
    story.held(sessions[:1])
    story.ended()
    refused = world.post(path, {}, headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json["code"]) == (409, "sessions_open")
    assert "K3" in refused.json["detail"]
    world.done(f"/v1/sessions/{sessions[1]['id']}/cancellation", {"reason_code": "WEATHER"})
    assert world.done(path, {})["completed"] == 1


def test_completion_twice_tells_once(world: World) -> None:
    story, _ = finished(world)
    first, second = story.completed(), story.completed()
    assert (first["recorded"], first["completed"], first["incomplete"]) == (3, 2, 1)
    assert (second["recorded"], second["corrected"], second["unchanged"]) == (0, 0, 3)
    assert len(world.told("completion.recorded")) == 3


def test_computing_everything_again_gives_the_same(world: World) -> None:
    story, _ = finished(world)
    story.completed()
    stored = {each["_id"]: each["result"] for each in world.database.completions.find(OURS)}
    path = f"/v1/batches/{story.batch}/completions"
    dry = world.done(f"{path}?dry_run=true", {})
    assert (dry["unchanged"], dry["corrected"], dry["jp_credited"]) == (3, 0, 22)
    world.database.completions.delete_many(OURS)
    assert story.completed()["recorded"] == 3
    assert {each["_id"]: each["result"] for each in world.database.completions.find(OURS)} == stored


def test_a_corrected_attendance_corrects_the_completion_and_supersedes_the_certificate(world: World) -> None:
    story, people = finished(world)
    story.completed()
    issued = world.done(f"/v1/batches/{story.batch}/certificates")["certificates"]
    assert sorted(each["number"] for each in issued) == ["RTR/74.71/2025/000001", "RTR/74.71/2025/000002"]
    session = world.get(f"/v1/batches/{story.batch}/sessions").json["sessions"][1]
    row = {"enrolment": people[0], "status": "LATE", "attended_minutes": 300, "reason_code": "LEFT_EARLY"}
    world.done(f"/v1/sessions/{session['id']}/attendance", {"rows": [row]})
    (told,) = world.told("completion.corrected")
    assert (told["enrolment"], told["reason_code"]) == (people[0], "LEFT_EARLY")
    assert (told["previous_outcome"], told["outcome"]) == ("COMPLETED", "INCOMPLETE")
    assert (told["previous_jp_credited"], told["jp_credited"]) == (10, 8)
    (revoked,) = world.told("certificate.revoked")
    assert (revoked["enrolment"], revoked["reason_code"]) == (people[0], "COMPLETION_CORRECTED")
    back = {**row, "attended_minutes": 360, "reason_code": "CHECKED"}
    world.done(f"/v1/sessions/{session['id']}/attendance", {"rows": [back]})
    (again,) = world.done(f"/v1/batches/{story.batch}/certificates")["certificates"]
    assert (again["enrolment"], again["number"]) == (people[0], "RTR/74.71/2025/000003")
    listed = world.get(f"/v1/batches/{story.batch}/certificates").json["items"]
    assert sorted(each["state"] for each in listed) == ["ISSUED", "ISSUED", "SUPERSEDED"]
    mine = next(
        each
        for each in world.get(f"/v1/batches/{story.batch}/completions").json["items"]
        if each["enrolment"] == people[0]
    )
    assert [each["reason_code"] for each in mine["past"]] == ["LEFT_EARLY", "CHECKED"]
    assert world.get(f"/v1/completions/{mine['id']}").json == mine


def test_a_result_that_changes_without_a_correction_needs_a_reason(world: World) -> None:
    story, people = finished(world, requires_post_test=True)
    assert story.completed()["completed"] == 0
    rows = [{"enrolment": each, "score": 80} for each in people]
    world.done(f"/v1/batches/{story.batch}/test-scores", {"kind": "POST_TEST", "rows": rows})
    path = f"/v1/batches/{story.batch}/completions"
    refused = world.post(path, {})
    assert (refused.status_code, refused.json["code"]) == (409, "reason_required")
    assert story.completed(reason_code="POST_TEST_TAKEN")["corrected"] == 3


def test_a_plan_that_comes_in_later_completes_its_enrolment(world: World) -> None:
    story, people = finished(world, requires_plan=True)
    early = new_id()
    world.hear("monitoring.plan.submitted", early, enrolment=people[0])
    world.consume()
    assert story.completed()["completed"] == 1
    late = new_id()
    world.hear("monitoring.plan.submitted", late, enrolment=people[1])
    world.hear("monitoring.plan.submitted", new_id(), enrolment=new_id())
    world.consume()
    (told,) = world.told("completion.corrected")
    assert (told["enrolment"], told["outcome"], told["reason_code"]) == (people[1], "COMPLETED", "PLAN_SUBMITTED")


def test_a_unit_completes_by_its_outputs_not_by_presence_alone(world: World) -> None:
    story = Story(world, kind="CLINIC", end=date(2025, 8, 1)).scheduled()
    unit = story.unit_enrolled(new_id(), new_id())
    story.held(story.planned(lesson("C2", 2), requires_plan=True, requires_commitment=True))
    story.ended()
    assert story.completed()["completed"] == 0
    row = {"enrolment": unit, "kind": "INSTITUTIONAL", "made_on": "2025-08-01"}
    world.done(f"/v1/batches/{story.batch}/commitments", {"rows": [row]})
    world.hear("monitoring.plan.submitted", new_id(), enrolment=unit)
    world.consume()
    assert world.get("/v1/figures").json["figures"]["completed"] == 1


def test_nobody_complete_means_no_certificate(world: World) -> None:
    story, _ = finished(world, requires_plan=True)
    story.completed()
    answer = world.post(f"/v1/batches/{story.batch}/certificates")
    assert (answer.status_code, answer.json["code"]) == (409, "nothing_completed")


def test_certificates_of_a_strange_batch_are_asked_in_vain(world: World) -> None:
    assert world.post(f"/v1/batches/{new_id()}/certificates").status_code == 404


def test_a_delegate_who_never_came_gets_no_certificate_and_has_an_empty_ledger(world: World) -> None:
    story = Story(world, kind="CLINIC", end=date(2025, 8, 1)).scheduled()
    came, stayed = new_id(), new_id()
    unit = story.unit_enrolled(came, stayed)
    (session,) = story.planned(lesson("C2", 2))
    row = {"enrolment": unit, "person": stayed, "status": "ABSENT"}
    rows = [row, {"enrolment": unit, "person": came, "status": "PRESENT"}]
    world.done(f"/v1/sessions/{session['id']}/attendance", {"rows": rows})
    world.done(f"/v1/sessions/{session['id']}/closing")
    story.ended()
    assert story.completed()["completed"] == 1
    (issued,) = world.done(f"/v1/batches/{story.batch}/certificates")["certificates"]
    assert (issued["person"], issued["number"]) == (came, "KLN/74.71/2025/000001")
    assert world.get(f"/v1/persons/{stayed}/ledger?year=2025").json["jp"] == 0
    stranger = f"/v1/persons/{came}/ledger?year=2025"
    assert world.get(stranger, tenant="35.73").status_code == 404
