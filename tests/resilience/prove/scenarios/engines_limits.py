"""Too much: an outbox that grows without end, an event or a request that is too large."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from eventkit.ids import new_id
from eventkit.outbox import COLLECTION, Row, document_of, prepare
from prove import answers
from prove.arena import Arena
from prove.outage import restarted
from prove.record import Attempt
from prove.scenario import Scenario

RELAY: Final = "registration.relay"
API: Final = "registration.api"
TENANT: Final = "99"  # of no government: what fills the outbox belongs to nobody
BACKLOG: Final = 200_000
ROUNDS: Final = 6
PER_ROUND: Final = 60
ALLOWED: Final = 1.2
TRIES: Final = 3
HIDDEN: Final = "outbox_aside"


@dataclass
class Arm:
    """The times of one arm, by what was done."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)


def outbox_grows(arena: Arena) -> None:
    """F18: the relay is stopped; a long outbox costs callers nothing, and at its limit writes are refused, not lost."""
    arena.platform.stop(RELAY)
    arena.drive(10)
    rows = arena.database("registration")[COLLECTION]
    own = rows.count_documents({})
    try:
        _fill(arena, BACKLOG)
        _cost_of_length(arena)
        _at_the_limit(arena, rows.count_documents({}))
    finally:
        for name in (COLLECTION, HIDDEN):
            arena.database("registration")[name].delete_many({"tenant": TENANT})
        arena.database("registration").drop_collection(HIDDEN)
    answers.demand(rows.count_documents({}) >= own, "I1", "rows that waited are still there")
    began = time.time()
    arena.platform.start(RELAY)
    arena.converge(within=60)
    arena.recovered("relay back after a long outbox: until nothing waits", time.time() - began)
    arena.check()


def _fill(arena: Arena, amount: int) -> None:
    """Put rows of nobody into the outbox, as large as real ones."""
    rows = arena.database("registration")[COLLECTION]
    for _ in range(amount // 2_000):
        rows.insert_many([_row(b"x" * 600) for _ in range(2_000)], ordered=False)


def _row(value: bytes) -> dict[str, Any]:
    key = f"{TENANT}/{new_id()}"
    made = Row(
        id=new_id(), topic="registration.unit", key=key, sequence=1, headers=[], value=value, at=datetime.now(UTC)
    )
    return document_of(made, TENANT)


def _cost_of_length(arena: Arena) -> None:
    """Compare callers' times with a long and with an empty outbox; what costs something does so each time."""
    ratios = [_compared(arena)]
    while max(ratios[-1].values()) > ALLOWED and len(ratios) < TRIES:
        ratios.append(_compared(arena))
    for name, ratio in ratios[-1].items():
        arena.recovered(f"p99 of {name} with {BACKLOG} rows waiting, against none: ratio", ratio)
    answers.demand(max(ratios[-1].values()) <= ALLOWED, "F18", "p99 with a long outbox", ratios=ratios)


def _compared(arena: Arena) -> dict[str, float]:
    """Measure both arms in turns on the same store; gives the ratio of their p99 for reads and for writes."""
    database = arena.database("registration")
    long, short = Arm(), Arm()
    for _ in range(ROUNDS):
        _measure(arena, long)
        database[COLLECTION].rename(HIDDEN)
        prepare(database)
        _measure(arena, short)
        _move(arena)
    return {
        name: answers.percentile(getattr(long, name), 0.99) / answers.percentile(getattr(short, name), 0.99)
        for name in ("reads", "writes")
    }


def _move(arena: Arena) -> None:
    """Bring the long outbox back, with what was written meanwhile."""
    database = arena.database("registration")
    if meanwhile := list(database[COLLECTION].find({})):
        database[HIDDEN].insert_many(meanwhile)
    database[HIDDEN].rename(COLLECTION, dropTarget=True)


def _measure(arena: Arena, arm: Arm) -> None:
    desk = arena.ground.desks[0]
    for times, make in ((arm.reads, lambda: desk.listing("registration", "programmes")), (arm.writes, desk.unit)):
        for _ in range(PER_ROUND):
            attempt, _ = desk.client.try_once(make())
            answers.demand(attempt.is_success, "F18", "a request while the outbox grows", answered=attempt.status)
            times.append(attempt.answered - attempt.sent)


def _at_the_limit(arena: Arena, rows: int) -> None:
    """With so many rows as the limit, writes answer 503, reads go on, and nothing is half done."""
    desk = arena.ground.desks[0]
    with restarted(arena, [API], BINA_OUTBOX_LIMIT=str(rows)):
        made = desk.unit()
        refused, body = _once(arena, lambda: made)
        answers.demand(refused.status == 503, "F18", "a write at the limit", answered=refused.status, body=body)
        answers.demand(body["code"] == "outbox_full", "F18", "the code at the limit", code=body["code"])
        answers.no_wrong_refusal(arena, "F18", [replace(refused, status=422)])
        read, _ = _once(arena, lambda: desk.listing("registration", "units"))
        answers.demand(read.is_success, "F18", "a read at the limit", answered=read.status)
        health = arena.platform.ready_address(API)
        answers.demand(arena.expect_green(API) < 10, "F18", "the API is ready for reads", address=health)
    again, _ = _once(arena, lambda: made)
    answers.demand(again.is_success, "F18", "the refused write, sent again below the limit", answered=again.status)


def _once(arena: Arena, make: Callable[[], Any]) -> tuple[Attempt, Any]:
    return arena.ground.desks[0].client.try_once(make())


def too_large(arena: Arena) -> None:
    """F33: a request of 2 MB is refused at the door; a row that is too large for a topic waits aside, others go."""
    desk = arena.ground.desks[0]
    large = replace(desk.unit(), body={"kind": "DINAS", "name": "x" * 2_000_000, "valid_from": "2025-01-01"})
    attempt, body = desk.client.try_once(large)
    answers.demand((attempt.status, body["code"]) == (413, "body_too_large"), "F33", "2 MB", answered=attempt)
    rows = arena.database("registration")[COLLECTION]
    row = _row(b"x" * 2_000_000)
    arena.expects_parked = True
    rows.insert_one(row)
    arena.until(lambda: rows.count_documents({"parked.reason": "RECORD_TOO_LARGE"}) == 1, 15, "the row is parked")
    arena.expect_red(RELAY)
    arena.drive(40)
    arena.converge(within=60)
    answers.demand(rows.count_documents({}) == 1, "F33", "only the large row waits")
    rows.delete_one({"_id": row["_id"]})
    arena.expects_parked = False
    arena.expect_green(RELAY)
    arena.check()


SCENARIOS: Final = (
    Scenario(id="F18", title="an outbox of 200,000 rows, then at its limit", run=outbox_grows, minutes=2),
    Scenario(id="F33", title="a request and a row of 2 MB", run=too_large, minutes=0.3, in_cross_section=True),
)
