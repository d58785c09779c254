"""Traps: the short form of a scenario, on things of its own, in which a sabotaged build must be caught.

Each hurts only the programs that it names, and sends only what it needs; a sound build passes it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from eventkit.ids import new_id
from eventkit.kafka import PUBLISH_S
from eventkit.outbox import Row, document_of
from prove.arena import Arena
from prove.bait import BATCHES, SHARED, at_once, events, is_ready, raw_pair, renamed
from prove.desk import Desk, Thing
from prove.ground import SESSION_MS
from prove.outage import failing, stopped
from prove.scenario import Counterexample
from prove.scenarios.engines_broker import _denied
from prove.setup import add_batch, add_people
from prove.topics import RawRecord

API, RELAY, CONSUMER = "registration.api", "registration.relay", "national.consumer"
READER, WRITER = CONSUMER.partition(".")[0], RELAY.partition(".")[0]
SOON_S: Final = 60.0  # generous on a crowded machine; a sound build needs a second or two
LEASE_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """What is done to a build, and which of its programs run sabotaged."""

    run: Callable[[Arena, Sequence[Desk]], None]
    programs: tuple[str, ...]
    web_workers: int = 1


def consumer_dies(arena: Arena, desks: Sequence[Desk]) -> None:
    """A reader is killed before its commit; the event comes again."""
    arena.arm(CONSUMER, "K7", "kill")
    desks[0].must(desks[0].unit())
    arena.wait_fired(CONSUMER)


def api_dies(arena: Arena, desks: Sequence[Desk]) -> None:
    """The web is killed before its commit; the caller asks again with the same key, and once more."""
    arena.arm(API, "W5", "kill")
    unit = desks[0].unit()
    desks[0].do(unit)
    arena.wait_fired(API)
    desks[0].do(unit)


def commit_is_late(arena: Arena, desks: Sequence[Desk]) -> None:
    """An event with an earlier id becomes visible after a later one was published."""
    rows = arena.database(WRITER)["outbox"]
    arena.arm(RELAY, "R1", "stop")
    pid = arena.wait_fired(RELAY)
    early = f"{desks[0].tenant}/{desks[0].must(desks[0].unit())['id']}"
    held = rows.find_one_and_delete({"key": early})
    later = f"{desks[0].tenant}/{desks[0].must(desks[0].unit())['id']}"
    arena.cont(pid)
    arena.until(lambda: not rows.find_one({"key": later}), SOON_S, "the later event is published")
    rows.insert_one(held or {})


def relay_wakes_late(arena: Arena, desks: Sequence[Desk]) -> None:
    """A relay sleeps before it deletes what it sent; its successor holds the lease: the sleeper deletes nothing."""
    rows = arena.database(WRITER)["outbox"]
    arena.arm(RELAY, "R5", "stop")
    key = f"{desks[0].tenant}/{desks[0].must(desks[0].unit())['id']}"
    sleeper = arena.wait_fired(RELAY)
    arena.arm(f"{RELAY}@2", "R2", "stop")
    with arena.twin(WRITER, "relay"):
        successor = arena.wait_fired(f"{RELAY}@2")
        arena.cont(sleeper)
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            if not rows.find_one({"key": key}):
                raise Counterexample("I4", f"outbox row of {key}", seen="deleted by a relay whose lease has passed on")
            time.sleep(0.1)
        arena.cont(successor)
        arena.until(lambda: not rows.find_one({"key": key}), SOON_S, "the successor publishes")


def relays_take_turns(arena: Arena, desks: Sequence[Desk]) -> None:
    """Two healthy relays run: one of them publishes, and nothing is sent twice."""
    with arena.twin(WRITER, "relay") as twin:
        arena.until(twin.is_ready, SOON_S, "the second relay is ready")
        keys = {f"{desk.tenant}/{desk.must(desk.unit())['id']}" for desk in desks for _ in range(6)}
        arena.converge(within=SOON_S)
    for key, seen in events(arena, "registration.unit").items():
        if key in keys and len(seen) > 1:
            raise Counterexample("I4", f"unit {key}", copies=[each.place for each in seen], relays="two, both healthy")


def consumer_wakes_late(arena: Arena, desks: Sequence[Desk]) -> None:
    """A reader sleeps between its decision and its transaction; its successor is further on when it wakes."""
    first, second = raw_pair(arena, desks[0])
    arena.arm(CONSUMER, "K3", "stop")
    arena.produce(SHARED, [second])
    sleeper = arena.wait_fired(CONSUMER)
    with arena.twin(READER, "consumer"):
        time.sleep(SESSION_MS / 1000)
        arena.produce(SHARED, [first])
        key = (first.key or b"").decode()
        view = arena.database(READER)["enrolments"]
        arena.until(lambda: bool(view.find_one({"_id": key, "sequence": 2})), 60, "the successor has applied both")
        arena.cont(sleeper)
        time.sleep(2)
    arena.converge(within=SOON_S)


def broker_is_away(arena: Arena, desks: Sequence[Desk]) -> None:
    """Kafka is silent: one event is on its way to it, another is written while the relay cannot even connect."""
    with stopped(arena, "kafka"):
        for _ in range(2):
            desks[0].must(desks[0].unit())
            time.sleep(PUBLISH_S + 2)


def copies_come(arena: Arena, desks: Sequence[Desk]) -> None:
    """Each event of a batch that was moved twice comes twice, and the first one once more at the end."""
    desk, batch = desks[0], desks[0].things["batches"][0]
    for _ in range(2):
        desk.must(replace(desk.reschedule(batch), version=None))
    arena.converge(within=SOON_S)
    own = renamed(arena, BATCHES, f"{desk.tenant}/{batch.id}")
    arena.produce(BATCHES, [*(each for each in own for _ in range(2)), own[0]])


def order_is_lost(arena: Arena, desks: Sequence[Desk]) -> None:
    """The second event comes before the first: its reader holds it until the first is there."""
    first, second = raw_pair(arena, desks[0])
    arena.produce(SHARED, [second])
    key = (first.key or b"").decode()
    parked = arena.database(READER)["parked"]
    arena.until(lambda: bool(parked.find_one({"key": key, "state": "PARKED"})), SOON_S, f"{key} waits for its first")
    arena.produce(SHARED, [first])


def bytes_are_poison(arena: Arena, desks: Sequence[Desk]) -> None:
    """A record comes that nobody can read, and good ones behind it."""
    headers = [("ce_type", b"\xff\xfe"), ("ce_id", b"not an event")]
    arena.produce(SHARED, [RawRecord(key=b"35.73/nobody", value=b"{", headers=headers)])
    add_people(desks[0], desks[0].any("batches"), 1)


def event_is_bad(arena: Arena, desks: Sequence[Desk]) -> None:
    """An event that its reader refuses is set aside, tried again ever more slowly, and holds up only its own."""
    first, second = raw_pair(arena, desks[0])
    arena.expects_parked = True
    arena.produce(SHARED, [replace(first, value=b"{}"), second])
    parked = arena.database(READER)["parked"]
    of_key = {"key": (first.key or b"").decode(), "state": "PARKED"}
    arena.until(lambda: parked.count_documents(of_key) == 2, SOON_S, "both events of the aggregate are set aside")
    time.sleep(4)
    attempts = max(int(each["attempts"]) for each in parked.find(of_key))
    if attempts > 4:
        raise Counterexample("I6", str(of_key["key"]), attempts=attempts, within="4 s", expected="ever more slowly")


def topic_is_denied(arena: Arena, desks: Sequence[Desk]) -> None:
    """One topic is denied to the relay: the others flow at once."""
    rows = arena.database(WRITER)["outbox"]
    known = arena.ground.desks[0]
    with _denied(arena):
        known.must(replace(known.reschedule(known.things["batches"][0]), version=None))
        arena.until(lambda: bool(rows.find_one({"parked": {"$exists": True}})), SOON_S, "the denied row is parked")
        key = f"{desks[0].tenant}/{desks[0].must(desks[0].unit())['id']}"
        arena.until(lambda: not rows.find_one({"key": key}), 10, "the other topics flow")
    rows.delete_many({"parked": {"$exists": True}})


def row_is_refused(arena: Arena, desks: Sequence[Desk]) -> None:
    """A row that Kafka can never take is set aside, not thrown away."""
    row = Row(
        id=new_id(),
        topic="registration.unit",
        key=f"{desks[0].tenant}/{new_id()}",
        sequence=1,
        headers=[],
        value=b" " * 1_100_000,
        at=datetime.now(UTC),
    )
    rows = arena.database(WRITER)["outbox"]
    rows.insert_one(document_of(row, desks[0].tenant))
    desks[0].must(desks[0].unit())
    time.sleep(1)
    arena.until(lambda: rows.count_documents({"parked": {"$exists": False}}) == 0, SOON_S, "the rest is published")
    if rows.delete_one({"_id": row.id}).deleted_count == 0:
        raise Counterexample("I8", f"outbox row {row.id}", seen="neither published nor set aside")


def key_is_used_at_once(arena: Arena, desks: Sequence[Desk]) -> None:
    """The same request comes twenty times at once."""
    unit = desks[0].unit()
    at_once([lambda: desks[0].do(unit)] * 20)


def last_seat_is_wanted(arena: Arena, desks: Sequence[Desk]) -> None:
    """Many want the only seat at once; one gets it."""
    batch = add_batch(desks[0], desks[0].any("programmes").id, seats=1)
    report = desks[0].must(desks[0].nomination(batch.id, 10))
    wanted = [desks[0].confirmation(str(row["id"])) for row in report["rows"]]
    # The first commit is held, so that all others have read before it.
    slow = {"failCommands": ["commitTransaction"], "blockConnection": True, "blockTimeMS": 500}
    with failing(arena, WRITER, {"times": 1}, **slow):
        at_once([lambda one=one: desks[0].do(one) for one in wanted])


def neighbours_look(arena: Arena, desks: Sequence[Desk]) -> None:
    """Two tenants look at their own lists."""
    newest = [desk.must(desk.unit())["id"] for desk in desks]
    for desk, last in zip(desks, newest, strict=True):
        desk.must(desk.listing("registration", "units"))
        desk.must(desk.listing("registration", "units", after=str(last)))  # there the next tenant's begin


def version_is_old(arena: Arena, desks: Sequence[Desk]) -> None:
    """Two changes are made on the condition of the same version."""
    unit = Thing(str(desks[0].must(desks[0].unit())["id"]))
    for _ in range(2):
        desks[0].do(desks[0].unit_change(unit))


def code_is_taken(arena: Arena, desks: Sequence[Desk]) -> None:
    """A second programme under the same code is refused, and at once."""
    programme = desks[0].programme()
    desks[0].must(programme)
    key = desks[0].fresh_key()
    began = time.monotonic()
    attempt, _ = desks[0].client.send(replace(programme, id=key, key=key), patience=5)
    if attempt.status != 409:
        took = f"{time.monotonic() - began:.1f} s"
        raise Counterexample("I9", f"programme {programme.marker}", expected=409, status=attempt.status, after=took)


def readers_share(arena: Arena, desks: Sequence[Desk]) -> None:
    """Two readers of a service share its partitions, and both stay."""
    with arena.twin(READER, "consumer") as twin:
        own = str(arena.platform.ready_address(CONSUMER))
        arena.until(lambda: twin.is_ready() and is_ready(own), SOON_S, "both readers have partitions")
        desks[0].must(desks[0].unit())
        time.sleep(2)
        if not (twin.is_alive() and twin.is_ready() and is_ready(own)):
            raise Counterexample("I6", f"two of {CONSUMER}", seen="one drives the other out")


TRAPS: Final = {
    "F01-K7": Trap(run=consumer_dies, programs=(CONSUMER,)),
    "F01-W5": Trap(run=api_dies, programs=(API,)),
    "F01-late": Trap(run=commit_is_late, programs=(RELAY,)),
    "F02": Trap(run=relay_wakes_late, programs=(RELAY,)),
    "F02-two": Trap(run=relays_take_turns, programs=(RELAY,)),
    "F03": Trap(run=consumer_wakes_late, programs=(CONSUMER,)),
    "F05": Trap(run=version_is_old, programs=(API,)),
    "F05-taken": Trap(run=code_is_taken, programs=(API,)),
    "F10": Trap(run=broker_is_away, programs=(RELAY,)),
    "F20": Trap(run=copies_come, programs=(CONSUMER,)),
    "F21": Trap(run=order_is_lost, programs=(CONSUMER,)),
    "F22": Trap(run=bytes_are_poison, programs=(CONSUMER,)),
    "F25": Trap(run=event_is_bad, programs=(CONSUMER,)),
    "F29": Trap(run=readers_share, programs=(CONSUMER,)),
    "F32": Trap(run=topic_is_denied, programs=(RELAY,)),
    "F33": Trap(run=row_is_refused, programs=(RELAY,)),
    "F38": Trap(run=key_is_used_at_once, programs=(API,)),
    "F39": Trap(run=last_seat_is_wanted, programs=(API,), web_workers=2),  # in one, the changes of a batch take turns
    "I5": Trap(run=neighbours_look, programs=(API,)),
}
