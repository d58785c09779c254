"""Shows how far a run is: a bar per programme with rate and time on a terminal, plain lines elsewhere."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text


class Track(Protocol):
    """Where one programme reports how far it is."""

    def begin(self, total: int) -> None:
        """Say how much there is to do."""

    def stage(self, name: str) -> None:
        """Say what is being done now."""

    def advance(self, amount: int) -> None:
        """Say that so much more is done."""


class Board(Protocol):
    """Gives every programme its track."""

    def track(self, name: str) -> Track:
        """Open the track of one programme."""


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="dim")


class BarTrack:
    """One bar."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None, stage="")

    def begin(self, total: int) -> None:
        self._progress.update(self._task, total=total)

    def stage(self, name: str) -> None:
        self._progress.update(self._task, stage=name)

    def advance(self, amount: int) -> None:
        self._progress.advance(self._task, amount)


class BarBoard:
    """Bars on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def track(self, name: str) -> BarTrack:
        return BarTrack(self._progress, name)


class LineTrack:
    """A line per stage, with what was done so far and the time since the start."""

    def __init__(self, board: "LineBoard", name: str) -> None:
        self._board = board
        self._name = name
        self._done = 0
        self._total = 0

    def begin(self, total: int) -> None:
        self._total = total

    def stage(self, name: str) -> None:
        self._board.write(f"{self._name}: {name} ({self._done}/{self._total})")

    def advance(self, amount: int) -> None:
        self._done += amount


class LineBoard:
    """Plain lines where there is no terminal."""

    def __init__(self, sink: TextIO) -> None:
        self._sink = sink
        self._began = time.monotonic()
        self._lock = threading.Lock()

    def track(self, name: str) -> LineTrack:
        return LineTrack(self, name)

    def write(self, line: str) -> None:
        """Write one whole line, whichever thread speaks."""
        with self._lock:
            self._sink.write(f"{time.monotonic() - self._began:6.1f} s  {line}\n")
            self._sink.flush()


@contextmanager
def open_board() -> Iterator[Board]:
    """Open bars where stderr is a terminal, lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield LineBoard(sys.stderr)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=18),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[stage]}"),
    )
    with Progress(*columns, console=console) as progress:
        yield BarBoard(progress)
