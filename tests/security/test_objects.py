"""A02, A05-A07, A09, A10, N01, X05: what a caller writes into a request reaches no further than it may."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import uuid4

import pytest
import requests
from attacker import OWN, Attacker, Said
from forge import Forge
from samples import body_of

from bina.engines import kafka_access

UNITS: Final = "/v1/units"
OTHER: Final = "35.73"
UNIT: Final = {"kind": "DINAS", "name": "OPD uji serangan", "valid_from": "2025-01-01"}
REFUSED_FIELDS: Final = ("_id", "tenant", "role", "status", "state", "version", "_outbox", "created_by", "approved")


@pytest.fixture
def unchanged(attacker: Attacker) -> Iterator[None]:
    """Hold registration's units and the ends of their topic: nothing refused is stored or published."""
    admin = kafka_access.connect(attacker.stack.broker)
    partitions = {each.name: each.partitions for each in attacker.stack.topics if each.name == "registration.unit"}

    def state() -> tuple[list[str], dict[str, tuple[int, ...]]]:
        database = attacker.database("registration")
        deadline = time.monotonic() + 60
        while database["outbox"].count_documents({"topic": "registration.unit"}):  # made by tests before this one
            assert time.monotonic() < deadline
        return sorted(map(str, database["units"].find({}))), kafka_access.read_ends(admin, partitions)

    before = state()
    yield
    assert state() == before
    admin.close()


def post(attacker: Attacker, token: str, body: Any, path: str = UNITS, **headers: str) -> Said:
    return attacker.call(attacker.route(f"registration POST {UNITS}"), path, token, body, **headers)


def audited(attacker: Attacker, status: int, action: str, subject: str) -> bool:
    """Say whether an audit entry tells of such a refusal; pending ones count, as they are written before the answer."""
    wanted = {"status": status, "action": action, "subject": subject, "outcome": "REFUSED"}
    client = attacker.database("registration").client
    places = [
        (name, each) for name in ("registration", "registration_audit") for each in client[name].list_collection_names()
    ]
    return any(client[name][each].find_one(wanted) is not None for name, each in places)


@pytest.mark.parametrize("name", ["X-Tenant", "X-Tenant-Id", "Tenant", "X-Forwarded-Tenant", "X-Original-Tenant"])
def test_a_tenant_in_a_header_is_never_used(attacker: Attacker, forge: Forge, name: str) -> None:
    route = attacker.route(f"registration GET {UNITS}")
    token = forge.token(OTHER, "tenant_admin")
    plain = attacker.call(route, UNITS, token)
    assert plain.body["items"]
    assert attacker.call(route, UNITS, token, **{name: OWN}) == plain


@pytest.mark.parametrize("name", ["tenant", "province", "tenantid", "X-Tenant"])
def test_a_tenant_in_query_or_body_is_refused(attacker: Attacker, forge: Forge, name: str, unchanged: None) -> None:
    token = forge.token(OTHER, "tenant_admin")
    said = attacker.call(attacker.route(f"registration GET {UNITS}"), f"{UNITS}?{name}={OWN}", token)
    assert (said.status, said.code) == (422, "invalid")
    assert post(attacker, token, {**UNIT, name: OWN}).status == 422


@pytest.mark.parametrize("name", REFUSED_FIELDS)
def test_fields_that_nobody_may_set_are_refused(attacker: Attacker, forge: Forge, name: str, unchanged: None) -> None:
    said = post(attacker, forge.token(OWN, "tenant_admin"), {**UNIT, name: "planted"})
    assert (said.status, said.code) == (422, "invalid")
    assert {(each["pointer"], each["code"]) for each in said.body["errors"]} == {(f"/{name}", "unknown_field")}


def test_every_request_schema_is_closed(attacker: Attacker) -> None:
    open_ones = [route.name for route in attacker.routes if route.schema and not _is_closed(json.loads(route.schema))]
    assert open_ones == []


