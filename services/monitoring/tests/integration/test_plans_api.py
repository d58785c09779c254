"""Action plans over HTTP, single and in bulk, on a real store."""

import time
from datetime import date
from typing import Any

import pytest
from monitoring_world import BATCH, KENDARI, MALANG, STRANGER, UNIT, World, people

pytestmark = pytest.mark.integration

IKU = {"kind": "IKU", "code": "2.1", "year": 2026}


def plan_row(enrolment: str, **item: Any) -> dict[str, Any]:
    action = {"text": "Percepat layanan", "due_on": "2025-06-30", "references": [IKU], "indicator": "WAKTU_LAYANAN"}
    return {"enrolment": enrolment, "on": "2025-05-25", "items": [{**action, **item}]}


@pytest.fixture
def ready(world: World) -> World:
    world.hear_batch()
    world.hear_people(5)
    world.hear_turn("completed", date(2025, 5, 17))
    return world


def submitted(world: World, count: int = 1, **item: Any) -> list[str]:
    rows = [plan_row(each, **item) for each in people(count)]
    report = world.did(f"/v1/batches/{BATCH}/plans", {"rows": rows}, "programme_manager")
    assert report["counts"] == {"accepted": count, "unchanged": 0, "rejected": 0}
    return [row["id"] for row in report["rows"]]


def approved(world: World, count: int = 1, **item: Any) -> list[str]:
    plans = submitted(world, count, **item)
    world.did("/v1/plans/approvals", {"rows": [{"plan": each} for each in plans]}, "supervisor")
    return plans


def done(world: World, plans: list[str]) -> None:
    rows = [{"plan": each, "item": 1, "state": "DONE", "on": "2025-06-20", "evidence": ["FOTO-1"]} for each in plans]
    report = world.did("/v1/plans/progress-reports", {"rows": rows}, "programme_manager")
    assert report["counts"]["accepted"] == len(plans)


def test_bulk_report_and_dry_run(ready: World) -> None:
    first, second, third, *_ = people(5)
    rows = [
        plan_row(first),
        plan_row(first, due_on="2025-07-01"),
        plan_row(STRANGER),
        plan_row(second, due_on="2025-05-01"),
        {**plan_row(third), "status": "VERIFIED"},
    ]
    path = f"/v1/batches/{BATCH}/plans"
    headers = ready.tokens.headers(MALANG, "programme_manager")
    dry = ready.client.post(f"{path}?dry_run=true", headers=headers, json={"rows": rows}).get_json()
    assert ready.database.plans.count_documents({"tenant": MALANG}) == 0
    real = ready.did(path, {"rows": rows})
    assert real["rows"] == dry["rows"]
    codes = [[error["code"] for error in row["errors"]] for row in real["rows"]]
    assert codes == [[], ["plan_exists"], ["enrolment_unknown"], ["due_before_submission"], ["unknown_field"]]
    assert [each["plan"] for each in ready.told("plan.submitted")] == [real["rows"][0]["id"]]
    assert ready.told("plan.submitted")[0]["plan_references"] == ["IKU:2.1"]


def test_too_many_rows_are_refused_as_a_whole(ready: World) -> None:
    answer = ready.post(f"/v1/batches/{BATCH}/plans", {"rows": [plan_row(STRANGER)] * 201})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")


def test_352_plans_take_a_moment(ready: World) -> None:
    everyone = ready.hear_people(352)
    began = time.monotonic()
    for place in range(0, len(everyone), 200):
        rows = [plan_row(each) for each in everyone[place : place + 200]]
        assert ready.did(f"/v1/batches/{BATCH}/plans", {"rows": rows})["counts"]["accepted"] == len(rows)
    assert time.monotonic() - began < 20  # a bound for a busy machine
    assert ready.get("/v1/figures").get_json()["batches"][BATCH]["plans_submitted"] == 352


