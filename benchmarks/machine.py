"""Under which conditions was measured: the machine, the versions, how fast its disk confirms, how quiet it was."""

import os
import platform
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.statistics import percentile
from bina.engines import jars

PROBES: Final = 200
MAX_STEAL: Final = 0.02
MAX_FOREIGN_LOAD: Final = 0.2
_LIBRARIES: Final = ("flask", "gunicorn", "kafka-python", "marshmallow", "pymongo", "crc32c", "joserfc")


def describe(mongod: str) -> dict[str, Any]:
    """Give everything that a figure depends on besides the code; the store has said its version itself."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cpu": _cpu(),
        "cores": psutil.cpu_count(),
        "usable_cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
        "crc32c": _has_crc32c(),
        "fsync_4kb_ms": probe_disk(),
        "broker": {
            "kind": "Apache Kafka, KRaft, SCRAM and ACLs",
            "version": jars.ROOTS[0].split(":")[2].rstrip("!"),
            "nodes": 1,
            "acks": "all",
        },
        "store": {
            "kind": "mongod, replica set of one, with passwords",
            "version": mongod,
            "nodes": 1,
            "write_concern": "majority, journal",
        },
    }


def probe_disk() -> dict[str, float]:
    """Write and confirm 4 kB so many times; the floor of every durable write."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(PROBES):
            began = time.perf_counter()
            os.pwrite(file.fileno(), b"x" * 4096, 0)
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return {"p50": round(percentile(took, 0.5), 3), "p99": round(percentile(took, 0.99), 3)}


@dataclass(frozen=True, slots=True)
class Noise:
    """What others do on this machine: the share of time stolen by its host, and the load that is not ours."""

    steal: float
    foreign: float

    @property
    def is_too_loud(self) -> bool:
        return self.steal > MAX_STEAL or self.foreign > MAX_FOREIGN_LOAD


def listen(seconds: float, own: Sequence[int] = ()) -> Noise:
    """Watch for a moment in which the benchmark itself does nothing; its engines count as its own."""
    steal, before, mine = stolen(), _busy(), _own_seconds(own)
    began = time.perf_counter()
    time.sleep(seconds)
    took = time.perf_counter() - began
    foreign = _busy() - before - (_own_seconds(own) - mine)
    return Noise(steal=steal(), foreign=max(0.0, foreign / took))


def stolen() -> Callable[[], float]:
    """Begin to watch the host; the answer gives the share of time that it has taken since."""
    before, began = psutil.cpu_times(), time.perf_counter()

    def share() -> float:
        steal = getattr(psutil.cpu_times(), "steal", 0.0) - getattr(before, "steal", 0.0)
        return float(steal / ((time.perf_counter() - began) * (psutil.cpu_count() or 1)))

    return share


def cpu_seconds(pids: Iterable[int]) -> float:
    """Give the processor time of these processes and all below them, ended ones included as far as waited for."""
    found: dict[int, psutil.Process] = {}
    for pid in pids:
        try:
            process = psutil.Process(pid)
            found |= {each.pid: each for each in (process, *process.children(recursive=True))}
        except psutil.NoSuchProcess:
            continue
    return sum(_seconds(each) for each in found.values())


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def _own_seconds(pids: Sequence[int]) -> float:
    return cpu_seconds([os.getpid(), *pids])


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _cpu() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    return found[1].strip() if found else platform.processor()


def _has_crc32c() -> bool:
    try:
        import_module("crc32c")
    except ImportError:
        return False
    return True


def _commit() -> str:
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"
