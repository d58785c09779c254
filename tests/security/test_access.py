"""A01, A03: every route × every kind of caller × every role; another tenant's object looks like none, body for body.

A cell is drawn by `BINA_ATTACK_SEED` in the daily run; `BINA_ATTACK=long` runs them all.
"""

import os
import statistics
import time
from typing import Any
from uuid import uuid4

import pytest
from attacker import OWN, ROLES, Attacker
from forge import Forge
from matrix import CALLERS, Cell, Judge, answers, cells, drawn, unreached
from routes import routes_of

from eventkit import auth

SEED = int(os.environ.get("BINA_ATTACK_SEED", "20251128"))
IS_LONG = os.environ.get("BINA_ATTACK") == "long"


@pytest.fixture(scope="module")
def judge(attacker: Attacker) -> Judge:
    return Judge(attacker)


def test_every_documented_route_is_in_the_matrix_and_can_be_reached(attacker: Attacker) -> None:
    laid_out = {cell.route.name for cell in cells(attacker.routes)}
    documented = {
        f"{service} {method.upper()} {path}"
        for service, document in attacker.documents.items()
        for path, operations in document["paths"].items()
        for method in operations
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert laid_out == documented
    assert len(documented) > 120
    assert unreached(attacker) == []


def test_every_caller_gets_the_answer_that_is_due(attacker: Attacker, judge: Judge) -> None:
    whole = list(cells(attacker.routes))
    chosen = whole if IS_LONG else drawn(whole, SEED)
    before = attacker.calls
    assert sorted(answers(judge, chosen)) == []
    calls = attacker.calls - before
    print(f"seed {SEED}: {len(chosen)} of {len(whole)} cells in {calls} calls")  # noqa: T201 - the report of this run
    assert calls > len(chosen)


def test_a_route_that_nobody_can_reach_is_named(attacker: Attacker) -> None:
    planted = {"/v1/secrets/{secret_id}": {"get": {"responses": {}, "x-roles": ["auditor"]}}}
    route = next(routes_of("registration", {"paths": planted, "components": {}}))
    attacker.routes.append(route)
    try:
        assert unreached(attacker) == [route.name]
    finally:
        attacker.routes.remove(route)


def test_a_leak_a_missing_role_and_an_open_door_are_told(attacker: Attacker, forge: Forge) -> None:
    """Give every caller the own tenant's rights, as an edge without its guards would: each cell must complain."""

    class Careless(Judge):
        def _token(self, cell: Cell) -> str | None:
            return attacker.admin()

    route = attacker.route("registration GET /v1/batches/{batch_id}")
    listing = attacker.route("registration GET /v1/batches")
    refused = [Cell(route=route, caller=caller, role="participant") for caller in CALLERS if caller != "none"]
    leaking = [Cell(route=each, caller="other", role="auditor") for each in (route, listing)]
    planted = [*refused, *leaking, Cell(route=route, caller="none", role="")]
    assert len(answers(Careless(attacker), planted)) == len(planted)


def test_a_twin_that_differs_is_told(attacker: Attacker, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    route = attacker.route("registration GET /v1/batches/{batch_id}")
    cell = Cell(route=route, caller="other", role="auditor")
    twin = attacker.call(route, f"/v1/batches/{uuid4()}", None)
    monkeypatch.setattr(judge, "_twin", lambda _: twin)
    assert "tells" in judge.complaint(cell)


def test_every_role_of_the_platform_is_in_the_matrix(attacker: Attacker) -> None:
    named = {role for route in attacker.routes for role in route.roles}
    assert named <= set(ROLES)
    assert auth.LEEWAY_S <= 30
    assert OWN.startswith(OWN[:2])


def test_filters_by_another_tenants_id_find_what_a_random_one_finds(attacker: Attacker, forge: Forge) -> None:
    differing: dict[str, Any] = {}
    tried = 0
    for route in attacker.routes:
        for name in set(route.filters) & {"batch", "unit", "person", "programme", "enrolment"}:
            if route.owners or route.is_national:
                continue
            token = forge.token("35.73", *(route.roles))
            joint = "&" if route.query else "?"
            mine = attacker.ids[f"{name}s" if name != "batch" else "batches"][0]
            there, none = (
                attacker.call(route, f"{route.path}{route.query}{joint}{name}={each}", token)
                for each in (mine, uuid4())
            )
            tried += 1
            if there != none or there.status != 200 or there.body["items"]:
                differing[f"{route.name} {name}"] = (there, none)
    assert differing == {}
    assert tried > 10


def test_another_tenants_object_takes_as_long_as_none(attacker: Attacker, forge: Forge) -> None:
    """Compare distributions: interleaved, 60 pairs (1,000 in the long run); the figures are printed as a report."""
    pairs = 1_000 if IS_LONG else 60
    route, token = attacker.route("registration GET /v1/batches/{batch_id}"), forge.token("35.73", "auditor")
    took: dict[str, list[float]] = {"theirs": [], "nobody's": []}
    for _ in range(pairs):
        for name, path in (("theirs", attacker.own_path(route)), ("nobody's", f"/v1/batches/{uuid4()}")):
            began = time.perf_counter()
            assert attacker.call(route, path, token).status == 404
            took[name].append((time.perf_counter() - began) * 1000)
    quartiles = {name: statistics.quantiles(each, n=4) for name, each in took.items()}
    print(f"{pairs} pairs, quartiles in ms: {quartiles}")  # noqa: T201 - the report of this run
    (low, middle, high), (other_low, other_middle, other_high) = quartiles.values()
    assert low <= other_high  # the middle halves overlap: no class of time of its own
    assert other_low <= high
    assert middle > 0
    assert other_middle > 0
