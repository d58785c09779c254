"""Only one launcher per state folder: a lock that the operating system gives up with the process that holds it."""

import fcntl
from pathlib import Path
from typing import IO

from bina.layout import Layout


def take(layout: Layout) -> IO[str] | None:
    """Take the lock and keep it while the file is open; None when another launcher has it."""
    layout.run.mkdir(parents=True, exist_ok=True)
    file = _path(layout).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def is_taken(layout: Layout) -> bool:
    """Say whether a launcher runs for this state folder; a file left by a dead one does not count."""
    if not _path(layout).exists():
        return False
    file = take(layout)
    if file is None:
        return True
    file.close()
    return False


def _path(layout: Layout) -> Path:
    return layout.run / "lock"
