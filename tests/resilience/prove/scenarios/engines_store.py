"""The store fails: unknown commits, conflicts, crashes, hangs, an oplog that has rolled over."""

import json
import threading
import time
from dataclasses import replace
from typing import Final

from bson import Timestamp
from pymongo.errors import OperationFailure

from eventkit.mongo import ABORT_S, CALL_TIMEOUT_S, WRITE_TIMEOUT_S
from prove import answers
from prove.arena import Arena
from prove.outage import failing, kill_for, pause, restarted, stopped, until_primary
from prove.proxy import Proxy
from prove.record import Attempt
from prove.scenario import Scenario

SERVICES: Final = ("registration", "curriculum", "monitoring")
STORE: Final = "registration.mongod"
API: Final = "registration.api"
BUSY_S: Final = 2.0  # that a busy machine adds
DEADLINE_S: Final = max(WRITE_TIMEOUT_S + ABORT_S, CALL_TIMEOUT_S) + BUSY_S
CALM_AFTER_S: Final = 5.0
CAPPED_POSITION_LOST: Final = 136


def unknown_commit(arena: Arena) -> None:
    """F04: the commit's answer is lost, by a failpoint, by the death of the store, by a line that swallows replies."""
    began = time.time()
    with arena.load(rate=30, writers=6):
        for service in SERVICES:
            how = {"failCommands": ["commitTransaction"], "closeConnection": True}
            with failing(arena, service, {"activationProbability": 0.4}, **how):
                pause(4)
        _store_dies_at(arena, API, "W5", STORE)
        _store_dies_at(arena, "curriculum.consumer", "K7", "curriculum.mongod")
    _replies_are_lost(arena)
    attempts = answers.between(arena, began)
    answers.refuse_only_with_503("F04", attempts)
    arena.converge(within=120)
    answers.no_wrong_refusal(arena, "F04", attempts)
    arena.check()


def _store_dies_at(arena: Arena, program: str, point: str, store: str) -> None:
    """Hold a program just before its commit, kill the store, let the program go on."""
    arena.arm(program, point, "stop")
    pid = arena.wait_fired(program, within=60)
    arena.platform.kill(store)
    arena.cont(pid)
    since = time.time()
    service = store.partition(".")[0]
    until_primary(arena, service)
    took = answers.until_2xx(arena, since, service="registration" if service == "registration" else "curriculum")
    arena.recovered(f"{store} killed while {program} commits", took)


def _replies_are_lost(arena: Arena) -> None:
    """Let registration's API speak to its store through a line that swallows replies now and then."""
    service = arena.stack.service("registration")
    assert service is not None
    user = arena.stack.store_user(service)
    with Proxy(arena.stack.store(service).port) as proxy:
        login = f"{user.database}:{user.password}@127.0.0.1:{proxy.port}/{user.database}"
        address = f"mongodb://{login}?authSource={user.database}&directConnection=true"
        with restarted(arena, [API], BINA_MONGO_URI=address), arena.load(rate=20, writers=4):
            _swallow(proxy, times=3)
        answers.demand(proxy.swallowed > 0, "F04", "replies were swallowed", bytes=proxy.swallowed)


def _swallow(proxy: Proxy, *, times: int) -> None:
    for _ in range(times):
        with proxy.swallowing("replies"):
            pause(1.5)
        pause(3)


