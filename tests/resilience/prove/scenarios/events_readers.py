"""Readers in trouble: a failing fold, a store that is away, a slow or blocking handler, members that come and go."""

import os
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import psutil
import requests

from bina import stores
from prove.arena import Arena
from prove.scenario import Counterexample, Scenario
from prove.wire import TOPIC, Unit

STORM_S: Final = float(os.environ.get("PROVE_STORM_S", "60"))  # the long form takes 300
TURN_S: Final = 2.0
SLOW_S: Final = 40.0
OUTAGE_S: Final = 20.0
MORE_BYTES: Final = 60_000_000
BLOCK_S: Final = {"beyond the poll interval": 22.0, "beyond the watchdog": 45.0}


def failing_fold(arena: Arena) -> None:
    """F25: the fold of one aggregate raises; it waits, tried less and less often, and nothing else does."""
    unit, other = Unit(), Unit()
    arena.rebuild(BINA_SABOTAGE="fold-fails", BINA_DISTURBED=unit.key)
    try:
        with arena.load(rate=20, writers=2) as load:
            before, began = load.count(), time.monotonic()
            arena.produce(TOPIC, [unit.event(number) for number in (1, 2, 3)])
            arena.recovered("red for a failing fold", arena.expect_red("national.consumer"))
            arena.produce(TOPIC, [other.event(1)])
            arena.recovered("another aggregate goes on meanwhile", _until_at(arena, other, 1))
            attempts = _first_attempts(arena, unit)
            arena.until(lambda: load.count() - before >= 100, 60, "load goes on")
        arena.until(lambda: not _without_parked(arena), 30, "everything else is read while one waits")
        rows = list(arena.database("national")["parked"].find({"key": unit.key}, sort=[("sequence", 1)]))
        reasons = [row["reason"] for row in rows]
        tries, seconds = int(rows[0]["attempts"]), time.monotonic() - began
        if reasons != ["HANDLER_FAILED", "BEHIND_PARKED", "BEHIND_PARKED"] or tries > attempts + 2 + seconds / 2:
            raise Counterexample("I4", unit.key, reasons=reasons, attempts=tries, seconds=f"{seconds:.0f}")
    finally:
        arena.rebuild()
    for reader in ("national", "monitoring"):
        stores.retry(arena.database(reader), None)
    arena.recovered("the waiting aggregate after the mended release", _until_at(arena, unit, 3))
    arena.check()


def own_store_away(arena: Arena) -> None:
    """F26: the reader's own store stops; the reader stays in its group, sets nothing aside, and goes on afterwards."""
    arena.converge()
    before, dead = _standing(arena, "curriculum"), _dead(arena, "curriculum")
    with arena.load(rate=10, writers=2):
        arena.platform.stop("curriculum.mongod")
        stopped = time.monotonic()
        arena.recovered("red without its store", arena.expect_red("curriculum.consumer"))
        arena.until(lambda: time.monotonic() - stopped > OUTAGE_S, OUTAGE_S + 5, "the outage lasts")
        arena.platform.start("curriculum.mongod")
        arena.recovered("green after its store is back", arena.expect_green("curriculum.consumer"))
    after = _standing(arena, "curriculum")
    if after != before:
        raise Counterexample(
            "I6", "curriculum.consumer", before=before, after=after, expected="no rebalance, no restart"
        )
    if _dead(arena, "curriculum") != dead:
        raise Counterexample("I8", "curriculum.consumer", dead_letters=_dead(arena, "curriculum") - dead)
    arena.recovered("everything read after its store is back", arena.converge())
    arena.check()


