"""The broker fails: killed again and again, hung, absent at the start, a topic missing or denied."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import psutil
import requests
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from bina.engines import kafka_access
from eventkit.ids import new_id
from eventkit.outbox import Row, document_of
from prove import answers
from prove.arena import Arena
from prove.outage import kill_for, pause, stopped
from prove.scenario import Scenario

RELAY: Final = "registration.relay"
PUBLISHERS: Final = ("registration", "curriculum", "monitoring")
MEMORY_MB: Final = 48.0
TOPIC: Final = "registration.batch"


def broker_killed(arena: Arena, outages: tuple[float, ...]) -> None:
    """F10: the broker is killed again and again under load; writes go on, the outbox grows and drains."""
    began = time.time()
    resets = _metric(arena, RELAY, "producer_resets")
    with arena.load(rate=20, writers=6):
        for seconds in outages:
            killed = time.time()
            started = kill_for(arena, "kafka", seconds)
            _writes_went_on(arena, killed, started, "while the broker was away")
            arena.recovered("broker killed: from its start until what waited is published", _drained(arena, started))
    answers.no_5xx("F10", answers.between(arena, began), "whatever the broker does")
    arena.recovered("producers thrown away", _metric(arena, RELAY, "producer_resets") - resets)
    for program in (RELAY, "national.consumer"):
        arena.expect_green(program)
    arena.check()


def broker_hangs(arena: Arena) -> None:
    """F11: the broker is stopped for a minute; the relay says so, keeps its memory, and goes on."""
    before = _memory(arena, RELAY)
    with arena.load(rate=20, writers=4):
        began = time.time()
        with stopped(arena, "kafka"):
            arena.recovered("relay red after the broker hangs", arena.expect_red(RELAY))
            for program in ("national.consumer", "curriculum.consumer"):
                arena.expect_red(program)
            pause(max(0.0, began + 60 - time.time()))
            grown = _memory(arena, RELAY) - before
        back = time.time()
        _writes_went_on(arena, began, back, "while the broker hangs")
        arena.recovered("broker hung 60 s: from its going on until what waited is published", _drained(arena, back))
    answers.demand(grown < MEMORY_MB, "I6", "memory of the relay", grown_mb=round(grown, 1))
    for program in (RELAY, "national.consumer", "curriculum.consumer"):
        arena.expect_green(program)
    arena.check()


def no_broker_at_start(arena: Arena) -> None:
    """F14: the services start before Kafka; they take work, and heal by themselves when it comes."""
    arena.platform.stop("kafka")
    names = [f"{service.name}.{process}" for service in arena.stack.services for process in service.processes]
    for name in names:
        arena.platform.kill(name)
    for name in (each for each in names if each.endswith(".api")):
        arena.platform.wait_until_ready(name, within=60)
    since = time.time()
    arena.drive(40)
    _writes_went_on(arena, since, time.time(), "before there is a broker")
    arena.expect_red(RELAY)
    alive = requests.get(_address(arena, RELAY, "healthz"), timeout=5).status_code
    answers.demand(alive == requests.codes.ok, "F14", "a relay without a broker is alive", status=alive)
    waiting = arena.database("registration")["outbox"].count_documents({})
    answers.demand(waiting > 0, "F14", "events wait in the outbox", rows=waiting)
    arena.platform.start("kafka", within=90)
    began = time.time()
    arena.converge(within=90)
    arena.recovered("services started before Kafka: until nothing waits", time.time() - began)
    for name in names:
        arena.expect_green(name)
    arena.check()


def topic_gone_or_denied(arena: Arena) -> None:
    """F32: one topic is denied to the relay and one is missing; the others flow, the rows wait and go later."""
    rows = arena.database("registration")["outbox"]
    resets = _metric(arena, RELAY, "producer_resets")
    absent = _row_of_no_topic()
    with _denied(arena):
        rows.insert_one(absent)
        desk = arena.ground.desks[0]
        desk.must(replace(desk.reschedule(desk.any("batches")), version=None))
        # A fresh producer may describe a denied topic as little as a missing one.
        refused = {"parked.reason": {"$in": ["TOPIC_MISSING", "TopicAuthorizationFailedError"]}}
        arena.until(lambda: len(rows.distinct("topic", refused)) == 2, 60, "both rows are parked")
        arena.drive(60)
        # Later events of a parked key wait behind it; every other topic is empty again.
        arena.until(lambda: set(rows.distinct("topic")) == {TOPIC, absent["topic"]}, 60, "the other topics flow")
        arena.expect_red(RELAY)
        answers.demand(_metric(arena, RELAY, "outbox_parked") >= 2, "I7", "the metric of parked rows")
    rows.delete_one({"_id": absent["_id"]})
    began = time.time()
    arena.converge(within=60)
    arena.recovered("topic allowed again: until its events are published", time.time() - began, detection=30.0)
    answers.demand(_metric(arena, RELAY, "producer_resets") > resets, "F32", "the producer was made anew")
    arena.expect_green(RELAY)
    arena.check()


def _row_of_no_topic() -> dict[str, Any]:
    row = Row(
        id=new_id(),
        topic="registration.absent",
        key=f"35.73/{new_id()}",
        sequence=1,
        headers=[],
        value=b"{}",
        at=datetime.now(UTC),
    )
    return document_of(row, "35.73")


@contextmanager
def _denied(arena: Arena) -> Iterator[None]:
    """Forbid registration to write to one of its topics."""
    admin = kafka_access.connect(arena.stack.broker)
    who = {"principal": "User:registration", "host": "*"}
    what = {"operation": ACLOperation.WRITE, "permission_type": ACLPermissionType.DENY}
    place = (ResourceType.TOPIC, TOPIC, ACLResourcePatternType.LITERAL)
    rule = ACLFilter(**who, **what, resource_pattern=ResourcePatternFilter(*place))
    try:
        admin.create_acls([ACL(**who, **what, resource_pattern=ResourcePattern(*place))])
        arena.until(lambda: bool(admin.describe_acls(rule)[0]), 10, "the denial holds")
        yield
    finally:
        admin.delete_acls([rule])
        admin.close()


def _writes_went_on(arena: Arena, since: float, until: float, when: str) -> None:
    during = answers.between(arena, since, until)
    written = [each for each in during if each.is_success and each.intention.method != "GET"]
    answers.demand(written or until - since < 2, "F10", f"writes are acknowledged {when}", of=len(during))
    answers.no_5xx("F10", during, when)


def _drained(arena: Arena, since: float) -> float:
    """Wait until what waits now is published; gives the seconds since that moment."""
    waiting = {name: _pending(arena, name) for name in PUBLISHERS}

    def is_gone() -> bool:
        return not any(
            arena.database(name)["outbox"].find_one({"_id": {"$in": ids}}) for name, ids in waiting.items() if ids
        )

    arena.until(is_gone, 180, "what waited is published")
    return time.time() - since


def _pending(arena: Arena, service: str) -> list[str]:
    return [str(each["_id"]) for each in arena.database(service)["outbox"].find({}, {"_id": 1})]


def _memory(arena: Arena, program: str) -> float:
    identity = arena.platform.program(program).identity
    return 0.0 if identity is None else float(psutil.Process(identity.pid).memory_info().rss) / 1e6


def _address(arena: Arena, program: str, path: str) -> str:
    return str(arena.platform.ready_address(program)).replace("readyz", path)


def _metric(arena: Arena, program: str, name: str) -> float:
    text = requests.get(_address(arena, program, "metrics"), timeout=10).text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(f"bina_{name} "))


OUTAGES: Final = (10.0, 2.0, 0.5, 2.0, 1.0) * 4
SCENARIOS: Final = (
    Scenario(
        id="F10", title="Kafka killed 20 times under load", run=lambda arena: broker_killed(arena, OUTAGES), minutes=5
    ),
    Scenario(
        id="F10-once",
        title="Kafka killed once under load",
        run=lambda arena: broker_killed(arena, (2.0,)),
        minutes=0.4,
        in_cross_section=True,
    ),
    Scenario(id="F11", title="Kafka stopped for 60 s", run=broker_hangs, minutes=1.5),
    Scenario(id="F14", title="the services start before Kafka", run=no_broker_at_start, minutes=0.8),
    Scenario(id="F32", title="one topic missing, one denied", run=topic_gone_or_denied, minutes=1),
)
