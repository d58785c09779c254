"""The whole platform as it is started for people: how long that takes, and what memory it holds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bina.launcher.control import Platform
from bina.launcher.control import running as run_platform


@dataclass(frozen=True, slots=True)
class Started:
    """A running platform, and how long its second start took, when nothing had to be made."""

    platform: Platform
    first_seconds: float
    again_seconds: float


@contextmanager
def running(home: Path, root: Path) -> Iterator[Started]:
    """Start a platform from nothing, end it, start it again, and keep it for the length of the block."""
    began = time.monotonic()
    with run_platform(home, root) as platform:
        first = time.monotonic() - began
        platform.down()
        began = time.monotonic()
        platform.up()
        yield Started(platform, first, time.monotonic() - began)


def describe(started: Started) -> dict[str, Any]:
    """Give start-up and memory; memory is the proportional share, so shared pages count once."""
    state = started.platform.state()
    if state is None:
        raise RuntimeError("the platform does not run")
    memory = {"launcher": _memory(state.launcher.pid)}
    for name, program in sorted(state.programs.items()):
        if program.identity is not None and program.identity.is_alive():
            memory[name] = _memory(program.identity.pid, below=True)
    return {
        "first_start_seconds": round(started.first_seconds, 2),
        "second_start_seconds": round(started.again_seconds, 2),
        "memory_pss_mb": memory,
        "memory_pss_mb_total": round(sum(memory.values()), 1),
    }


def _memory(pid: int, *, below: bool = False) -> float:
    process = psutil.Process(pid)
    several = [process, *(process.children(recursive=True) if below else [])]
    return round(sum(each.memory_full_info().pss for each in several) / 1e6, 1)