def test_same_rows_again_change_nothing(ready: World) -> None:
    plans = approved(ready, 2)
    done(ready, plans)
    verifications = {"rows": [{"plan": each, "item": 1, "on": "2025-06-25"} for each in plans]}
    ready.did("/v1/plans/verifications", verifications, "evaluator")
    before = ready.database.outbox.count_documents({"tenant": MALANG})
    for path, rows, role in (
        (f"/v1/batches/{BATCH}/plans", [plan_row(each) for each in people(2)], "programme_manager"),
        ("/v1/plans/approvals", [{"plan": each} for each in plans], "supervisor"),
        (
            "/v1/plans/progress-reports",
            [{"plan": plans[0], "item": 1, "state": "DONE", "on": "2025-06-20"}],
            "tenant_admin",
        ),
        ("/v1/plans/verifications", verifications["rows"], "evaluator"),
    ):
        report = ready.did(path, {"rows": rows}, role)
        assert {row["status"] for row in report["rows"]} == {"UNCHANGED"}
        assert {row["id"] for row in report["rows"]} <= set(plans)
    assert ready.database.outbox.count_documents({"tenant": MALANG}) == before


def test_repeated_key_submits_once(ready: World) -> None:
    body = {"rows": [plan_row(people(1)[0])]}
    first = ready.post(f"/v1/batches/{BATCH}/plans", body, key="once")
    again = ready.post(f"/v1/batches/{BATCH}/plans", body, key="once")
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(ready.told("plan.submitted")) == 1


def test_from_submission_to_verification(ready: World) -> None:
    plans = approved(ready, 5)
    done(ready, plans)
    rows = [{"plan": each, "item": 1, "on": "2025-06-25"} for each in plans]
    assert ready.did("/v1/plans/verifications", {"rows": rows}, "evaluator")["counts"]["accepted"] == 5
    shown = ready.get(f"/v1/plans/{plans[0]}")
    assert shown.headers["ETag"] == f'"{shown.get_json()["version"]}"'
    assert (shown.get_json()["status"], shown.get_json()["progress"]) == ("COMPLETED", "1.0000")
    assert len(ready.told("plan.verified")) == 5
    figures = ready.get("/v1/figures").get_json()
    assert (figures["figures"]["plans_submitted"], figures["figures"]["plans_verified"]) == (5, 5)
    assert figures["batches"][BATCH]["plans_verified"] == 5


def test_owner_cannot_verify_the_own_item(ready: World) -> None:
    (plan,) = approved(ready, owner="budi")
    done(ready, [plan])
    path, body = f"/v1/plans/{plan}/items/1/verify", {"on": "2025-06-25"}
    refused = ready.post(path, body, "supervisor", sub="budi")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "verifier_is_owner")
    row = {"plan": plan, "item": 1, "on": "2025-06-25"}
    report = ready.did("/v1/plans/verifications", {"rows": [row]}, "supervisor", sub="budi")
    assert report["rows"][0]["errors"][0]["code"] == "verifier_is_owner"
    assert ready.did(path, body, "supervisor", sub="atasan")["items"][0]["verified_by"] == "atasan"


def test_passed_dates_are_told_once(ready: World) -> None:
    approved(ready, 3)
    check = {"as_of": "2025-07-01"}
    assert ready.did("/v1/plans/overdue-checks", {"as_of": "2025-06-30"})["told"] == 0
    found = ready.did("/v1/plans/overdue-checks", check)
    assert (found["plans"], found["told"], found["more"]) == (3, 6, False)
    assert ready.did("/v1/plans/overdue-checks", check)["told"] == 0
    assert len(ready.told("plan.overdue")) == 6
    shown = ready.get("/v1/plans?status=OVERDUE").get_json()["items"]
    assert {each["items"][0]["state"] for each in shown} == {"OVERDUE"}


