"""Journeys of callers over HTTP after the main job: what each may see, and what looks as if it were not there."""

from typing import Any
from uuid import uuid4

import pytest
import requests

from bina.demo.cli import places_of
from bina.demo.drive.errors import RefusedError

BATCH_ROUTES = [
    ("registration", "/v1/batches/{}"),
    ("registration", "/v1/batches/{}/headcounts"),
    ("registration", "/v1/batches/{}/schedule-versions"),
    ("curriculum", "/v1/batches/{}"),
    ("curriculum", "/v1/batches/{}/sessions"),
    ("monitoring", "/v1/batches/{}/monitoring"),
]


@pytest.fixture
def foreign(stage: Any, first_run: Any) -> str:
    """Give the id of the batch of Kendari's retreat."""
    batches = stage.client("74.71", "tenant_admin").items("registration", "/v1/batches")
    return next(str(batch["id"]) for batch in batches if batch["programme_kind"] == "RETREAT")


def refused(client: Any, service: str, path: str) -> RefusedError:
    with pytest.raises(RefusedError) as refusal:
        client.get(service, path)
    return refusal.value


def body(stage: Any, url: str, token: str | None) -> tuple[int, dict[str, Any]]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = requests.get(url, headers=headers, timeout=20)
    problem = answer.json()
    return answer.status_code, {key: problem[key] for key in problem if key not in ("trace_id", "instance")}


@pytest.mark.parametrize(("service", "path"), BATCH_ROUTES)
def test_another_tenants_batch_looks_like_none(stage: Any, foreign: str, service: str, path: str) -> None:
    own = stage.client("74.71", "tenant_admin")
    assert own.get(service, path.format(foreign))
    other = stage.client("35.73", "tenant_admin")
    there, nowhere = (refused(other, service, path.format(each)) for each in (foreign, uuid4()))
    assert (there.status, there.code) == (nowhere.status, nowhere.code) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/programmes", "/v1/batches", "/v1/units", "/v1/persons", "/v1/enrolments"])
def test_lists_hold_only_the_own_tenant(stage: Any, first_run: Any, path: str) -> None:
    kendari = {each["id"] for each in stage.client("74.71", "tenant_admin").items("registration", path)}
    malang = {each["id"] for each in stage.client("35.73", "tenant_admin").items("registration", path)}
    assert kendari
    assert malang
    assert not kendari & malang


def test_a_name_is_for_those_who_run_programmes(stage: Any, foreign: str) -> None:
    enrolment = next(stage.client("74.71", "tenant_admin").items("registration", "/v1/enrolments", batch=foreign))
    path = f"/v1/persons/{enrolment['person']}"
    in_full = stage.client("74.71", "tenant_admin").get("registration", path)
    masked = stage.client("74.71", "auditor").get("registration", path)
    assert in_full["name"].startswith("Peserta ")
    assert in_full["employee_number"].isdigit()
    assert masked["name"] == "P***"
    assert not masked["employee_number"].isdigit()


def test_the_nation_sees_no_person_and_no_tenant_the_nation(stage: Any, foreign: str) -> None:
    analyst = stage.client("00", "bpsdm_analyst")
    assert refused(analyst, "registration", "/v1/persons").status == 403
    assert refused(analyst, "registration", f"/v1/batches/{foreign}/roster").status == 403
    assert refused(stage.client("74.71", "tenant_admin"), "national", "/v1/participation").status == 403
    assert refused(stage.client("74.71", "platform_admin"), "national", "/v1/participation").status == 403


def test_the_analyst_gets_no_exact_counts(stage: Any, first_run: Any) -> None:
    seen = stage.client("00", "bpsdm_analyst").get("national", "/v1/reconciliation", tenant="35.73")
    assert seen["figures"]["non_asn"] is None
    assert "non_asn" in seen["hidden"]


def test_without_a_token_nothing_is_said(stage: Any, foreign: str) -> None:
    url = places_of(stage.platform.stack()).services["registration"]
    for token in (None, "nonsense", "eyJhbGciOiJub25lIn0.e30."):
        status, problem = body(stage, f"{url}/v1/batches/{foreign}", token)
        assert (status, problem["code"]) == (401, "unauthenticated")


def test_a_repeated_key_with_another_body_is_refused(stage: Any, first_run: Any) -> None:
    stack = stage.platform.stack()
    client = stage.client("74.71", "tenant_admin")
    token = client._tokens.get(client.caller)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4()), "Accept-Language": "id"}
    unit = {"kind": "DINAS", "name": "OPD uji coba", "valid_from": "2025-01-01"}
    url = f"{stack.url('registration')}/v1/units"
    first, again, other = (
        requests.post(url, json={**unit, **change}, headers=headers, timeout=20)
        for change in ({}, {}, {"name": "OPD lain"})
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