def _is_closed(whole: dict[str, Any]) -> bool:
    name = whole["$ref"].rpartition("/")[2]
    return whole["components"]["schemas"][name].get("additionalProperties") is False


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_are_405_with_allow(attacker: Attacker, forge: Forge, method: str, unchanged: None) -> None:
    headers = {"Authorization": f"Bearer {forge.token(OWN, 'tenant_admin')}"}
    answer = requests.request(
        method, attacker.stack.url("registration") + UNITS, headers=headers, json=UNIT, timeout=30
    )
    assert answer.status_code == 405
    assert {each.strip() for each in answer.headers["Allow"].split(",")} >= {"GET", "POST"}


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method", "_method"])
def test_a_method_is_not_overridden(attacker: Attacker, forge: Forge, name: str, unchanged: None) -> None:
    route, token = attacker.route(f"registration GET {UNITS}"), forge.token(OWN, "tenant_admin")
    assert attacker.call(route, UNITS, token, UNIT, **{name: "POST"}).body == attacker.call(route, UNITS, token).body


def test_head_says_no_more_than_get_to_a_stranger(attacker: Attacker, forge: Forge) -> None:
    url = attacker.stack.url("registration") + f"/v1/batches/{attacker.ids['batches'][0]}"
    for token, status in ((None, 401), (forge.token(OTHER, "auditor"), 404), (forge.token(OWN, "participant"), 403)):
        answer = requests.head(url, headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=30)
        assert (answer.status_code, answer.content) == (status, b"")


ALLOWED_TO_NAME: Final = {"tenant_admin", "programme_manager", "curriculum_manager"}


def test_names_and_numbers_only_for_those_who_need_them(attacker: Attacker, forge: Forge) -> None:
    admin = attacker.call(
        _person(attacker), attacker.own_path(_person(attacker)), forge.token(OWN, "tenant_admin")
    ).body
    assert admin["name"]
    for role in sorted(_person(attacker).roles - ALLOWED_TO_NAME):
        said = attacker.call(_person(attacker), attacker.own_path(_person(attacker)), forge.token(OWN, role))
        assert said.status == 200
        assert admin["name"] not in str(said.body)
        assert not admin["employee_number"] or admin["employee_number"] not in str(said.body)


def test_no_other_route_shows_a_name_or_number(attacker: Attacker, forge: Forge) -> None:
    person = attacker.call(
        _person(attacker), attacker.own_path(_person(attacker)), forge.token(OWN, "tenant_admin")
    ).body
    words = {person["name"], person["employee_number"]} - {None}
    showing = set()
    for route in attacker.routes:
        if route.method == "GET" and not route.is_national:
            for role in sorted(route.roles - ALLOWED_TO_NAME):
                said = attacker.call(route, attacker.own_path(route), forge.token(OWN, role))
                showing |= {f"{role}: {route.name}" for word in words if word in str(said.body)}
    assert showing == set()


def _person(attacker: Attacker) -> Any:
    return attacker.route("registration GET /v1/persons/{person_id}")


@pytest.mark.parametrize("seats", [-1, 0, 10**9, 2**53, 1.5, "1", True, None])
def test_impossible_quantities_are_422(attacker: Attacker, forge: Forge, seats: Any) -> None:
    route = attacker.route("registration POST /v1/batches/{batch_id}/rules")
    before = attacker.database("registration")["batches"].find_one({"_id": {"$regex": attacker.ids["batches"][0]}})
    said = attacker.call(route, attacker.own_path(route), forge.token(OWN, "tenant_admin"), {"seats_total": seats})
    assert said.status in ((422,) if seats != 10**9 else (409, 422))
    after = attacker.database("registration")["batches"].find_one({"_id": {"$regex": attacker.ids["batches"][0]}})
    assert before == after


def test_an_approval_replayed_is_answered_from_the_record_or_refused(attacker: Attacker, forge: Forge) -> None:
    route = attacker.route("registration POST /v1/programmes/{programme_id}/approvals")
    before = attacker.database("registration")["programmes"].count_documents({})
    said = attacker.call(route, attacker.own_path(route), forge.token(OWN, "tenant_admin"), body_of(route.schema))
    assert said.status == 409
    assert attacker.database("registration")["programmes"].count_documents({}) == before