def slow_reader(arena: Arena) -> None:
    """F27: each fold takes about a hundred times as long; the lag shows, nobody is evicted, producers feel nothing."""
    calm = _answer_times(arena, lambda: arena.drive(60))
    arena.converge()
    arena.rebuild(BINA_SABOTAGE="fold-slow", BINA_DISTURBED="national")
    try:
        before, memory = _standing(arena, "national"), _memory(arena, "national.consumer")
        units = [Unit() for _ in range(400)]
        arena.produce(TOPIC, [unit.event(1) for unit in units])
        slow = _answer_times(arena, lambda: arena.drive(60))
        lags, end = [], time.monotonic() + SLOW_S
        while time.monotonic() < end:
            lags.append(_lag(arena))
            time.sleep(1.0)
        grown = _memory(arena, "national.consumer") - memory
        if max(lags) < 20:
            raise Counterexample("I7", "national.consumer", lag_that_it_told=max(lags), expected="at least 20 records")
        if _standing(arena, "national") != before:
            raise Counterexample("I6", "national.consumer", seen="evicted or restarted", before=before)
        if grown > MORE_BYTES:
            raise Counterexample("I6", "national.consumer", memory_grown=f"{grown / 1e6:.0f} MB")
        if slow > max(2 * calm, calm + 0.1):
            raise Counterexample(
                "I6", "producers", median_calm=f"{calm:.3f} s", median_beside_slow_reader=f"{slow:.3f} s"
            )
    finally:
        arena.rebuild()
    arena.recovered("the backlog of a slow reader read by a quick one", arena.converge())
    arena.check()


def blocking_handler(arena: Arena) -> None:
    """F28: a handler blocks longer than a member may; its partitions move on or it is ended, and nothing is doubled."""
    mark = arena.ground.faults / "blocks"
    arena.rebuild(BINA_SABOTAGE="fold-blocks", BINA_DISTURBED=str(mark), BINA_KAFKA_POLL_MS="10000")
    try:
        _block(arena, mark, "beyond the watchdog")
        with arena.twin("national", "consumer") as twin:
            arena.until(twin.is_ready, 60, "the second consumer has its share")
            _block(arena, mark, "beyond the poll interval")
    finally:
        mark.unlink(missing_ok=True)
        arena.rebuild()
    arena.check()


def storm(arena: Arena) -> None:
    """F29: a second consumer comes and goes every two seconds, then the first is restarted in turn with it."""
    calm = _drain_rate(arena)
    began = time.monotonic()
    joined = 0
    with arena.load(rate=10, writers=2):
        rates = []
        while time.monotonic() - began < STORM_S:
            with arena.twin("national", "consumer") as twin:
                rates.append(_drain_rate(arena, least=TURN_S))
                joined += twin.is_ready()
    ended = time.monotonic()
    arena.converge(within=30)
    recovered = time.monotonic() - ended
    arena.recovered("everything read after the storm", recovered)
    stormy = statistics.median(rates)
    arena.recovered(f"storm of {STORM_S:.0f} s: {stormy:.0f} against {calm:.0f} records a second in calm", 0.0)
    if recovered > 10 or stormy < calm / 2:
        raise Counterexample(
            "I6", "a rebalance storm", calm=f"{calm:.0f}/s", storm=f"{stormy:.0f}/s", recovered=f"{recovered:.1f} s"
        )
    _rolling_restart(arena)
    arena.check()


def _rolling_restart(arena: Arena) -> None:
    with arena.load(rate=10, writers=2), arena.twin("national", "consumer") as twin:
        arena.until(twin.is_ready, 60, "the second consumer has its share")
        began = time.monotonic()
        arena.platform.stop("national.consumer")
        arena.platform.start("national.consumer")
        twin.end()
        twin.revive()
        arena.until(twin.is_ready, 60, "the second consumer is back")
        arena.recovered("a rolling restart of two consumers", time.monotonic() - began)
    gone = time.monotonic()
    arena.converge(within=30)
    arena.recovered("everything read after the second consumer has left", time.monotonic() - gone)


