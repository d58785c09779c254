"""One key, one effect, on the real store: repeats, other bodies, other callers, races, refusals."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from edge import SERVICE, app_of
from flask.testing import FlaskClient
from pymongo.database import Database

from eventkit.process import prepare
from testkit.tokens import TokenFactory

pytestmark = pytest.mark.integration
Store = Database[dict[str, Any]]


@pytest.fixture
def store(mongo_database: Store) -> Store:
    prepare(SERVICE, mongo_database)
    return mongo_database


@pytest.fixture
def client(tokens: TokenFactory, store: Store) -> FlaskClient:
    return app_of(tokens.verifier("registration"), store).test_client()


@pytest.fixture
def clerk(tokens: TokenFactory) -> dict[str, str]:
    return {**tokens.headers("74.71", "clerk"), "Idempotency-Key": "key-1"}


def count(store: Store, name: str) -> int:
    return store[name].count_documents({"tenant": {"$in": ["74.71", "35.73"]}})


def test_repeat_gets_the_same_answer_and_changes_nothing(
    client: FlaskClient, clerk: dict[str, str], store: Store
) -> None:
    first = client.post("/v1/counters", headers=clerk, json={"by": 5})
    again = client.post("/v1/counters", headers=clerk, data=b'{ "by" :5 }', content_type="application/json")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    for name in ("ETag", "Location", "Content-Type"):
        assert first.headers[name] == again.headers[name]
    assert first.headers["Location"] == f"/v1/counters/{first.get_json()['id']}"
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (count(store, "counters"), count(store, "outbox"), count(store, "idempotency")) == (1, 1, 1)


def test_both_names_of_the_header_are_one(client: FlaskClient, clerk: dict[str, str], store: Store) -> None:
    client.post("/v1/counters", headers=clerk, json={"by": 5})
    renamed = {"Authorization": clerk["Authorization"], "X-Idempotency-Key": "key-1"}
    assert client.post("/v1/counters", headers=renamed, json={"by": 5}).headers["Idempotency-Replayed"]
    assert count(store, "counters") == 1


@pytest.mark.parametrize(("path", "by"), [("/v1/counters", 6), ("/v1/counters/x/raises", 5), ("/v1/counters?x=1", 5)])
def test_key_with_another_request_is_refused(
    client: FlaskClient, clerk: dict[str, str], store: Store, path: str, by: int
) -> None:
    client.post("/v1/counters", headers=clerk, json={"by": 5})
    answer = client.post(path, headers=clerk, json={"by": by})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency_key_reused")
    assert count(store, "counters") == 1


def test_key_belongs_to_tenant_client_and_subject(
    client: FlaskClient, clerk: dict[str, str], tokens: TokenFactory, store: Store
) -> None:
    client.post("/v1/counters", headers=clerk, json={"by": 5})
    others = [
        tokens.headers("35.73", "clerk", sub="tester@74.71"),
        tokens.headers("74.71", "clerk", client_id="else"),
        tokens.headers("74.71", "clerk", sub="somebody"),
    ]
    for other in others:
        answer = client.post("/v1/counters", headers={**other, "Idempotency-Key": "key-1"}, json={"by": 9})
        assert answer.status_code == 201
        assert answer.get_json()["total"] == 9
    assert count(store, "counters") == 4


def test_refusal_is_not_kept(client: FlaskClient, clerk: dict[str, str], store: Store) -> None:
    made = client.post("/v1/counters", headers=clerk, json={"by": 999}).get_json()["id"]
    other = {**clerk, "Idempotency-Key": "key-2"}
    refused = client.post(f"/v1/counters/{made}/raises", headers=other, json={"by": 2})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "too_high")
    assert refused.get_json()["detail"] == "Tidak boleh melewati 1000."
    assert refused.get_json()["errors"][0]["pointer"] == "/by"
    assert (count(store, "idempotency"), count(store, "outbox")) == (1, 1)
    assert client.post(f"/v1/counters/{made}/raises", headers=other, json={"by": 1}).status_code == 200


def test_repeat_is_answered_although_the_first_has_made_it_impossible(
    client: FlaskClient, clerk: dict[str, str], store: Store
) -> None:
    made = client.post("/v1/counters", headers=clerk, json={"by": 5}).get_json()["id"]
    raising = {**clerk, "Idempotency-Key": "key-2", "If-Match": '"1"'}
    first = client.post(f"/v1/counters/{made}/raises", headers=raising, json={"by": 1})
    again = client.post(f"/v1/counters/{made}/raises", headers=raising, json={"by": 1})
    assert (first.status_code, again.status_code, first.data) == (200, 200, again.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = client.post(f"/v1/counters/{made}/raises", headers=raising, json={"by": 2})
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert (count(store, "outbox"), count(store, "idempotency")) == (2, 2)


def test_many_at_once_take_effect_once(tokens: TokenFactory, store: Store, clerk: dict[str, str]) -> None:
    app = app_of(tokens.verifier("registration"), store)
    gate = threading.Barrier(12)

    def post(_: int) -> Any:
        gate.wait()
        return app.test_client().post("/v1/counters", headers=clerk, json={"by": 5})

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(post, range(12)))
    assert {each.status_code for each in answers} <= {201, 409}
    made = [each for each in answers if each.status_code == 201]
    assert len({each.data for each in made}) == 1
    assert sum("Idempotency-Replayed" not in each.headers for each in made) == 1
    for busy in (each for each in answers if each.status_code == 409):
        assert (busy.get_json()["code"], busy.headers["Retry-After"]) == ("request_in_flight", "1")
    assert (count(store, "counters"), count(store, "outbox")) == (1, 1)


def test_first_still_in_flight_is_409(client: FlaskClient, clerk: dict[str, str], store: Store) -> None:
    client.post("/v1/counters", headers=clerk, json={"by": 5})
    record = store["idempotency"].find_one({"tenant": "74.71"})
    assert record is not None
    store["idempotency"].delete_one({"_id": record["_id"], "tenant": "74.71"})
    with store.client.start_session() as other, other.start_transaction():
        store["idempotency"].insert_one(record, session=other)
        busy = client.post("/v1/counters", headers=clerk, json={"by": 5})
        assert (busy.status_code, busy.get_json()["code"]) == (409, "request_in_flight")
        assert busy.headers["Retry-After"] == "1"
        other.abort_transaction()
    assert client.post("/v1/counters", headers=clerk, json={"by": 5}).status_code == 201


@pytest.mark.parametrize(("kind", "records"), [("none", 0), ("two", 1)])
def test_command_has_exactly_one_transaction(
    client: FlaskClient, clerk: dict[str, str], store: Store, kind: str, records: int
) -> None:
    answer = client.post(f"/v1/misuse/{kind}", headers=clerk)
    assert (answer.status_code, count(store, "idempotency")) == (500, records)


def test_version_is_tagged_and_held(client: FlaskClient, clerk: dict[str, str]) -> None:
    made = client.post("/v1/counters", headers=clerk, json={"by": 5})
    path = f"/v1/counters/{made.get_json()['id']}"
    assert made.headers["ETag"] == '"1"'
    shown = client.get(path, headers=clerk)
    assert shown.headers["ETag"] == '"1"'
    assert client.get(path, headers={**clerk, "If-None-Match": '"1"'}).status_code == 304
    second = {**clerk, "Idempotency-Key": "key-2", "If-Match": '"1"'}
    assert client.post(f"{path}/raises", headers=second, json={"by": 1}).headers["ETag"] == '"2"'
    stale = client.post(f"{path}/raises", headers={**second, "Idempotency-Key": "key-3"}, json={"by": 1})
    assert (stale.status_code, stale.get_json()["code"]) == (412, "stale_version")


def test_other_tenants_object_looks_like_none(client: FlaskClient, clerk: dict[str, str], tokens: TokenFactory) -> None:
    made = client.post("/v1/counters", headers=clerk, json={"by": 5}).get_json()["id"]
    stranger = tokens.headers("35.73", "clerk")
    answers = [client.get(f"/v1/counters/{each}", headers=stranger) for each in (made, "none")]
    assert [each.status_code for each in answers] == [404, 404]
    bodies = [{**each.get_json(), "instance": "", "trace_id": ""} for each in answers]
    assert bodies[0] == bodies[1]


def test_pages_follow_each_other(client: FlaskClient, clerk: dict[str, str]) -> None:
    made = [
        client.post("/v1/counters", headers={**clerk, "Idempotency-Key": f"k{i}"}, json={"by": 1}).get_json()["id"]
        for i in range(5)
    ]
    seen, path = [], "/v1/counters?size=2"
    while path:
        answer = client.get(path, headers=clerk)
        seen += [each["id"] for each in answer.get_json()["items"]]
        path = answer.headers["Link"].partition(">")[0][1:] if "Link" in answer.headers else ""
    assert seen == made


def test_records_go_after_a_day(store: Store) -> None:
    lives = [each.get("expireAfterSeconds") for each in store["idempotency"].list_indexes()]
    assert 24 * 3600 in lives
