"""A store that conflicts, hangs, dies or loses answers: the caller gets a 2xx or a 503 in time, nothing wrong."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import pytest
from edge import SERVICE, app_of
from flask import Flask
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from sample import TENANT

from eventkit import mongo
from eventkit.health import store_answers
from eventkit.ids import new_id
from eventkit.outbox import MongoOutbox
from eventkit.process import prepare
from testkit.mongo import MongoEngine
from testkit.tokens import TokenFactory

pytestmark = pytest.mark.integration
NOT_YET = {("request_in_flight", "1"), ("unavailable", "2")}
BUDGET_S = mongo.CALL_TIMEOUT_S + 3.0


class Edge:
    """The sample service with the connection that a real one has."""

    def __init__(self, uri: str, tokens: TokenFactory) -> None:
        name = uri.partition("?")[0].rpartition("/")[2]
        self.store = mongo.connect(uri, name, service="faulty")
        prepare(SERVICE, self.store)
        self._tokens = tokens
        self._app: Flask = app_of(tokens.verifier("registration"), self.store)

    def post(self, path: str, key: str = "", *, by: int = 1, **headers: str) -> Any:
        given = {**self._tokens.headers(TENANT, "clerk"), "Idempotency-Key": key or new_id(), **headers}
        return self._app.test_client().post(path, headers=given, json={"by": by})

    def get(self, path: str) -> Any:
        return self._app.test_client().get(path, headers=self._tokens.headers(TENANT, "clerk"))

    def total(self, counter: str) -> int:
        return int(self.get(f"/v1/counters/{counter}").get_json()["total"])


@pytest.fixture
def edge(mongo_uri: str, tokens: TokenFactory) -> Iterator[Edge]:
    made = Edge(mongo_uri, tokens)
    made.post("/v1/counters")  # the first connection is there
    yield made
    made.store.client.close()


@contextmanager
def hung(engine: MongoEngine) -> Iterator[None]:
    """Stop the store in its tracks for the length of the block."""
    assert engine.process is not None
    os.kill(engine.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(engine.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("times", [1, 3])
def test_commit_whose_answer_was_lost_is_asked_for_again(edge: Edge, mongo_engine: MongoEngine, times: int) -> None:
    with mongo_engine.failing(
        {"times": times}, failCommands=["commitTransaction"], closeConnection=True, appName="faulty"
    ):
        answer = edge.post("/v1/counters")
    assert answer.status_code == 201
    assert edge.total(answer.get_json()["id"]) == 1
    assert edge.store["outbox"].count_documents({"key": f"{TENANT}/{answer.get_json()['id']}"}) == 1


def test_commit_that_never_answers_ends_in_503_and_the_repeat_tells(edge: Edge, mongo_engine: MongoEngine) -> None:
    key = new_id()
    with mongo_engine.failing("alwaysOn", failCommands=["commitTransaction"], closeConnection=True, appName="faulty"):
        began = time.monotonic()
        answer = edge.post("/v1/counters/c/raises", key)
        assert time.monotonic() - began < BUDGET_S
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    deadline = time.monotonic() + 15  # the server ends what nobody commits after its own limit
    while (again := edge.post("/v1/counters/c/raises", key)).status_code != 200:
        # The record is being written, or its locks are not had in time: not yet, in either case.
        assert (again.get_json()["code"], again.headers["Retry-After"]) in NOT_YET
        assert time.monotonic() < deadline
    assert edge.total("c") == 1
    assert edge.store["outbox"].count_documents({"key": f"{TENANT}/c"}) == 1


def test_endless_conflicts_end_in_503_within_the_deadline(edge: Edge, mongo_engine: MongoEngine) -> None:
    conflict = {"errorCode": 112, "errorLabels": ["TransientTransactionError"], "appName": "faulty"}
    with mongo_engine.failing("alwaysOn", failCommands=["update", "commitTransaction"], **conflict):
        began = time.monotonic()
        answer = edge.post("/v1/counters")
        assert time.monotonic() - began < BUDGET_S
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert edge.post("/v1/counters").status_code == 201


def test_many_writers_of_one_aggregate_are_answered_in_time_and_none_is_lost(edge: Edge) -> None:
    def write(_: int) -> tuple[int, str | None, float]:
        began = time.monotonic()
        answer = edge.post("/v1/counters/one/raises")
        return answer.status_code, answer.headers.get("Retry-After"), time.monotonic() - began

    edge.post("/v1/counters/one/raises")
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(write, range(128)))
    assert {status for status, _, _ in answers} <= {200, 409, 503}
    assert all(retry for status, retry, _ in answers if status != 200)
    assert max(took for _, _, took in answers) < BUDGET_S
    assert edge.total("one") == 1 + sum(status == 200 for status, _, _ in answers)


def test_hung_store_holds_up_no_thread_for_long_and_the_pool_recovers(edge: Edge, mongo_engine: MongoEngine) -> None:
    def timed(act: Any) -> tuple[int, float]:
        began = time.monotonic()
        return act().status_code, time.monotonic() - began

    acts = [lambda: edge.get("/v1/counters"), lambda: edge.post("/v1/counters")] * 8
    with ThreadPoolExecutor(16) as pool:
        with hung(mongo_engine):
            answers = list(pool.map(timed, acts))
        assert {status for status, _ in answers} == {503}
        assert max(took for _, took in answers) < BUDGET_S
        deadline = time.monotonic() + 10
        while edge.get("/v1/counters").status_code != 200:
            assert time.monotonic() < deadline
        assert {status for status, _ in pool.map(timed, acts)} == {200, 201}


def test_hung_store_is_told_within_its_limit_and_the_relay_does_not_hang(edge: Edge, mongo_engine: MongoEngine) -> None:
    outbox = MongoOutbox(edge.store)
    outbox.ring(100)  # an open doorbell
    with hung(mongo_engine):
        began = time.monotonic()
        for act in (store_answers(edge.store), lambda: outbox.ring(100), lambda: outbox.pending(1)):
            with pytest.raises(PyMongoError):
                act()
        assert time.monotonic() - began < 2 * BUDGET_S


def test_doorbell_whose_place_in_the_oplog_is_gone_is_opened_anew(edge: Edge, mongo_engine: MongoEngine) -> None:
    outbox = MongoOutbox(edge.store)
    outbox.ring(100)
    lost = mongo_engine.failing({"times": 1}, failCommands=["getMore"], errorCode=286, appName="faulty")
    with lost, pytest.raises(PyMongoError):
        outbox.ring(100)
    outbox.ring(100)  # notices
    outbox.ring(100)  # opens from now
    rung = threading.Thread(target=outbox.ring, args=(20_000,))
    began = time.monotonic()
    rung.start()
    edge.post("/v1/counters")
    rung.join()
    assert time.monotonic() - began < 10


def test_a_repeat_before_a_majority_has_the_first_gets_the_same_answer(edge: Edge, mongo_engine: MongoEngine) -> None:
    counter, key = new_id(), new_id()
    path, found = f"/v1/counters/{counter}/raises", {"_id": f"{TENANT}/{counter}", "tenant": TENANT}
    seen = edge.store["counters"].with_options(read_concern=ReadConcern("local"))
    with ThreadPoolExecutor(2) as pool:
        with mongo_engine.unflushed():
            first = pool.submit(edge.post, path, key, by=600)
            deadline = time.monotonic() + 2
            while not seen.find_one(found):
                assert time.monotonic() < deadline
            again = pool.submit(edge.post, path, key, by=600)  # a second raise would pass the limit
            wait([again], timeout=1)
        answers = [first.result(), again.result()]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert edge.total(counter) == 600