def test_actions_that_claim_an_indicator_show_their_chain(ready: World) -> None:
    plans = approved(ready, 3)
    submitted_elsewhere = plan_row(people(5)[4], references=[{"kind": "RPJMD", "code": "1.3"}])
    ready.did(f"/v1/batches/{BATCH}/plans", {"rows": [submitted_elsewhere]})
    done(ready, plans[:1])
    found = ready.get("/v1/actions?reference=IKU:2.1&year=2026").get_json()["items"]
    assert {each["plan"] for each in found} == set(plans)
    (chain,) = (each for each in found if each["plan"] == plans[0])
    assert (chain["unit"], chain["action"]["indicator"], chain["action"]["evidence"]) == (
        UNIT,
        "WAKTU_LAYANAN",
        ["FOTO-1"],
    )
    assert ready.get("/v1/actions?reference=IKU:2.1&year=2025").get_json()["items"] == []
    assert len(ready.get("/v1/plans?reference=RPJMD:1.3").get_json()["items"]) == 1


def test_plans_are_listed_page_by_page(ready: World) -> None:
    plans = submitted(ready, 5)
    first = ready.get(f"/v1/plans?batch={BATCH}&size=3")
    assert 'rel="next"' in first.headers["Link"]
    rest = ready.get(f"/v1/plans?batch={BATCH}&size=3&cursor={first.get_json()['next_cursor']}").get_json()
    assert {each["id"] for each in [*first.get_json()["items"], *rest["items"]]} == set(plans)
    assert rest["next_cursor"] is None


def test_missing_plans_are_counted(ready: World) -> None:
    submitted(ready, 2)
    shown = ready.get(f"/v1/batches/{BATCH}/monitoring").get_json()
    assert (shown["plans"], shown["plans_missing"], shown["plan_due_on"]) == ({"SUBMITTED": 2}, 3, "2025-05-31")


def test_stale_version_is_refused(ready: World) -> None:
    (plan,) = submitted(ready)
    headers = {**ready.tokens.headers(MALANG, "supervisor"), "Idempotency-Key": "k", "If-Match": '"7"'}
    assert ready.client.post(f"/v1/plans/{plan}/approve", headers=headers).status_code == 412
    assert ready.did(f"/v1/plans/{plan}/approve", role="supervisor")["status"] == "APPROVED"
    ended = ready.did(f"/v1/plans/{plan}/end", {"state": "CANCELLED", "reason_code": "MUTASI"})
    assert (ended["status"], ended["ended_reason"]) == ("CANCELLED", "MUTASI")
    again = ready.post(f"/v1/plans/{plan}/approve", role="supervisor")
    assert (again.status_code, again.get_json()["code"]) == (409, "plan_state")


def test_another_tenant_sees_and_changes_nothing(ready: World) -> None:
    (plan,) = submitted(ready)
    assert ready.get(f"/v1/plans/{plan}", tenant=KENDARI).status_code == 404
    assert ready.get(f"/v1/plans?batch={BATCH}", tenant=KENDARI).get_json()["items"] == []
    assert ready.post(f"/v1/plans/{plan}/approve", tenant=KENDARI).status_code == 404
    report = ready.did("/v1/plans/approvals", {"rows": [{"plan": plan}]}, tenant=KENDARI)
    assert report["rows"][0]["errors"][0]["code"] == "not_found"
    assert ready.post(f"/v1/batches/{BATCH}/plans", {"rows": [plan_row(STRANGER)]}, tenant=KENDARI).status_code == 404
    assert ready.did("/v1/plans/overdue-checks", {"as_of": "2026-01-01"}, tenant=KENDARI)["plans"] == 0


def test_operators_and_unknown_fields_are_refused(ready: World) -> None:
    row = {"plan": {"$ne": None}}
    assert ready.post(f"/v1/plans/{STRANGER}/approve", {"status": "COMPLETED"}).status_code == 422
    assert ready.post("/v1/plans/approvals", {"rows": [row]}).status_code == 422
    report = ready.did("/v1/plans/approvals", {"rows": [{"plan": STRANGER, "tenant": KENDARI}]})
    assert report["rows"][0]["errors"][0]["code"] == "unknown_field"
