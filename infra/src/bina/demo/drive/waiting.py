"""Waits for what another service will know in a moment, with a deadline and growing pauses."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from bina.demo.drive.errors import TooLateError

DEADLINE_S: Final = 120.0
_FIRST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 0.5
T = TypeVar("T")


def until(what: str, look: Callable[[], T | None], *, within: float = DEADLINE_S) -> T:
    """Give the first answer that is not None; raises TooLateError naming what was waited for."""
    deadline = time.monotonic() + within
    pause = _FIRST_PAUSE_S
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise TooLateError(f"waited {within:.0f} s for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE_S)
