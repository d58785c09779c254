"""Who may do what, what is refused, and that a refusal leaves nothing behind."""

from collections.abc import Iterator
from typing import Any

import pytest
from curriculum_story import Story, lesson
from curriculum_world import OURS, World

from eventkit.ids import new_id

pytestmark = pytest.mark.integration

NEW = {"programme": "0197c3d2-4e8f-7a02-9d21-5b6c8e0f0001", "code": "KDI-RTR-2025", "title": "Retret ASN"}


def paths(world: World, story: Story) -> Iterator[str]:
    """Every readable object of the story."""
    session = world.get(f"/v1/batches/{story.batch}/sessions").json["sessions"][0]
    slot = world.get(f"/v1/batches/{story.batch}/engagements").json["items"][0]
    yield from (f"/v1/batches/{story.batch}", f"/v1/sessions/{session['id']}", f"/v1/engagements/{slot['id']}")
    yield from (f"/v1/curricula/{session['curriculum']}", f"/v1/curricula/{session['curriculum']}/versions/1")
    for part in ("sessions", "engagements", "test-scores", "commitments", "completions", "certificates"):
        yield f"/v1/batches/{story.batch}/{part}"
    yield f"/v1/batches/{story.batch}/board?as_of=2025-08-01"
    yield f"/v1/sessions/{session['id']}/attendance"
    yield f"/v1/curricula/{session['curriculum']}/versions"


def told_apart(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name not in {"instance", "trace_id"}}


def test_another_tenant_s_objects_do_not_exist(world: World) -> None:
    story = Story(world).scheduled()
    story.planned(lesson("K2", 2, speakers=[{"office_code": "WAGUB"}]))
    for path in paths(world, story):
        assert world.get(path).status_code == 200, path
        theirs = world.get(path, tenant="35.73")
        unknown = world.get(path.replace(path.split("/")[3].partition("?")[0], new_id()), tenant="35.73")
        assert theirs.status_code == 404, path
        assert told_apart(theirs.json) == told_apart(unknown.json)
    assert world.get("/v1/curricula", tenant="35.73").json["items"] == []
    assert world.get("/v1/figures", tenant="35.73").json["batches"] == {}


def test_no_token_is_401_and_a_wrong_role_403(world: World) -> None:
    assert world.client.get("/v1/curricula").status_code == 401
    assert world.get("/v1/curricula", role="participant").status_code == 403
    assert world.post("/v1/curricula", NEW, role="facilitator").status_code == 403
    assert world.get("/v1/figures", role="facilitator").status_code == 403
    assert world.get(f"/v1/persons/{new_id()}/ledger?year=2025", role="bpsdm_analyst").status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"tenant": "35.73"}, "/tenant", "unknown_field"),
        ({"version": 7}, "/version", "unknown_field"),
        ({"code": "lower case"}, "/code", "pattern_mismatch"),
        ({"code": None}, "/code", "null_not_allowed"),
        ({"title": "x" * 201}, "/title", "wrong_length"),
        ({"minutes_per_jp": "45"}, "/minutes_per_jp", "wrong_type"),
        ({"minutes_per_jp": 5}, "/minutes_per_jp", "out_of_range"),
        ({"programme": {"$ne": ""}}, "/programme/$ne", "unknown_field"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_stored(
    world: World, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = world.post("/v1/curricula", {**NEW, **change})
    assert answer.status_code == 422
    assert (pointer, code) in [(each["pointer"], each["code"]) for each in answer.json["errors"]]
    assert world.database.curricula.count_documents(OURS) == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start_time": "24:00"}, "pattern_mismatch"),
        ({"kind": "PARTY"}, "not_one_of"),
        ({"day_offset": -1}, "out_of_range"),
        ({"jp": None}, "minutes_or_jp"),
        ({"eligible": ["II.a"]}, "not_one_of"),
        ({"speakers": [{"office_code": "Wagub"}]}, "pattern_mismatch"),
    ],
)
def test_a_bad_session_is_named(world: World, change: dict[str, Any], code: str) -> None:
    made = world.done("/v1/curricula", NEW)
    answer = world.post(f"/v1/curricula/{made['id']}/versions", {"sessions": [lesson("K2", 2) | change]})
    assert (answer.status_code, [each["code"] for each in answer.json["errors"]]) == (422, [code])
    assert answer.json["errors"][0]["pointer"].startswith("/sessions/0/")


