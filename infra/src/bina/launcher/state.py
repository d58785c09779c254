"""What the supervisor tells the commands, in one file that is always whole: run/state.json."""

import json
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from bina.layout import Layout
from bina.process import Identity, end_all, members_of

_PATIENCE_S = 15.0


class Phase(StrEnum):
    """Where a platform stands."""

    STARTING = "starting"
    UP = "up"
    STOPPING = "stopping"
    FAILED = "failed"
    STOPPED = "stopped"


class Condition(StrEnum):
    """Where one program stands, as its supervisor sees it; whether it is ready, it says itself."""

    RUNNING = "running"
    WAITING = "waiting"  # crashed, will be started again
    HELD = "held"  # ended on request
    DONE = "done"  # a preparing step that has ended well


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramState:
    """One program of the platform."""

    condition: Condition
    identity: Identity | None = None
    restarts: int = 0
    last_exit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformState:
    """The whole platform at one moment."""

    phase: Phase
    launcher: Identity
    reason: str = ""
    fix: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    programs: dict[str, ProgramState] = field(default_factory=dict)

    def known(self) -> list[Identity]:
        """Name the programs that were started."""
        return [state.identity for state in self.programs.values() if state.identity]

    def alive(self) -> list[Identity]:
        """Name those of them that still run."""
        return [identity for identity in self.known() if identity.is_alive()]


def save(path: Path, state: PlatformState) -> None:
    """Replace the file at once, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(state)), "utf-8")
    draft.replace(path)


def load(path: Path) -> PlatformState | None:
    """Read the last state; None when there is none or it is of another making."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        programs = {name: _program(row) for name, row in raw.pop("programs").items()}
        launcher = Identity(**raw.pop("launcher"))
        return PlatformState(phase=Phase(raw.pop("phase")), launcher=launcher, programs=programs, **raw)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def end_leftovers(state: PlatformState | None, layout: Layout) -> int:
    """End what a killed launcher left behind, and what its programs had started; gives how many."""
    if state is None:
        return 0
    left = {*state.alive(), *members_of({each.pid for each in state.known()}, {"BINA_HOME": str(layout.home)})}
    end_all(list(left), patience=_PATIENCE_S)
    return len(left)


def truth(state: PlatformState) -> PlatformState:
    """Correct a state whose writer has died since: what it says then is history."""
    if state.phase in (Phase.FAILED, Phase.STOPPED) or state.launcher.is_alive():
        return state
    return replace(state, phase=Phase.STOPPED, reason="the launcher ended without saying so")


def _program(row: dict[str, Any]) -> ProgramState:
    identity = Identity(**row.pop("identity")) if row.get("identity") else None
    return ProgramState(
        condition=Condition(row["condition"]),
        identity=identity,
        restarts=row["restarts"],
        last_exit=row["last_exit"],
    )
