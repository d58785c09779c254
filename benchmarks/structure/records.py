"""Where the record of an idempotent command is kept: medians of interleaved repeats of every form."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.interleave import Arm, Samples, interleave
from benchmarks.structure import commands, writers
from benchmarks.structure.commands import Store

ALONE_S = 1.2
CROWD_S = 1.8


def compare(store: Store, uri: str, names: Sequence[str], repeats: int, *, bulk: int = 1) -> Samples:
    """Measure each form of command alone and in a crowd."""
    with writers.processes() as pool:
        arms = [Arm(name, _run(store, pool, uri, name, bulk)) for name in names]
        return interleave(arms, repeats)


def _run(store: Store, pool: ProcessPoolExecutor, uri: str, name: str, bulk: int) -> Callable[[], Mapping[str, float]]:
    def run() -> Mapping[str, float]:
        count = writers.PROCESSES * writers.THREADS * writers.OWNED
        commands.reset(store, count)
        time.sleep(0.2)  # the store flushes what the reset wrote
        idle = writers.alone(pool, uri, name, ALONE_S, bulk=bulk)
        return {**idle, **writers.crowd(pool, uri, name, CROWD_S, bulk=bulk)}

    return run
