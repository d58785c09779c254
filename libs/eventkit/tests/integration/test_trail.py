"""What a request leaves in the audit log on a real store: with its change or not at all, before its answer or 503."""

from typing import Any

import pytest
from edge import SERVICE, Desk, app_of
from pymongo.database import Database

from eventkit import audit, faults, trail
from eventkit.faults import Point
from eventkit.ids import new_id
from eventkit.process import prepare
from testkit import audit as books
from testkit.tokens import TokenFactory

pytestmark = pytest.mark.integration
Store = Database[dict[str, Any]]


@pytest.fixture
def store(mongo_database: Store) -> Store:
    prepare(SERVICE, mongo_database)
    return mongo_database


@pytest.fixture
def desk(tokens: TokenFactory, store: Store) -> Desk:
    return Desk(app_of(tokens.verifier("registration"), store).test_client(), tokens)


def codes(store: Store) -> list[tuple[str, str, int, str]]:
    return [(each["action"], each["outcome"], each["status"], each["code"]) for each in books.written(store)]


def test_a_change_leaves_its_entry_and_a_repeat_none(desk: Desk, store: Store) -> None:
    answers = [desk.post(key="same") for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    (entry,) = books.written(store)
    made = answers[0].get_json()["id"]
    told = {name: entry[name] for name in ("tenant", "subject", "client", "roles", "action", "object", "outcome")}
    assert told == {
        "tenant": "74.71",
        "subject": "tester@74.71",
        "client": "testkit",
        "roles": ["clerk"],
        "action": "POST /v1/counters",
        "object": made,
        "outcome": "DONE",
    }
    assert (entry["status"], entry["correlation"]) == (201, answers[0].headers["X-Correlation-ID"])
    assert len(entry["digest"]) == 64


def test_a_change_that_does_not_commit_leaves_neither(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(point: Point) -> None:
        if point == "W5":
            raise ZeroDivisionError

    monkeypatch.setattr(faults, "hook", fail)
    assert desk.post().status_code == 500
    assert (books.written(store), store["counters"].count_documents({"tenant": "74.71"})) == ([], 0)


def test_every_refusal_of_a_known_caller_is_written(desk: Desk, store: Store, tokens: TokenFactory) -> None:
    made = desk.post(key="one").get_json()["id"]
    auditor, stranger = tokens.headers("74.71", "auditor"), tokens.headers("35.73", "clerk")
    refused = [
        desk.client.post("/v1/counters", headers=auditor, json={"by": 1}),
        desk.client.get(f"/v1/counters/{made}", headers=stranger),
        desk.post(tenant="35.73", version=9),
        desk.post(by=6, key="one"),
        desk.client.delete(f"/v1/counters/{made}", headers=desk.headers),
        desk.get("/v1/nothing/here"),
    ]
    assert [each.status_code for each in refused] == [403, 404, 422, 422, 405, 404]
    assert codes(store)[1:] == [
        ("POST /v1/counters", "REFUSED", 403, "forbidden"),
        ("GET /v1/counters/<counter_id>", "REFUSED", 404, "not_found"),
        ("POST /v1/counters", "REFUSED", 422, "invalid"),
        ("POST /v1/counters", "REFUSED", 422, "idempotency_key_reused"),
        ("DELETE ?", "REFUSED", 405, "method_not_allowed"),
        ("GET ?", "REFUSED", 404, "not_found"),
    ]
    by_tenant = [(each["tenant"], each["object"]) for each in books.written(store)]
    assert by_tenant[1:3] == [("74.71", ""), ("35.73", made)]


def test_strangers_cannot_fill_the_store(
    desk: Desk, store: Store, tokens: TokenFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "BAD_TOKENS_PER_MINUTE", 3)
    limited = app_of(tokens.verifier("registration"), store).test_client()
    bad = {"Authorization": "Bearer a.b.c"}
    assert {limited.get("/v1/counters", headers=bad).status_code for _ in range(9)} == {401}
    assert {desk.client.get("/v1/counters").status_code for _ in range(9)} == {401}
    assert 3 <= len(books.written(store)) <= 6  # a minute may end meanwhile
    assert {(each["tenant"], each["subject"], each["code"]) for each in books.written(store)} == {
        ("00", "", "unauthenticated")
    }


def test_names_in_addresses_and_bodies_stay_out(desk: Desk, store: Store) -> None:
    desk.get("/v1/counters/Budi%20197803172005011002")
    desk.post(note="budi 197803172005011002")
    desk.client.post("/v1/counters", headers=desk.headers, json={"by": 1})
    assert [each["object"] for each in books.written(store)] == ["?", "", ""]
    assert "1978" not in str(books.written(store))
    assert books.written(store)[2]["digest"] == ""  # without the caller's key a hash would be open to trial


def unwritable(store: Store) -> None:
    """Let no entry be written any more."""
    store.drop_collection(audit.PENDING)
    store.create_collection(audit.PENDING, validator={"$expr": False})


def test_without_its_entry_nothing_is_done_or_told(desk: Desk, store: Store, tokens: TokenFactory) -> None:
    made = desk.post().get_json()["id"]
    unwritable(store)
    answers = [
        desk.post(),
        desk.get(f"/v1/counters/{made}/owner"),
        desk.get(f"/v1/counters/{new_id()}"),
        desk.client.post("/v1/counters", headers=tokens.headers("74.71", "auditor"), json={"by": 1}),
        desk.client.get("/v1/counters", headers={"Authorization": "Bearer a.b.c"}),
    ]
    assert [(each.status_code, each.get_json()["code"]) for each in answers] == [(503, "unavailable")] * 5
    assert answers[1].headers["X-Content-Type-Options"] == "nosniff"
    assert made not in answers[1].text.replace(f"/v1/counters/{made}/owner", "")
    assert store["counters"].count_documents({"tenant": "74.71"}) == 1
    assert desk.get(f"/v1/counters/{made}").status_code == 200  # not sensitive


def test_a_look_at_personal_data_is_written_before_the_answer(desk: Desk, store: Store) -> None:
    made = desk.post().get_json()["id"]
    assert desk.get(f"/v1/counters/{made}/owner").get_json() == {"owner": made}
    assert desk.get(f"/v1/counters/{made}").status_code == 200
    assert codes(store)[1:] == [("GET /v1/counters/<counter_id>/owner", "DONE", 200, "")]
