"""The running programs: started, ended and, after a crash, started again with growing pauses.

Only the main thread may touch them, because the kernel ends a child with the thread that forked it.
"""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bina.launcher.state import Condition, ProgramState
from bina.layout import Layout
from bina.process import Identity, Program, end_group, identify, start

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 15.0
_GOOD_RUN_S = 5.0  # a run this long forgets the crashes before it: what cannot start ends sooner
_LOG_LIMIT = 32 * 1024 * 1024


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    identity: Identity
    since: float = field(default_factory=time.monotonic)
    crashes: int = 0
    restarts: int = 0
    last_exit: int | None = None
    again_at: float | None = None
    is_held: bool = False


class Children:
    """All long-running programs of one platform."""

    def __init__(self, layout: Layout, say: Callable[[str], None]) -> None:
        self._layout = layout
        self._say = say
        self._children: dict[str, _Child] = {}

    def start(self, program: Program) -> None:
        """Start a program and watch it from now on."""
        process, identity = self._launch(program)
        self._children[program.name] = _Child(program, process, identity)

    def exits(self, name: str) -> tuple[int, int | None]:
        """Count how often the program has ended since its start, and say how the last time."""
        child = self._children[name]
        ended = child.process.poll()
        return child.restarts + (ended is not None), child.last_exit if ended is None else ended

    def tend(self) -> bool:
        """Notice ended programs and start those whose pause is over; say whether anything changed."""
        changed = False
        for child in self._children.values():
            if child.again_at is None and not child.is_held and child.process.poll() is not None:
                self._plan_restart(child)
                changed = True
            elif child.again_at is not None and time.monotonic() >= child.again_at:
                self._restart(child)
                changed = True
        return changed

    def hold(self, held: set[str]) -> bool:
        """End exactly the named programs and start those again that are no longer named."""
        changed = False
        for name, child in self._children.items():
            if name in held and not child.is_held:
                self._say(f"{name} is ended on request")
                child.is_held, child.again_at = True, None
                end_group(child.process, patience=15)
                changed = True
            elif child.is_held and name not in held:
                child.is_held = False
                self._restart(child)
                changed = True
        return changed

    def states(self) -> dict[str, ProgramState]:
        """Describe every program."""
        return {name: _state(child) for name, child in self._children.items()}

    def end(self, names: list[str], *, patience: float) -> None:
        """End the named programs together, insisting after `patience` seconds."""
        ending = [child for name, child in self._children.items() if name in names]
        for child in ending:
            child.is_held, child.again_at = True, None
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + patience
        for child in ending:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"{child.program.name} does not end by itself and is killed")
            end_group(child.process, patience=0)

    def trim_logs(self) -> None:
        """Keep one older part of a log that has grown large; writers append, so the file may be cut under them."""
        for name in self._children:
            path = self._layout.log_of(name)
            if path.exists() and path.stat().st_size > _LOG_LIMIT:
                path.with_suffix(".log.1").write_bytes(path.read_bytes())
                with path.open("r+b") as file:
                    file.truncate(0)

    def _launch(self, program: Program) -> tuple[subprocess.Popen[bytes], Identity]:
        process = start(program, self._layout.log_of(program.name))
        return process, identify(process.pid)

    def _plan_restart(self, child: _Child) -> None:
        child.last_exit = child.process.returncode
        end_group(child.process, patience=0)  # what a crashed program left of its group would hold the port
        child.crashes = 1 if time.monotonic() - child.since > _GOOD_RUN_S else child.crashes + 1
        pause = min(_FIRST_PAUSE_S * 2 ** (child.crashes - 1), _LONGEST_PAUSE_S)
        child.again_at = time.monotonic() + pause
        self._say(f"{child.program.name} ended with {child.last_exit}; next start in {pause:.1f} s")

    def _restart(self, child: _Child) -> None:
        child.again_at = None
        child.process, child.identity = self._launch(child.program)
        child.since = time.monotonic()
        child.restarts += 1
        self._say(f"{child.program.name} started again")


def _state(child: _Child) -> ProgramState:
    condition = Condition.HELD if child.is_held else Condition.WAITING if child.again_at else Condition.RUNNING
    identity = child.identity if condition is Condition.RUNNING else None
    return ProgramState(condition=condition, identity=identity, restarts=child.restarts, last_exit=child.last_exit)
