"""Running a platform in this process: lock, guard, supervisor, and what the terminal sees of it."""

import os
import sys
import time
from collections.abc import Callable
from typing import IO

from bina.errors import OperatorError
from bina.launcher import lock
from bina.launcher.guard import guarded
from bina.launcher.supervisor import Supervisor, state_file
from bina.layout import Layout

LAUNCHER = "launcher"


def run(layout: Layout, *, is_foreground: bool) -> int:
    """Run the platform until it is asked to stop; gives the exit status.

    In the background the calling process ends at once, and a child of it, which nobody waits for, goes on.
    """
    held = lock.take(layout)
    if held is None:
        raise OperatorError("the platform is already running here", fix="bina status, or bina down first")
    os.environ["BINA_HOME"] = str(layout.home)  # marks every program as one of this platform
    with held:
        if state_file(layout).exists():
            state_file(layout).replace(layout.run / "previous.json")
        if not is_foreground and os.fork():
            os._exit(0)  # the lock stays with the child, which has inherited it
        guard = os.getpid()
        return guarded(lambda: _supervise(layout, guard, is_foreground=is_foreground))


def _supervise(layout: Layout, guard: int, *, is_foreground: bool) -> int:
    layout.log.mkdir(parents=True, exist_ok=True)
    with layout.log_of(LAUNCHER).open("a", encoding="utf-8", buffering=1) as log:
        follow = LogFollower(layout, sys.stdout).follow if is_foreground else _nothing
        return Supervisor(layout, guard, say=_sayer(log), follow=follow).run()


def _nothing() -> None:
    """Show nothing: a launcher in the background has no terminal."""


def _sayer(log: IO[str]) -> Callable[[str], None]:
    def say(text: str) -> None:
        log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {text}\n")

    return say


class LogFollower:
    """Shows what is added to any log of the platform, each line with the name of its program."""

    def __init__(self, layout: Layout, output: IO[str], *, names: tuple[str, ...] = (), from_end: bool = True) -> None:
        self._layout = layout
        self._output = output
        self._names = names
        self._places: dict[str, int] = {}
        if from_end:
            self._places = {path.name: path.stat().st_size for path in layout.log.glob("*.log")}

    def follow(self) -> None:
        """Show the whole lines that came since the last call."""
        for path in sorted(self._layout.log.glob("*.log")):
            if self._names and not path.stem.startswith(self._names):
                continue
            place = self._places.get(path.name, 0)
            size = path.stat().st_size
            place = 0 if size < place else place  # the log was cut
            with path.open("rb") as file:
                file.seek(place)
                whole = file.read(size - place).rpartition(b"\n")[0]
            self._places[path.name] = place + len(whole) + bool(whole)
            for line in whole.decode("utf-8", "replace").splitlines():
                self._output.write(f"{path.stem:<24} | {line}\n")
        self._output.flush()
