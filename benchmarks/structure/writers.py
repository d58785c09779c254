"""Writers of commands in processes of their own, as web workers are: one alone, or eight in two processes."""

import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from typing import Final

from benchmarks.statistics import percentile
from benchmarks.structure import commands
from benchmarks.structure.commands import Store
from eventkit import mongo

PROCESSES: Final = 2
THREADS: Final = 4
OWNED: Final = 800  # aggregates of one writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What one process is told: the form of command, from which aggregate on, how many threads, for how long."""

    uri: str
    name: str
    first: int
    threads: int
    seconds: float
    bulk: int


def processes() -> ProcessPoolExecutor:
    """Open the writers' processes; they are kept between the runs."""
    return ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))


def alone(pool: ProcessPoolExecutor, uri: str, name: str, seconds: float, *, bulk: int = 1) -> Mapping[str, float]:
    """Let one writer work on an idle store; gives the median of a command in milliseconds."""
    shift = Shift(uri=uri, name=name, first=0, threads=1, seconds=seconds, bulk=bulk)
    took = pool.submit(work, shift).result()
    return {"p50_ms": percentile(took, 0.5) * 1000, "p99_ms": percentile(took, 0.99) * 1000}


def crowd(pool: ProcessPoolExecutor, uri: str, name: str, seconds: float, *, bulk: int = 1) -> Mapping[str, float]:
    """Let eight writers work at once; gives commands per second."""
    began = time.time()
    shifts = [
        Shift(uri=uri, name=name, first=number * THREADS, threads=THREADS, seconds=seconds, bulk=bulk)
        for number in range(PROCESSES)
    ]
    done = [each.result() for each in [pool.submit(work, shift) for shift in shifts]]
    took = [one for each in done for one in each]
    return {
        "commands": len(took),
        "per_second": len(took) / (time.time() - began),
        "crowd_p99_ms": percentile(took, 0.99) * 1000,
    }


def work(shift: Shift) -> list[float]:
    """Send commands one after the other until the end of the shift; gives the duration of each."""
    until = time.time() + shift.seconds
    with ThreadPoolExecutor(shift.threads) as threads:
        each = [threads.submit(_write, shift, shift.first + number, until) for number in range(shift.threads)]
        return [took for one in each for took in one.result()]


def _write(shift: Shift, writer: int, until: float) -> list[float]:
    store, took, number = _store(shift.uri), [], 0
    while (began := time.time()) < until:
        own = [(number * shift.bulk + place) % OWNED for place in range(shift.bulk)]
        commands.perform(store, shift.name, [f"{writer * OWNED + each:06d}" for each in own])
        took.append(time.time() - began)
        number += 1
    return took


@cache
def _store(uri: str) -> Store:
    return mongo.connect(uri, "structure", service="bench", pool=THREADS + 4)