def conflicts(arena: Arena) -> None:
    """F05: 64 writers on one aggregate, then a store that answers every write with a conflict."""
    unit = arena.ground.desks[0].any("units")
    began = time.time()
    place = arena.platform.layout.log_of(API).stat().st_size
    threads = [threading.Thread(target=_write_often, args=(arena, unit.id, 4)) for _ in range(64)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    storm = answers.between(arena, began)
    _answered_in_time(arena, "64 writers of one unit", storm, place)
    place, began = arena.platform.layout.log_of(API).stat().st_size, time.time()
    how = {"errorCode": 112, "errorLabels": ["TransientTransactionError"], "failCommands": ["update"]}
    with failing(arena, "registration", "alwaysOn", **how):
        _write_often(arena, unit.id, 4)
    refused = answers.between(arena, began)
    answers.demand({each.status for each in refused} <= {409, 503}, "F05", "endless conflicts", seen=refused)
    _answered_in_time(arena, "endless conflicts", refused, place)
    since = time.time()
    _write_often(arena, unit.id, 1)
    answers.no_5xx("F05", answers.between(arena, since), "after the conflicts")
    arena.check()


def _answered_in_time(arena: Arena, name: str, attempts: list[Attempt], place: int) -> None:
    """Demand known answers only, and that the service worked on none of them longer than it may.

    Callers beyond the service's threads wait for their turn before that; their times are noted, not demanded.
    """
    seen = answers.statuses(attempts)
    answers.demand(set(seen) <= {200, 409, 503}, "F05", name, seen=seen)
    lines = arena.platform.layout.log_of(API).read_bytes()[place:].splitlines()
    took = [
        json.loads(line)["ms"] / 1000
        for line in lines
        if b'"event": "request"' in line and b"/changes" in line and b"POST" in line
    ]
    handled, waited = answers.percentile(took, 0.99), answers.percentile(answers.seconds(attempts), 0.99)
    arena.recovered(f"{name}: p99 of the work on a request", handled)
    arena.recovered(f"{name}: p99 as callers see it, with waiting for a thread", waited)
    answers.demand(len(took) >= len(attempts), "F05", "requests in the service's log", log=len(took), of=len(attempts))
    answers.demand(handled < DEADLINE_S, "F05", f"p99 of the work, {name}", seconds=handled, seen=seen)


def _write_often(arena: Arena, unit: str, times: int) -> None:
    desk = arena.ground.desks[0]
    thing = replace(desk.things["units"][0], id=unit)
    for _ in range(times):
        desk.client.try_once(replace(desk.unit_change(thing), version=None))


def store_killed(arena: Arena, outages: tuple[float, ...]) -> None:
    """F06: the store is killed again and again under load and comes back after a while."""
    began = time.time()
    calm: list[tuple[float, float]] = []
    with arena.load(rate=20, writers=6):
        for seconds in outages:
            killed = time.time()
            started = kill_for(arena, STORE, seconds)
            back = until_primary(arena, "registration")
            arena.recovered(
                "mongod killed: from its start to the first write",
                answers.until_2xx(arena, started, service="registration"),
                detection=back - started,
            )
            pause(max(0.0, back + CALM_AFTER_S + 2.0 - time.time()))
            calm.append((back + CALM_AFTER_S, time.time()))
            _told_as_unavailable(arena, killed, started, seconds)
    answers.refuse_only_with_503("F06", answers.between(arena, began))
    for since, until in calm:
        ended = [each for each in answers.between(arena, since, until) if each.answered < until]  # not by the next kill
        answers.no_5xx("F06", ended, "5 s after the store is back")
    arena.check()
    rows = arena.database("registration")["outbox"]
    told, counted = rows.estimated_document_count(), rows.count_documents({})
    answers.demand(told == counted, "I6", "the outbox's own count after crashes", told=told, counted=counted)


def _told_as_unavailable(arena: Arena, killed: float, started: float, seconds: float) -> None:
    """In an outage that is long enough to be noticed, writes are answered 503."""
    during = [
        each
        for each in answers.between(arena, killed + 1.0, started)
        if each.intention.service == "registration" and each.status and each.answered < started
    ]
    seen = answers.statuses(during)
    answers.demand(set(seen) <= {503} or seconds < 3, "F06", "answers without a store", seen=seen)


def store_hangs(arena: Arena) -> None:
    """F07: the store is stopped for half a minute and goes on."""
    with arena.load(rate=20, writers=6):
        began = time.time()
        with stopped(arena, STORE):
            for program in (API, "registration.relay"):
                arena.expect_red(program)
            pause(max(0.0, began + 30 - time.time()))
        back = time.time()
        arena.recovered(
            "mongod hung 30 s: from its going on to the first write",
            answers.until_2xx(arena, back, service="registration"),
        )
        pause(max(0.0, back + CALM_AFTER_S + 3.0 - time.time()))
        after = time.time()
    hung = [each for each in answers.between(arena, began, back) if each.intention.service == "registration"]
    slowest = max(answers.seconds(hung))
    answers.demand(slowest < DEADLINE_S, "F07", "the slowest answer without a store", seconds=slowest)
    arena.recovered("slowest answer while mongod hangs", slowest)
    answers.refuse_only_with_503("F07", hung)
    answers.no_5xx("F07", answers.between(arena, back + CALM_AFTER_S, after), "5 s after the store goes on")
    for program in (API, "registration.relay"):
        arena.expect_green(program)
    arena.check()


def oplog_rolls_over(arena: Arena) -> None:
    """F09: what the doorbell of a stopped relay points to is no longer in the oplog when it goes on."""
    relay = "registration.relay"
    log = arena.platform.layout.log_of(relay)
    said = log.stat().st_size
    with stopped(arena, relay):
        arena.drive(30)
        since = _last_entry(arena)
        seconds = _write_past(arena, since)
        arena.drive(10)
    arena.recovered("relay whose doorbell's place is gone: until nothing waits", arena.converge(within=60))
    arena.expect_green(relay)
    complaints = log.read_bytes()[said:].count(b"relay waits for its store")
    answers.demand(complaints <= 2, "F09", "the doorbell is opened anew at once", complaints=complaints, s=seconds)
    arena.platform.stop(relay)
    arena.drive(20)
    _write_past(arena, _last_entry(arena))
    arena.platform.start(relay)
    arena.check()


def _last_entry(arena: Arena) -> Timestamp:
    last = arena.database("registration").client["local"]["oplog.rs"].find_one(sort=[("$natural", -1)])
    assert last is not None
    return last["ts"]


def _write_past(arena: Arena, since: Timestamp) -> float:
    """Write until the oplog no longer holds this moment; gives the seconds that it took."""
    client = arena.database("registration").client
    filler, oplog = client["filler"]["rows"], client["local"]["oplog.rs"]
    began = time.monotonic()

    def is_gone() -> bool:
        filler.insert_many([{"text": "x" * 1_000_000} for _ in range(8)])
        try:
            oldest = oplog.find_one(sort=[("$natural", 1)])
        except OperationFailure as error:  # it was cut off while we looked
            if error.code != CAPPED_POSITION_LOST:
                raise
            return False
        return oldest is not None and oldest["ts"] > since

    arena.until(is_gone, 120, "the oplog has rolled over")
    client.drop_database("filler")
    return time.monotonic() - began


OUTAGES: Final = (10.0, 2.0, 0.5, 2.0, 1.0) * 4
SCENARIOS: Final = (
    Scenario(id="F04", title="the commit's answer is lost", run=unknown_commit, minutes=1.5),
    Scenario(id="F05", title="64 writers of one unit; endless conflicts", run=conflicts, minutes=0.8),
    Scenario(
        id="F06", title="mongod killed 20 times under load", run=lambda arena: store_killed(arena, OUTAGES), minutes=5
    ),
    Scenario(
        id="F06-once",
        title="mongod killed once under load",
        run=lambda arena: store_killed(arena, (3.0,)),
        minutes=0.4,
        in_cross_section=True,
    ),
    Scenario(id="F07", title="mongod stopped for 30 s", run=store_hangs, minutes=1),
    Scenario(id="F09", title="the oplog rolls over while the relay is down", run=oplog_rolls_over, minutes=0.6),
)
