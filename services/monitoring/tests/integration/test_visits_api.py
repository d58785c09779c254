"""Visits and innovations over HTTP, on a real store."""

import pytest
from monitoring_world import BATCH, KENDARI, STRANGER, UNIT, World

pytestmark = pytest.mark.integration


@pytest.fixture
def ready(world: World) -> World:
    world.hear_batch()
    world.hear_unit()
    return world


def planning(**others: object) -> dict[str, object]:
    body = {"unit": UNIT, "batch": BATCH, "checklist": "MLG-KUNJUNGAN", "checklist_version": 1}
    return {**body, "planned_on": "2025-06-20", **others}


def test_visit_from_plan_to_close(ready: World) -> None:
    visit = ready.did("/v1/visits", planning(), "evaluator", sub="inspektorat")
    assert (visit["status"], visit["wave"], visit["visitor"]) == ("PLANNED", 1, "inspektorat")
    path = f"/v1/visits/{visit['id']}"
    finding = {"dimension": "COMMUNICATION", "text": "Papan layanan usang", "owner_unit": UNIT, "due_on": "2025-07-05"}
    recorded = ready.did(f"{path}/record", {"on": "2025-06-20", "score": 75, "findings": [finding]}, "evaluator")
    assert (recorded["status"], recorded["score_band"], recorded["findings_open"]) == ("AWAITING_RESPONSE", "MEDIUM", 1)
    refused = ready.post(f"{path}/close", role="evaluator")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "findings_open")
    ready.did(f"{path}/findings/1/respond", {"response": "Sudah diganti", "on": "2025-06-28"}, "supervisor")
    ready.did(f"{path}/findings/1/settle", {"on": "2025-06-30"}, "evaluator")
    assert ready.did(f"{path}/close", role="evaluator")["status"] == "CLOSED"
    assert [each["score_band"] for each in ready.told("visit.closed")] == ["MEDIUM"]
    assert [len(ready.told(f"visit.{each}")) for each in ("scheduled", "recorded", "closed")] == [1, 1, 1]
    figures = ready.get("/v1/figures").get_json()
    assert (figures["figures"]["visits_closed"], figures["batches"][BATCH]["visits_closed"]) == (1, 1)
    assert ready.get(f"/v1/visits?unit={UNIT}&status=CLOSED").get_json()["items"][0]["id"] == visit["id"]


def test_series_keeps_its_checklist_version(ready: World) -> None:
    ready.did("/v1/visits", planning(), "evaluator")
    refused = ready.post("/v1/visits", planning(checklist_version=2), "evaluator")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "checklist_version_fixed")
    assert ready.did("/v1/visits", planning(), "evaluator")["wave"] == 2


def test_unknown_unit_and_batch_are_named(ready: World) -> None:
    answer = ready.post("/v1/visits", planning(unit=STRANGER, batch=STRANGER), "evaluator").get_json()
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [
        ("/unit", "unit_unknown"),
        ("/batch", "batch_unknown"),
    ]


def test_another_tenant_sees_nothing(ready: World) -> None:
    visit = ready.did("/v1/visits", planning(), "evaluator")
    assert ready.get(f"/v1/visits/{visit['id']}", tenant=KENDARI).status_code == 404
    assert ready.get("/v1/visits", tenant=KENDARI).get_json()["items"] == []
    assert ready.post("/v1/visits", planning(), "evaluator", tenant=KENDARI).status_code == 422
    assert ready.post(f"/v1/visits/{visit['id']}/close", tenant=KENDARI).status_code == 404


def test_innovations_are_registered_and_moved_on(ready: World) -> None:
    body = {"unit": UNIT, "batch": BATCH, "title": "Antrean daring", "started_on": "2025-07-01"}
    made = ready.did("/v1/innovations", body, "programme_manager")
    path = f"/v1/innovations/{made['id']}"
    assert ready.did(f"{path}/advance", {"state": "TRIED"})["status"] == "TRIED"
    assert ready.post(f"{path}/advance", {"state": "PROPOSED"}).get_json()["code"] == "innovation_state"
    assert ready.get(path, tenant=KENDARI).status_code == 404
    assert len(ready.get(f"/v1/innovations?unit={UNIT}").get_json()["items"]) == 1
