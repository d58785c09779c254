"""What a running platform says about itself: readiness, backlog and memory of each program; reads, never changes."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psutil
import requests

from bina.launcher.control import Platform
from bina.launcher.state import Condition, PlatformState, ProgramState
from bina.ports import answers
from bina.process import Identity

MEMORY_GOAL_MB = 1536
LAUNCHER = "launcher"
_MB = 1024 * 1024
_FIGURES = ("outbox_rows", "outbox_oldest_seconds", "outbox_parked", "lag_records", "lag_seconds", "parked")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramReport:
    """One program, as it stands now."""

    name: str
    condition: str
    pid: int | None
    is_ready: bool
    reasons: tuple[str, ...] = ()
    restarts: int = 0
    memory_mb: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)


def observe(platform: Platform, state: PlatformState) -> list[ProgramReport]:
    """Ask every program at the same time."""
    programs = {name: each for name, each in state.programs.items() if each.condition is not Condition.DONE}
    with ThreadPoolExecutor(max_workers=len(programs) + 1) as pool:
        reports = list(pool.map(lambda item: _report(platform, *item), sorted(programs.items())))
    return [_launcher(state.launcher), *reports]


def _launcher(identity: Identity) -> ProgramReport:
    """Report the launcher itself: the guard and the supervisor under it, without the programs."""
    try:
        guard = psutil.Process(identity.pid)
        memory = sum(_memory(process) for process in (guard, *guard.children()))
    except psutil.Error:
        memory = 0
    return ProgramReport(
        name=LAUNCHER, condition=Condition.RUNNING, pid=identity.pid, is_ready=True, memory_mb=round(memory / _MB)
    )


def _report(platform: Platform, name: str, state: ProgramState) -> ProgramReport:
    is_ready, reasons, figures = _readiness(platform, name, state)
    return ProgramReport(
        name=name,
        condition=state.condition,
        pid=state.identity.pid if state.identity else None,
        is_ready=is_ready,
        reasons=tuple(reasons),
        restarts=state.restarts,
        memory_mb=round(_memory_of_all(state.identity) / _MB),
        figures=figures,
    )


def _readiness(platform: Platform, name: str, state: ProgramState) -> tuple[bool, list[str], dict[str, float]]:
    if state.condition is Condition.HELD:
        return False, [f"stopped; `bina up {name}` starts it"], {}
    if state.condition is Condition.WAITING:
        return False, [f"ended with {state.last_exit}, is being started again"], {}
    address = platform.ready_address(name)
    if isinstance(address, int):
        is_open = answers(address)
        return is_open, [] if is_open else [f"port {address} does not answer"], {}
    return _asked(address)


def _asked(address: str) -> tuple[bool, list[str], dict[str, float]]:
    try:
        answer = requests.get(address, timeout=5)
        body: dict[str, Any] = answer.json() if answer.content else {}
    except (requests.RequestException, ValueError) as error:
        return False, [f"no answer: {type(error).__name__}"], {}
    figures = {name: float(body[name]) for name in _FIGURES if isinstance(body.get(name), int | float)}
    return answer.ok, [str(reason) for reason in body.get("reasons", [])], figures


def _memory_of_all(identity: Identity | None) -> int:
    if identity is None or not identity.is_alive():
        return 0
    try:
        process = psutil.Process(identity.pid)
        return sum(_memory(each) for each in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0


def _memory(process: psutil.Process) -> int:
    """Give the proportional share: pages that several programs use count once in the sum."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0