def _block(arena: Arena, mark: Any, how: str) -> None:
    units = [Unit() for _ in range(30)]
    arena.converge()
    began = time.monotonic()
    mark.write_text(str(BLOCK_S[how]), "ascii")
    arena.produce(TOPIC, [unit.event(1) for unit in units])
    for unit in units:
        arena.until(lambda u=unit: _is_at(arena, u, 1), 90, f"{unit.key} applied although a handler blocked {how}")
    arena.recovered(f"a handler that blocked {how}", time.monotonic() - began, BLOCK_S[how])
    arena.until(lambda: not mark.exists(), 5, "the block was met")
    arena.expect_green("national.consumer", within=60)
    arena.converge(within=90)


def _drain_rate(arena: Arena, *, least: float = 0.0) -> float:
    """Give records a second at which national takes in fresh events, over at least so many seconds."""
    began, count = time.monotonic(), 0
    while count == 0 or time.monotonic() - began < least:
        units = [Unit() for _ in range(RUN)]
        arena.produce(TOPIC, [unit.event(1) for unit in units])
        keys = [unit.key for unit in units]
        query = {"_id": {"$in": keys}, "tenant": units[0].tenant}
        arena.until(lambda q=query: _count(arena, q) == RUN, 60, f"{RUN} events are applied")
        count += RUN
    return count / (time.monotonic() - began)


def _answer_times(arena: Arena, act: Callable[[], None]) -> float:
    """Give the median time of an answer to a change while something is done."""
    seen = len(arena.ground.ledger.snapshot())
    act()
    times = [each.answered - each.sent for each in arena.ground.ledger.snapshot()[seen:] if each.is_success]
    return statistics.median(times)


def _standing(arena: Arena, service: str) -> Mapping[str, object]:
    """Say who consumes and how often each partition was given anew."""
    identity = arena.platform.program(f"{service}.consumer").identity
    epochs = {row["_id"]: row["epoch"] for row in arena.database(service)["checkpoints"].find()}
    return {"pid": identity.pid if identity else None, "epochs": sum(epochs.values())}


def _memory(arena: Arena, program: str) -> int:
    identity = arena.platform.program(program).identity
    return int(psutil.Process(identity.pid).memory_info().rss) if identity else 0


def _lag(arena: Arena) -> int:
    address = str(arena.platform.ready_address("national.consumer"))
    return int(requests.get(address, timeout=10).json().get("lag_records", 0))


def _dead(arena: Arena, reader: str) -> int:
    return arena.database(reader)["parked"].count_documents({"state": "DEAD_LETTER"})


def _without_parked(arena: Arena) -> dict[str, object]:
    return {name: value for name, value in arena.backlog().items() if not name.endswith("parked")}


def _first_attempts(arena: Arena, unit: Unit) -> int:
    row = arena.database("national")["parked"].find_one({"key": unit.key, "sequence": 1})
    return int(row["attempts"]) if row else 0


def _is_at(arena: Arena, unit: Unit, sequence: int) -> bool:
    query = {"_id": unit.key, "tenant": unit.tenant, "sequence": sequence}
    return _count(arena, query) == 1


def _count(arena: Arena, query: Mapping[str, Any]) -> int:
    return arena.database("national")["units"].count_documents(query)


def _until_at(arena: Arena, unit: Unit, sequence: int) -> float:
    return arena.until(lambda: _is_at(arena, unit, sequence), 30, f"event {sequence} of {unit.key} is applied")


RUN: Final = 200

SCENARIOS: Final = (
    Scenario(id="F25", title="the fold of one aggregate fails", run=failing_fold, minutes=1.2),
    Scenario(id="F26", title="a reader without its own store", run=own_store_away, minutes=1.0),
    Scenario(id="F27", title="a reader a hundred times slower", run=slow_reader, minutes=1.8),
    Scenario(id="F28", title="a handler that blocks", run=blocking_handler, minutes=2.5),
    Scenario(id="F29", title="consumers that come and go", run=storm, minutes=2.5),
)
