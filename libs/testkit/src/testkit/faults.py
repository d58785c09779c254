"""Arms the fault points of a running program through a folder of plans; nothing of this is ever shipped.

`plan_for` writes what shall happen ("R3 kill 5": at the fifth pass of R3), `install` makes a program obey it. A plan
is taken once: the program that fires first removes it, leaves its process id in `<program>.fired`, and is hurt.
"""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, get_args

from eventkit import faults
from eventkit.faults import Point

Action = Literal["kill", "stop", "raise", "term"]

FOLDER: Final = "BINA_FAULTS"  # where the plans lie
NAME: Final = "BINA_FAULTS_AS"  # another name than the program's own, for a second one of the same kind


class FaultInjectedError(RuntimeError):
    """Raised at an armed point; no product code knows it."""


def name_of(arguments: Sequence[str]) -> str | None:
    """Name the program that these arguments start: `python -m registration relay` is registration.relay."""
    given = list(arguments)
    place = given.index("-m") if "-m" in given else len(given)
    words = given[place + 1 : place + 3]
    return ".".join(words) if len(words) == len(("module", "process")) else None


def plan_for(folder: Path, program: str, plan: tuple[Point, Action, int]) -> None:
    """Let a program be hurt at the nth pass of a point; forgets what it was told before."""
    point, action, nth = plan
    if point not in get_args(Point) or action not in get_args(Action) or nth < 1:
        raise ValueError(plan)
    fired_file(folder, program).unlink(missing_ok=True)
    _replace(folder / program, f"{point} {action} {nth}")


def fired_file(folder: Path, program: str) -> Path:
    """The file that holds the id of the process that was hurt."""
    return folder / f"{program}.fired"


def install() -> None:
    """Obey the plans of the folder that the environment names, if it names one and this is a program of ours."""
    name = os.environ.get(NAME) or name_of(sys.orig_argv)
    folder = os.environ.get(FOLDER)
    if name and folder:
        faults.hook = Armed(Path(folder), name)


class Armed:
    """The hook of one program: counts the passes of the point that its plan names."""

    def __init__(self, folder: Path, program: str) -> None:
        self._folder = folder
        self._path = folder / program
        self._program = program
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._plan: tuple[str, str, int] = ("", "", 0)
        self._passes = 0

    def __call__(self, point: Point) -> None:
        """Note one pass, and hurt this process when it is the one."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - a pass must cost next to nothing
        except FileNotFoundError:
            return
        with self._lock:
            action = self._due(point, (found.st_ino, found.st_mtime_ns))
        if action:
            _hurt(action, point)

    def _due(self, point: Point, stamp: tuple[int, int]) -> str:
        try:
            if stamp != self._stamp:
                wanted, action, nth = self._path.read_text("ascii").split()
                self._stamp, self._plan, self._passes = stamp, (wanted, action, int(nth)), 0
            self._passes += point == self._plan[0]
            if point != self._plan[0] or self._passes < self._plan[2]:
                return ""
            _replace(fired_file(self._folder, self._program), str(os.getpid()))
            self._path.unlink()
        except FileNotFoundError:  # another process of this program was first
            return ""
        return self._plan[1]


def _hurt(action: str, point: Point) -> None:
    match action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "term":
            os.kill(os.getpid(), signal.SIGTERM)
        case _:
            raise FaultInjectedError(point)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.write_text(text, "ascii")
    new.replace(path)