def test_a_key_belongs_to_one_tenant_client_and_subject(attacker: Attacker, forge: Forge) -> None:
    key = {"Idempotency-Key": f"shared-{uuid4()}"}
    body = {**UNIT, "name": f"OPD {uuid4()}"}
    callers: list[dict[str, Any]] = [{}, {"sub": "another"}, {"client_id": "another"}]
    made = [
        post(attacker, forge.token(tenant, "tenant_admin", **who), body, **key)
        for tenant in ("53.01", "53.02")
        for who in callers
    ]
    assert {each.status for each in made} == {201}
    assert len({each.body["id"] for each in made}) == len(made)
    again = post(attacker, forge.token("53.01", "tenant_admin"), body, **key)
    assert (again.body, again.headers["Idempotency-Replayed"]) == (made[0].body, "true")
    other = post(attacker, forge.token("53.01", "tenant_admin"), {**body, "name": "OPD lain"}, **key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_one_key_sent_by_many_at_once_has_one_effect(attacker: Attacker, forge: Forge) -> None:
    token, key, said = forge.token("53.03", "tenant_admin"), {"Idempotency-Key": f"race-{uuid4()}"}, []
    body = {**UNIT, "name": f"OPD {uuid4()}"}

    def run() -> None:
        said.append(requests.post(
            attacker.stack.url("registration") + UNITS, json=body, timeout=60,
            headers={"Authorization": f"Bearer {token}", **key},
        ))  # fmt: skip

    threads = [threading.Thread(target=run) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {each.status_code for each in said} <= {201, 409}
    assert len({each.json()["id"] for each in said if each.status_code == 201}) == 1


OPERATORS: Final = (
    {"$ne": None}, {"$gt": ""}, {"$regex": ".*"}, {"$where": "sleep(1000)"}, {"$in": [""]}, ["$ne"], {"__proto__": {}},
)  # fmt: skip


@pytest.mark.parametrize("value", OPERATORS, ids=str)
def test_operators_in_values_are_422(attacker: Attacker, forge: Forge, value: Any, unchanged: None) -> None:
    token = forge.token(OWN, "tenant_admin")
    lookup = attacker.route("registration POST /v1/persons/lookups")
    assert attacker.call(lookup, lookup.path, token, {"employee_number": value}).status == 422
    for name in UNIT:
        assert post(attacker, token, {**UNIT, name: value}).status == 422


@pytest.mark.parametrize("name", ["$where", "name.$ne", "a.b", "__proto__", "constructor", "$set", "name[$ne]"])
def test_operators_in_names_are_422(attacker: Attacker, forge: Forge, name: str, unchanged: None) -> None:
    token = forge.token(OWN, "tenant_admin")
    assert post(attacker, token, {**UNIT, name: "x"}).status == 422
    for route in (each for each in attacker.routes if each.method == "GET" and each.filters and not each.owners):
        joint = "&" if route.query else "?"
        role = forge.token("00" if route.is_national else OWN, *route.roles)
        said = attacker.call(route, f"{route.path}{route.query}{joint}{name}=x", role)
        assert (route.name, said.status) == (route.name, 422)


@pytest.mark.parametrize(
    "text", ["x\r\nSet-Cookie: a=b", "\x1b[2J\x1b[31m", 'a\nINJECTED {"level": 1}', "\u2028\u202e"]
)
def test_breaks_and_escapes_reach_neither_headers_nor_log_lines(attacker: Attacker, forge: Forge, text: str) -> None:
    mark = f"planted{uuid4().hex}"
    subject = f"{mark}{text}"
    said = attacker.call(
        attacker.route(f"registration GET {UNITS}"),
        UNITS + f"/{requests.utils.quote(subject)}",
        forge.token(OWN, "nobody", sub=subject),
    )
    assert said.status == 403
    assert "Set-Cookie" not in said.headers
    lines = [
        line
        for file in attacker.stack.layout.log.rglob("*registration*")
        for line in file.read_bytes().split(b"\n")
        if mark.encode() in line
    ]
    assert lines
    for line in lines:
        assert json.loads(line)["service"] == "registration"
        assert all(32 <= byte < 127 for byte in line)


REFUSALS: Final[dict[str, tuple[int, Callable[[Forge], str]]]] = {
    "no role": (403, lambda forge: forge.token(OWN, "participant", sub="audited-403")),
    "of another tenant": (404, lambda forge: forge.token(OTHER, "tenant_admin", sub="audited-404")),
}


@pytest.mark.parametrize(("status", "make"), REFUSALS.values(), ids=REFUSALS)
def test_refusals_are_in_the_audit_log(attacker: Attacker, forge: Forge, status: int, make: Any) -> None:
    path = f"/v1/units/{attacker.ids['units'][0]}"
    said = attacker.call(attacker.route("registration GET /v1/units/{unit_id}"), path, make(forge))
    assert said.status == status
    assert audited(attacker, status, "GET /v1/units/<unit_id>", f"audited-{status}")
    assert not audited(attacker, status, "GET /v1/units/<unit_id>", "nobody-asked")
