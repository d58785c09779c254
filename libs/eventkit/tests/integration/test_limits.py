"""What is too much is refused while it is written, with a stable code, and never dropped afterwards."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from edge import SERVICE, app_of
from fakes import MemoryBroker, MemoryFeed
from flask.testing import FlaskClient
from pymongo.database import Database
from sample import TENANT, TYPE, CounterRaised, CounterRaisedSchema, Seen, counters, seen

from eventkit import outbox
from eventkit.consumer import Consumer
from eventkit.envelope import MAX_EVENT_BYTES, Trace
from eventkit.gate import Handler, Projection
from eventkit.ids import new_id
from eventkit.ledger import MongoLedger
from eventkit.mongo import UnitOfWork, prepare
from eventkit.outbox import Brake, MongoOutbox, Origin, OutboxFullError
from eventkit.process import prepare as prepare_all
from testkit.tokens import TokenFactory

pytestmark = pytest.mark.integration
Store = Database[dict[str, Any]]
Post = Callable[[str, int], Any]


@pytest.fixture
def store(mongo_database: Store) -> Store:
    prepare_all(SERVICE, mongo_database)
    prepare(mongo_database, [seen])
    return mongo_database


@pytest.fixture
def client(tokens: TokenFactory, store: Store) -> FlaskClient:
    return app_of(tokens.verifier("registration"), store, BINA_OUTBOX_LIMIT="2").test_client()


@pytest.fixture
def post(client: FlaskClient, tokens: TokenFactory) -> Post:
    return lambda path, by: client.post(
        path, headers={**tokens.headers(TENANT, "clerk"), "Idempotency-Key": new_id()}, json={"by": by}
    )


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_full_outbox_refuses_writes_and_lets_reads_go_on(
    client: FlaskClient, post: Post, tokens: TokenFactory, store: Store
) -> None:
    until(lambda: post("/v1/counters", 1).status_code == 503)
    before = [store[name].count_documents({"tenant": TENANT}) for name in ("counters", "outbox", "idempotency")]
    refused = post("/v1/counters", 1)
    assert (refused.status_code, refused.get_json()["code"]) == (503, "outbox_full")
    assert refused.headers["Retry-After"] == "5"
    assert [store[name].count_documents({"tenant": TENANT}) for name in ("counters", "outbox", "idempotency")] == before
    assert client.get("/v1/counters", headers=tokens.headers(TENANT, "auditor")).status_code == 200
    store["outbox"].delete_many({"tenant": TENANT})
    until(lambda: post("/v1/counters", 1).status_code == 201)


def test_waiting_events_are_counted_once_a_second(store: Store) -> None:
    now = 100.0
    brake = Brake(store, 1, clock=lambda: now)
    brake.check()
    store["outbox"].insert_one({"tenant": TENANT})
    brake.check()
    now += 1.0
    with pytest.raises(OutboxFullError):
        brake.check()


def test_full_outbox_makes_the_consumer_wait(store: Store) -> None:
    (document,) = outbox.rows(
        Origin(tenant=TENANT, aggregate="a", at=datetime.now(UTC), trace=Trace("c")),
        0,
        [CounterRaised(counter="a", by=1)],
        counters.schemas,
    )
    store["outbox"].insert_one(document)
    (row,), _ = MongoOutbox(store).pending(10)
    broker = MemoryBroker()
    broker.append(row)
    now = 100.0
    projection = Projection(
        "sample.counter",
        seen,
        {TYPE: Handler(CounterRaisedSchema, lambda _, event, __: Seen(id="a", total=event.by, times=1))},
    )
    kept = MongoLedger(store, "reader", admit=Brake(store, 1, clock=lambda: now).check)
    consumer = Consumer(MemoryFeed(broker, ["sample.counter"]), kept, [projection])
    until(lambda: bool(consumer.step() or any("OutboxFullError" in each for each in consumer.red())))
    assert seen.find(TENANT, "a", UnitOfWork(store).reading()) is None
    store["outbox"].delete_many({"tenant": TENANT})
    now += 1.0
    until(lambda: bool(consumer.step()))
    assert seen.find(TENANT, "a", UnitOfWork(store).reading()) == Seen(id="a", total=1, times=1)
    assert consumer.red() == []


def test_change_whose_event_no_reader_would_take_is_refused(post: Post, store: Store) -> None:
    answer = post(f"/v1/counters/{'x' * MAX_EVENT_BYTES}/raises", 1)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "event_too_large")
    assert str(MAX_EVENT_BYTES) in answer.get_json()["detail"]
    assert all(store[name].count_documents({"tenant": TENANT}) == 0 for name in ("counters", "outbox", "idempotency"))
