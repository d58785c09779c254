"""Holds the invariants of a living platform: gathers the facts and asks each invariant in turn."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from eventkit import audit
from prove import callers, delivery, facts, readers, trail, vitals
from prove.facts import Facts
from prove.ground import Ground
from prove.scenario import Counterexample

ALL: Final = ("I1", "I2", "I3", "I4", "I5", "I6", "I8", "I9", "I10", "I11")


def check(ground: Ground, invariants: Sequence[str]) -> Mapping[str, int]:
    """Check; raises Counterexample with the first one. Gives how many things were looked at, by invariant."""
    found = gather(ground)
    holds: dict[str, Callable[[], int]] = {
        "I1": partial(delivery.no_loss, found),
        "I2": partial(delivery.no_ghost, found),
        "I3": partial(readers.exactly_once, found, ground.refolds),
        "I4": partial(delivery.in_order, found),
        "I5": partial(callers.own_tenant, found),
        "I6": partial(vitals.hold, ground.platform, ground.baseline),
        "I8": partial(delivery.accounted, found),
        "I9": partial(callers.one_effect, found),
        "I10": partial(trail.untouched, found),
        "I11": partial(_capacity, ground, found),
    }
    return {name: holds[name]() for name in invariants}


def gather(ground: Ground) -> Facts:
    """Look at everything; the attempts first, so that nothing is asked of the stores that was not yet acknowledged."""
    attempts = ground.ledger.snapshot()
    names = [each.name for each in ground.stack.services]
    return Facts(
        topics=ground.stack.topics,
        attempts=attempts,
        stores={name: _documents(ground, name) for name in names},
        wire=ground.wire(),  # before the logs: an entry is there before its head is told
        projections=facts.projections_of(names),
        logs={name: list(audit.log_of(ground.database(name)).find({}, sort=[("_id", 1)])) for name in names},
    )


def _documents(ground: Ground, service: str) -> dict[str, dict[str, dict[str, Any]]]:
    database = ground.database(service)
    names = [each for each in database.list_collection_names() if not each.startswith("system.")]
    return {name: {str(each["_id"]): each for each in database[name].find({})} for name in names}


def _capacity(ground: Ground, found: Facts) -> int:
    if ground.overbooked:
        raise Counterexample("I11", "a batch while load ran", snapshots=ground.overbooked[:3])
    return callers.capacity(found) + ground.snapshots
