"""The one process that starts a platform, keeps it running and ends it; its main thread owns all programs."""

import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bina import stack as stacks
from bina.errors import OperatorError
from bina.launcher import boot
from bina.launcher.children import Children
from bina.launcher.state import Condition, Phase, PlatformState, ProgramState, end_leftovers, load, save
from bina.layout import Layout
from bina.ports import refuse_taken
from bina.process import Identity, Program, end_group, identify, start
from bina.stack import Stack

T = TypeVar("T")
_TICK_S = 0.1
_OWNER = "BINA_OWNER"
_TRIM_EVERY_S = 60.0
_PATIENCE_S = 12.0


def held_folder(layout: Layout) -> Path:
    """The folder in which a file named like a program asks for that program to be ended until it is removed."""
    return layout.run / "held"


def state_file(layout: Layout) -> Path:
    """The file that tells the commands how the platform stands."""
    return layout.run / "state.json"


def owned_by_me() -> dict[str, str]:
    """Give the variable that makes a platform end when the calling process does; for tests."""
    me = identify(os.getpid())
    return {_OWNER: f"{me.pid} {me.started}"}


def owner_lives(environ: Mapping[str, str]) -> bool:
    """Say whether the process that the platform was started for still runs; without one, it runs for itself."""
    if not environ.get(_OWNER):
        return True
    pid, _, started = environ[_OWNER].partition(" ")
    return Identity(int(pid), float(started)).is_alive()


class Supervisor:
    """Runs one platform from start to end; `follow` is called at every turn of the loop."""

    def __init__(self, layout: Layout, pid: int, *, say: Callable[[str], None], follow: Callable[[], None]) -> None:
        self._layout = layout
        self._say = say
        self._follow = follow
        self._children = Children(layout, say)
        # Not a SimpleQueue: a signal at the end of its time-out makes `get` wait for ever (CPython 3.11).
        self._requests: queue.Queue[Callable[[], None]] = queue.Queue()
        self._is_stopping = threading.Event()
        self._steps: dict[str, ProgramState] = {}
        self._failure: OperatorError | None = None
        self._state = PlatformState(phase=Phase.STARTING, launcher=identify(pid))
        self._trimmed = time.monotonic()

    def run(self) -> int:
        """Run until asked to stop; 0 when the platform has been up, 1 when it could not be started."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._is_stopping.set())
        booting = None
        try:
            stack = self._ready_to_boot()
            booting = threading.Thread(target=self._boot, args=(stack,), name="boot")
            booting.start()
            while not self._is_stopping.is_set():
                self._turn()
        except OperatorError as error:
            self._failure = error
        self._end(booting)
        return 1 if self._failure else 0

    def start(self, program: Program) -> None:
        """Start a program and watch it; for other threads."""
        self._ask(lambda: self._children.start(program))

    def run_once(self, program: Program) -> int:
        """Run a program to its end; for other threads. Gives its exit status."""
        process = self._ask(lambda: start(program, self._layout.log_of(program.name)))
        while process.poll() is None:
            if self._is_stopping.wait(0.05):
                end_group(process, patience=5)
        self._steps[program.name] = ProgramState(condition=Condition.DONE, last_exit=process.returncode)
        return process.returncode

    def exits(self, name: str) -> tuple[int, int | None]:
        """Say how often a program has ended, and how the last time; for other threads."""
        return self._ask(lambda: self._children.exits(name))

    def say(self, text: str) -> None:
        """Write one line to the launcher's log."""
        self._say(text)

    def _ready_to_boot(self) -> Stack:
        self._tell()
        self._end_leftovers()
        for mark in held_folder(self._layout).glob("*"):
            mark.unlink()
        stack = stacks.describe(self._layout)
        refuse_taken(stack.ports)
        stacks.settle(stack)
        self._tell(ports=dict(stack.ports))
        return stack

    def _end_leftovers(self) -> None:
        if count := end_leftovers(load(self._layout.run / "previous.json"), self._layout):
            self._say(f"ended {count} program(s) that a killed launcher had left behind")

    def _boot(self, stack: Stack) -> None:
        began = time.monotonic()
        try:
            boot.carry_out(boot.steps(stack, self), is_stopping=self._is_stopping.is_set, done=self._step_done)
        except OperatorError as error:
            self._failure = error
        except Exception as error:  # noqa: BLE001 - a defect here must end the platform with its reason, not hang it
            self._failure = OperatorError(f"the launcher failed: {type(error).__name__}: {error}")
        if self._failure:
            self._is_stopping.set()
        elif not self._is_stopping.is_set():
            self._say(f"all programs are ready after {time.monotonic() - began:.1f} s")
            self._ask(lambda: self._tell(phase=Phase.UP))

    def _step_done(self, name: str, seconds: float) -> None:
        self._say(f"{name} ready ({seconds:.1f} s)")

    def _turn(self) -> None:
        changed = self._serve(_TICK_S)
        held = held_folder(self._layout)
        changed |= self._children.hold({mark.name for mark in held.glob("*")} if held.is_dir() else set())
        changed |= self._children.tend()
        if changed:
            self._tell()
        if not owner_lives(os.environ):
            self._say("the program that this platform was started for has ended")
            self._is_stopping.set()
        if time.monotonic() - self._trimmed > _TRIM_EVERY_S:
            self._children.trim_logs()
            self._trimmed = time.monotonic()
        self._follow()

    def _serve(self, patience: float) -> bool:
        try:
            self._requests.get(timeout=patience)()
        except queue.Empty:
            return False
        return True

    def _ask(self, act: Callable[[], T]) -> T:
        if threading.current_thread() is threading.main_thread():
            return act()
        future: Future[T] = Future()

        def serve() -> None:
            try:
                future.set_result(act())
            except Exception as error:  # noqa: BLE001 - it belongs to the thread that asked
                future.set_exception(error)

        self._requests.put(serve)
        return future.result()

    def _end(self, booting: threading.Thread | None) -> None:
        self._tell(phase=Phase.STOPPING)
        while booting and booting.is_alive():  # its requests must be answered, or it would wait for ever
            self._serve(_TICK_S)
        names = list(self._children.states())
        engines = [name for name in names if name == "kafka" or name.endswith(".mongod")]
        for group in ([name for name in names if name not in engines], engines):
            self._children.end(group, patience=_PATIENCE_S)
        self._follow()
        if self._failure:
            self._say(f"not started: {self._failure}")
            self._tell(phase=Phase.FAILED, reason=str(self._failure), fix=self._failure.fix)
        else:
            self._say("all programs have ended")
            self._tell(phase=Phase.STOPPED)

    def _tell(self, **changes: object) -> None:
        programs = {**self._steps, **self._children.states()}
        self._state = replace(self._state, programs=programs, **changes)  # type: ignore[arg-type] # the callers name fields
        save(state_file(self._layout), self._state)
