"""Runs real loops one step at a time: each call to a store, a broker or a clock hands the control back.

An actor is one process: its loop runs on a thread of its own, but only between two hand-overs, so a run is a
pure function of the choices made. Whoever resumes an actor says what becomes of the call it stands at.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum

from kafka.errors import FencedInstanceIdError
from model.truth import Counterexample
from pymongo.errors import AutoReconnect, ExecutionTimeout

from eventkit.ledger import FencedError


class Fate(Enum):
    """What becomes of the call an actor stands at."""

    GO = "goes well"
    FAIL = "the connection breaks"
    LATE = "no answer comes in time"
    CRASH = "the process is killed"


class CrashError(BaseException):
    """The process is gone; nothing in it may catch this or act upon it."""


class Actor:
    """One process that is resumed step by step."""

    current: "Actor | None" = None

    def __init__(self, body: Callable[[Callable[[], bool]], None]) -> None:
        self.at = "start"
        self.over = False
        self.crashed = False
        self.left = ""
        self.stopping = False
        self._body = body
        self._fate = Fate.GO
        self._error: BaseException | None = None
        self._mine, self._theirs = threading.Lock(), threading.Lock()
        self._mine.acquire()
        self._theirs.acquire()
        threading.Thread(target=self._live, daemon=True).start()

    def resume(self, fate: Fate) -> None:
        """Let the actor go on to its next call; raises what it died of, unless it may die of that."""
        Actor.current, self._fate = self, fate
        self._mine.release()
        self._theirs.acquire()
        Actor.current = None
        if self._error is not None:
            raise self._error

    def hand_over(self, at: str) -> Fate:
        if not self.crashed:
            self.at = at
            self._theirs.release()
            self._mine.acquire()
            self.crashed = self._fate is Fate.CRASH
        if self.crashed:
            raise CrashError
        return self._fate

    def _live(self) -> None:
        self._mine.acquire()
        try:
            if self._fate is not Fate.CRASH:
                self._body(lambda: self.stopping)
        except CrashError:
            pass
        except (FencedError, FencedInstanceIdError) as error:
            self.left = type(error).__name__
        except Counterexample as error:
            self._error = error
        except BaseException as error:  # noqa: BLE001 - handed to the thread that resumed this one
            self._error = Counterexample(f"I7: a loop died of {type(error).__name__}: {error}")
            self._error.__cause__ = error
        self.over = True
        self._theirs.release()


def turn(at: str) -> Fate:
    """Stand still before the next effect until resumed; outside an actor everything goes well at once."""
    return Fate.GO if Actor.current is None else Actor.current.hand_over(at)


def step(at: str) -> None:
    """Stand before or after an effect of the store; the connection may break there."""
    fate = turn(at)
    if fate is Fate.FAIL:
        raise AutoReconnect("told to fail")
    if fate is Fate.LATE:
        raise ExecutionTimeout("told to take too long")


class Clock:
    """Time as data; stands in for the modules `time`, `threading` and the class `datetime` in a loop."""

    START = datetime(2025, 5, 15, tzinfo=UTC)

    def __init__(self) -> None:
        self.seconds = 1.0

    def monotonic(self) -> float:
        return self.seconds

    def time(self) -> float:
        return self.START.timestamp() + self.seconds

    def sleep(self, seconds: float) -> None:
        turn("sleep")
        self.seconds += max(seconds, 0.25)

    def now(self, _zone: object = None) -> datetime:
        return self.START + timedelta(seconds=self.seconds)

    class Thread:
        """The watchdog ends a process that hangs; a model's process never does."""

        def __init__(self, **_: object) -> None:
            pass

        def start(self) -> None:
            pass
