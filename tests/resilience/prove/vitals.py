"""What each program takes of the machine, so that a fault that leaves something behind is seen (I6)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import psutil

from bina.launcher.control import Platform
from prove.scenario import Counterexample

WITHIN_S: Final = 30.0
# Pools fill when they are first needed, so a program may come to hold this much more than at the start.
MORE_THREADS: Final = 16
MORE_FILES: Final = 60
MORE_MEGABYTES: Final = 60.0
PROCESSES: Final = ("api", "relay", "consumer")


@dataclass(frozen=True, slots=True)
class Vitals:
    """Threads, open files and resident megabytes of a program and what it started."""

    threads: int
    files: int
    megabytes: float


def measure(platform: Platform) -> dict[str, Vitals]:
    """Measure the services' programs; the engines are not ours."""
    state = platform.state()
    found = {}
    for name, program in (state.programs if state else {}).items():
        if program.identity and name.rpartition(".")[2] in PROCESSES:
            try:
                found[name] = _measure(program.identity.pid)
            except psutil.Error:
                continue  # it has just ended
    return found


def excess(now: Mapping[str, Vitals], baseline: Mapping[str, Vitals]) -> dict[str, str]:
    """Name the programs that hold more than at the baseline."""
    over = {}
    for name, before in baseline.items():
        after = now.get(name)
        if after is None:
            over[name] = "does not run"
        elif (
            after.threads > before.threads + MORE_THREADS
            or after.files > before.files + MORE_FILES
            or after.megabytes > before.megabytes + MORE_MEGABYTES
        ):
            over[name] = f"{after}, at the start {before}"
    return over


def hold(platform: Platform, baseline: Mapping[str, Vitals]) -> int:
    """Hold I6: within half a minute every program is back at what it took before."""
    deadline = time.monotonic() + WITHIN_S
    while over := excess(measure(platform), baseline):
        if time.monotonic() > deadline:
            raise Counterexample("I6", ", ".join(sorted(over)), **over)
        time.sleep(0.5)
    return len(baseline)


def _measure(pid: int) -> Vitals:
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return Vitals(
        threads=sum(each.num_threads() for each in family),
        files=sum(each.num_fds() for each in family),
        megabytes=round(sum(each.memory_info().rss for each in family) / 1e6, 1),
    )
