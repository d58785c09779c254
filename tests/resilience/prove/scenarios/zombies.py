"""F02 F03 F37: programs that wake up when others have taken their place, and programs that are asked to end."""

import signal
import time
from collections.abc import Mapping
from functools import partial
from typing import Final

import psutil

from prove.arena import Arena
from prove.scenario import Counterexample, Scenario
from prove.scenarios import crash
from prove.victims import LEASE_S, LIMITS, SESSION_S, Victim

RELAY: Final = "registration.relay"
CONSUMER: Final = "curriculum.consumer"
END_WITHIN_S: Final = 10.0
WITHIN_S: Final = 240.0
BATCH: Final = 500


def zombie_relay(point: str, arena: Arena) -> None:
    """Stop the relay, let another take the lease and stop it too, wake the first: it must delete nothing any more."""
    outbox = arena.database("registration")["outbox"]
    leases = arena.database("registration")["leases"]
    arena.converge()
    with arena.twin("registration", "relay") as twin:
        arena.until(twin.is_ready, WITHIN_S, f"{twin.name} is ready")
        relay = arena.platform.kill(RELAY, signal.SIGSTOP)  # so that its next look finds a row
        arena.ground.desks[0].must(arena.ground.desks[0].unit())
        arena.arm(RELAY, point, "stop")
        arena.cont(relay.pid)
        stopped = arena.wait_fired(RELAY)
        held = leases.find_one({"_id": "relay"})
        arena.arm(twin.name, "R2", "stop")
        silent_since = time.time()
        successor = arena.wait_fired(twin.name)  # it holds the lease, has read the rows, and sends nothing
        arena.recovered("F02 another relay takes the lease", time.time() - silent_since, limit=LIMITS["relay"])
        taken = leases.find_one({"_id": "relay"})
        if not held or not taken or taken["token"] <= held["token"]:
            raise Counterexample("I8", "the lease", before=held, after=taken)
        waiting = {row["_id"] for row in outbox.find({}, {"_id": 1})}
        arena.arm(RELAY, "R6", "stop")  # just after it deletes, or finds that it may not
        arena.cont(stopped)
        woken = arena.wait_fired(RELAY)
        left = {row["_id"] for row in outbox.find({}, {"_id": 1})}
        arena.cont(woken)
        arena.cont(successor)
        if not waiting or waiting - left:
            raise Counterexample("I8", f"rows of a relay without its lease, stopped at {point}", gone=waiting - left)
        arena.drive(20)
        arena.check()


def zombie_consumer(point: str, arena: Arena) -> None:
    """Stop the consumer in its transaction, let another take its partitions, wake it: it must leave without a trace."""
    with arena.twin("curriculum", "consumer") as twin:
        arena.until(twin.is_ready, WITHIN_S, f"{twin.name} is ready")
        victim = Victim(arena, CONSUMER, point, "stop", 1)
        with arena.load(rate=20, writers=3):
            victim.arm()
            arena.until(victim.was_hit, WITHIN_S, f"{victim} happens")
            arena.until(victim.has_resumed, WITHIN_S, "another consumer goes on with its partitions")
            arena.until(lambda: time.time() > victim.hit_at + SESSION_S + 3, WITHIN_S, "the silence lasts")
            arena.cont(victim.pid)
            # It leaves, or joins again with a right of its own; were it to store, the check would see it.
            arena.until(lambda: not _lives(victim.pid) or arena.is_green(CONSUMER), WITHIN_S, f"the end of {victim}")
        victim.settle("F03 zombie consumer")
        twin.revive()
        arena.check()


def asked_to_end(arena: Arena) -> None:
    """Ask relays and consumers to end at each step: they finish or roll back, in time, and others go on."""
    for place, hits in enumerate(crash.rounds()):
        chosen = [hit for hit in hits if not hit[0].endswith(".api")]
        before = _copies(arena)
        victims = [Victim(arena, program, point, "term", 1) for program, point in chosen]
        with arena.load(rate=20, writers=3):
            for victim in victims:
                victim.arm()
            crash.until_hit(arena, victims)
            for victim in victims:
                arena.until(partial(_has_ended, victim), END_WITHIN_S + 5, f"{victim} ends")
                arena.recovered(f"F37 end: {victim.process}", time.time() - victim.hit_at, limit=END_WITHIN_S)
            crash.until_resumed(arena, victims)
        for victim in victims:
            victim.settle("F37")
        arena.check()
        more = _copies(arena) - before
        if more > BATCH * len(victims):
            raise Counterexample("I3", f"round {place} of F37", copies_on_the_topics=more)


def _copies(arena: Arena) -> int:
    """Count the records that are there more than once."""
    found: Mapping[str, list[tuple[str, int]]] = {
        topic: [(each.envelope.key, each.envelope.sequence) for each in seen if each.envelope]
        for topic, seen in arena.ground.wire().items()
    }
    return sum(len(each) - len(set(each)) for each in found.values())


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _has_ended(victim: Victim) -> bool:
    return bool(victim.pid) and not _lives(victim.pid)


SCENARIOS: Final = (
    *(
        Scenario(
            id=f"F02-{point}",
            title=f"zombie relay, silent at {point} for longer than its lease of {LEASE_S:.0f} s",
            run=partial(zombie_relay, point),
            minutes=0.6,
        )
        for point in ("R2", "R3", "R4")
    ),
    *(
        Scenario(
            id=f"F03-{point}",
            title=f"zombie consumer, silent at {point} for longer than its session of {SESSION_S:.0f} s",
            run=partial(zombie_consumer, point),
            minutes=0.6,
        )
        for point in ("K4", "K5", "K7")
    ),
    Scenario(
        id="F37",
        title=f"asked to end at each step, within {END_WITHIN_S:.0f} s; {LIMITS['relay']:.0f} s until others go on",
        run=asked_to_end,
        minutes=1.2,
    ),
)
