"""Only one launcher per state folder: a lock that the operating system gives up with the process that holds it."""

import fcntl
import time
from pathlib import Path
from typing import IO

from bina.layout import Layout

_PATIENCE_S = 0.5  # a command that only looks holds the lock for an instant


def take(layout: Layout) -> IO[str] | None:
    """Take the lock and keep it while the file is open; None when another launcher has it."""
    layout.run.mkdir(parents=True, exist_ok=True)
    file = _path(layout).open("a")
    deadline = time.monotonic() + _PATIENCE_S
    while not _try(file, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            file.close()
            return None
        time.sleep(0.01)
    return file


def is_taken(layout: Layout) -> bool:
    """Say whether a launcher runs for this state folder; a file left by a dead one does not count."""
    if not _path(layout).exists():
        return False
    with _path(layout).open("a") as file:
        return not _try(file, fcntl.LOCK_SH)


def _try(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _path(layout: Layout) -> Path:
    return layout.run / "lock"
