"""Who may do what: tenants see only themselves, roles are closed by default, every collection is bound."""

from typing import Any

import pytest
from registration_desk import Desk, asn, head

from registration.app import SERVICE

pytestmark = pytest.mark.integration
UNKNOWN = "01a20000-0000-7000-8000-000000000000"


@pytest.fixture
def owned(desk: Desk) -> dict[str, str]:
    """Give one object of every kind that Kendari owns."""
    batch = desk.batch()
    return {
        "batches": batch["id"],
        "programmes": batch["programme"],
        "units": desk.unit()["id"],
        "persons": desk.made("/persons", asn(7))["id"],
        "enrolments": desk.confirmed(batch["id"], [head(1)])[0],
    }


def test_another_tenants_object_looks_like_none(desk: Desk, owned: dict[str, str]) -> None:
    for kind, identity in owned.items():
        foreign = desk.get(f"/{kind}/{identity}", tenant=desk.other)
        unknown = desk.get(f"/{kind}/{UNKNOWN}", tenant=desk.other)
        assert foreign.status_code == unknown.status_code == 404, kind
        same = {"instance", "trace_id"}
        assert {k: v for k, v in foreign.json.items() if k not in same} == {
            k: v for k, v in unknown.json.items() if k not in same
        }


def test_commands_on_another_tenants_objects_find_nothing(desk: Desk, owned: dict[str, str]) -> None:
    office: dict[str, Any] = {"decided_by_office": "SEKDA", "reason_code": "OTHER"}
    plan = {"planned_start": "2025-08-01", "planned_end": "2025-08-03", "venue": {}, **office}
    row = {"rows": [{"enrolment": owned["enrolments"]}]}
    commands: dict[str, dict[str, Any]] = {
        f"/batches/{owned['batches']}/start": {"at": "2025-08-01T08:00:00Z"},
        f"/batches/{owned['batches']}/reschedules": plan,
        f"/batches/{owned['batches']}/reschedule-previews": plan,
        f"/batches/{owned['batches']}/nominations": {"rows": [head(2)]},
        f"/batches/{owned['batches']}/confirmations": row,
        f"/batches/{owned['batches']}/check-ins": {**row, "at": "2025-08-01T08:00:00Z"},
        f"/batches/{owned['batches']}/rules": {"seats_total": 5},
        f"/enrolments/{owned['enrolments']}/withdraw": {"reason_code": "OTHER"},
        f"/enrolments/{owned['enrolments']}/covers": {
            "kind": "EXEMPT", "from_date": "2025-08-01", "to_date": "2025-08-03",
        },
        f"/enrolments/{owned['enrolments']}/delegates": {"delegates": [{"facts": asn(3)}]},
        f"/enrolments/{owned['enrolments']}/substitutions": {"replacement": head(2), "reason_code": "OTHER"},
        f"/persons/{owned['persons']}/erasures": {},
        f"/persons/{owned['persons']}/transfers": {"unit": owned["units"]},
        f"/programmes/{owned['programmes']}/cancellations": office,
        f"/units/{owned['units']}/closures": {"valid_to": "2026-01-01"},
    }  # fmt: skip
    answers = {path: desk.post(path, body, tenant=desk.other).status_code for path, body in commands.items()}
    assert answers == dict.fromkeys(commands, 404)


def test_lists_and_figures_hold_only_the_own_tenant(desk: Desk, owned: dict[str, str]) -> None:
    for kind in owned:
        assert desk.get(f"/{kind}", tenant=desk.other).json["items"] == []
    assert sum(desk.get("/figures", tenant=desk.other).json["figures"].values()) == 0
    for part in ("roster", "headcounts", "schedule-versions"):
        assert desk.get(f"/batches/{owned['batches']}/{part}", tenant=desk.other).status_code == 404


def test_ids_of_another_tenant_cannot_be_used(desk: Desk, owned: dict[str, str]) -> None:
    batch = desk.batch(desk.other)["id"]
    rows = [
        {"person": owned["persons"], "category": "CAMAT"},
        {"kind": "UNIT", "unit": owned["units"]},
        {**head(4), "unit": owned["units"]},
    ]
    reports = desk.nominated(batch, rows, desk.other)
    assert [(each["status"], each["errors"][0]["code"]) for each in reports] == [("INVALID", "UNKNOWN_ID")] * 3
    confirm = {"rows": [{"enrolment": owned["enrolments"]}]}
    report = desk.made(f"/batches/{batch}/confirmations", confirm, tenant=desk.other)
    assert report["counts"] == {"NOT_FOUND": 1}


def test_every_collection_bears_the_tenant(desk: Desk, owned: dict[str, str]) -> None:
    assert owned
    counts = {each.name: desk.count(each.name) for each in SERVICE.collections if each.name != "tenants"}
    assert min(counts.values()) > 0, counts


@pytest.mark.parametrize("role", ["participant", "facilitator", "auditor", "evaluator", "supervisor", "bpsdm_analyst"])
def test_only_managers_command(desk: Desk, role: str) -> None:
    for path, body in {"/persons": asn(1), "/units": {}, "/programmes": {}, "/batches": {}}.items():
        answer = desk.post(path, body, roles=(role,))
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_names_are_for_those_who_run_programmes(desk: Desk, owned: dict[str, str]) -> None:
    path = f"/batches/{owned['batches']}/roster"
    assert desk.get(path, roles=("curriculum_manager",)).json["items"][0]["name"] == "Peserta 001"
    assert desk.get(path, roles=("auditor",)).status_code == 403
    person = f"/persons/{owned['persons']}"
    assert desk.get(person).json["employee_number"] == asn(7)["employee_number"]
    masked = desk.get(person, roles=("auditor",)).json
    assert (masked["name"], masked["employee_number"]) == ("P***", "***************999")


def test_only_the_platform_onboards(desk: Desk) -> None:
    assert desk.post("/tenants", {"code": "94.04"}).status_code == 403
    for tenant in (desk.home, desk.other, "74"):  # the role alone does not make a caller the platform
        assert desk.post("/tenants", {"code": "94.04"}, tenant=tenant, roles=("platform_admin",)).status_code == 403
        assert desk.get("/tenants", tenant=tenant, roles=("bpsdm_analyst",)).status_code == 403
    who: Any = {"tenant": "00", "roles": ("platform_admin",)}
    assert desk.post("/tenants", {"code": "99.01"}, **who).json["errors"][0]["code"] == "REGION_UNKNOWN"
    assert desk.home in {each["id"] for each in desk.get("/tenants?size=200", **who).json["items"]}


def test_tenant_that_was_never_onboarded_keeps_no_person(desk: Desk) -> None:
    answer = desk.post("/persons", asn(1), tenant="94.04")
    assert (answer.status_code, answer.json["code"]) == (409, "tenant_not_onboarded")


def test_caller_without_a_token_stays_outside(desk: Desk) -> None:
    for rule in desk.app.url_map.iter_rules():
        if not rule.rule.startswith("/v1/") or rule.rule == "/v1/openapi.json":
            continue
        path = rule.rule.replace("<int:number>", "1")
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        assert desk.client.open(path, method=method, json={}).status_code == 401, path