def test_a_code_is_unique_in_its_tenant_only(world: World) -> None:
    world.done("/v1/curricula", NEW)
    again = world.post("/v1/curricula", NEW)
    assert (again.status_code, again.json["code"]) == (409, "already_exists")
    world.done("/v1/curricula", NEW, tenant="35.73")


def test_a_published_version_is_frozen_and_the_next_one_leaves_it_alone(world: World) -> None:
    made = world.done("/v1/curricula", NEW)
    path = f"/v1/curricula/{made['id']}/versions"
    world.done(path, {"sessions": [lesson("K2", 2)]})
    revised = world.done(f"{path}/1/revisions", {"sessions": [lesson("K2", 3)]})
    assert revised["jp_total"] == 3
    world.done(f"{path}/1/publication")
    first = world.get(f"{path}/1").json
    refused = world.post(f"{path}/1/revisions", {"sessions": [lesson("K9", 1)]})
    assert (refused.status_code, refused.json["code"]) == (409, "version_frozen")
    second = world.done(path, {"sessions": [lesson("K2", 4), lesson("K3", 7, 0, "12:00")], "minutes_per_jp": 60})
    assert (second["number"], second["warnings"][0]["code"]) == (2, "many_jp_in_a_day")
    assert world.get(f"{path}/1").json == first
    assert [each["number"] for each in world.get(path).json["items"]] == [1, 2]
    assert world.told("version.published")[0]["jp_total"] == 3


def test_a_stale_version_is_refused(world: World) -> None:
    made = world.done("/v1/curricula", NEW)
    path = f"/v1/curricula/{made['id']}/versions"
    tag = world.get(f"/v1/curricula/{made['id']}").headers["ETag"]
    world.done(path, {"sessions": [lesson("K2", 2)]}, headers={"If-Match": tag})
    stale = world.post(path, {"sessions": [lesson("K2", 2)]}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json["code"]) == (412, "stale_version")


def test_a_batch_is_scheduled_once_and_only_from_its_own_programme(world: World) -> None:
    story = Story(world).scheduled()
    story.planned(lesson("K2", 2))
    path = f"/v1/batches/{story.batch}/sessions"
    curriculum = world.get(path).json["sessions"][0]["curriculum"]
    again = world.post(path, {"curriculum": curriculum, "number": 1})
    assert (again.status_code, again.json["code"]) == (409, "already_scheduled")
    other = Story(world).scheduled()
    world.consume()
    foreign = world.post(f"/v1/batches/{other.batch}/sessions", {"curriculum": curriculum, "number": 1})
    assert (foreign.status_code, foreign.json["code"]) == (409, "programme_mismatch")
    outside = other.published(lesson("K2", 2, 9))
    late = world.post(f"/v1/batches/{other.batch}/sessions", {"curriculum": outside, "number": 1})
    assert (late.status_code, late.json["errors"][0]["code"]) == (409, "session_outside_period")
    assert world.database.sessions.count_documents({**OURS, "batch": other.batch}) == 0


def test_an_enrolment_may_arrive_before_its_batch(world: World) -> None:
    story = Story(world)
    story.enrolled()
    world.consume()
    assert world.get(f"/v1/batches/{story.batch}").status_code == 404
    story.scheduled()
    world.consume()
    seen = world.get(f"/v1/batches/{story.batch}").json
    assert (seen["enrolments"], seen["persons"], seen["state"]) == (1, 1, "SCHEDULED")
