"""The other side of the launcher: start a platform, ask how it stands, end it; used by commands and tests alike."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from bina import stack as stacks
from bina.errors import ConfigurationError, NotRunningError, OperatorError
from bina.launcher import lock
from bina.launcher.boot import tail
from bina.launcher.running import LAUNCHER
from bina.launcher.state import Condition, Phase, PlatformState, ProgramState, end_leftovers, load, truth
from bina.launcher.supervisor import held_folder, owned_by_me, state_file
from bina.layout import Layout, cache_folder
from bina.ports import answers
from bina.process import Identity
from bina.stack import Stack

UP_WITHIN_S = 240.0
_DOWN_WITHIN_S = 60.0
_OWN = ("data", "log", "run", "secrets.json", "secrets.new", "ports.json")


class Platform:
    """One platform, running or not; `environ` is added to the environment of the launcher and of all programs."""

    def __init__(self, layout: Layout, environ: Mapping[str, str] | None = None) -> None:
        self.layout = layout
        self.environ = {**os.environ, **(environ or {}), "BINA_HOME": str(layout.home)}

    def state(self) -> PlatformState | None:
        """Say how the platform stands; None when it has never run here."""
        state = load(state_file(self.layout))
        return truth(state) if state else None

    def is_running(self) -> bool:
        """Say whether a launcher runs here, even one that is still starting or already ending."""
        return lock.is_taken(self.layout)

    def stack(self) -> Stack:
        """Give what was decided for the running platform, or what would be decided now."""
        return stacks.describe(self.layout, {} if self.is_running() else self.environ)

    def up(self, *, within: float = UP_WITHIN_S, tick: Callable[[], None] = lambda: None) -> PlatformState:
        """Start in the background and wait until everything is ready; `tick` is called while waiting."""
        before = self.state()
        if before and before.phase is Phase.STOPPING:
            self._wait_until_gone(_DOWN_WITHIN_S)
        if not self.is_running():
            self._start()
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            tick()
            state = self.state()
            if state and state.phase is Phase.UP:
                return state
            if state and state.phase is Phase.FAILED:
                self._wait_until_gone(_DOWN_WITHIN_S)
                raise OperatorError(state.reason, fix=state.fix)
            if not self.is_running():
                raise OperatorError(f"the launcher ended: {tail(self.layout.log_of(LAUNCHER))}")
            time.sleep(0.1)
        raise OperatorError(f"the platform is not up after {within:.0f} s", fix="bina status; bina logs launcher")

    def down(self, *, within: float = _DOWN_WITHIN_S) -> bool:
        """End the platform and wait until nothing of it is left; says False when it did not run."""
        state = load(state_file(self.layout))
        if not self.is_running():
            return end_leftovers(state, self.layout) > 0
        if state is None:
            raise OperatorError(f"a launcher holds {self.layout.run / 'lock'} but has not said which one it is")
        _signal(state.launcher, signal.SIGTERM)
        self._wait_until_gone(within)
        _until(lambda: not state.launcher.is_alive(), within, "the launcher does not end")
        end_leftovers(load(state_file(self.layout)), self.layout)  # in case it was killed meanwhile
        return True

    def wipe(self) -> None:
        """Delete the data, logs and passwords of a platform that is down."""
        if self.is_running():
            raise OperatorError("a running platform is not wiped", fix="bina down first")
        for name in _OWN:
            path = self.layout.home / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def program(self, name: str) -> ProgramState:
        """Say how one program stands; raises ConfigurationError for a name that is none."""
        state = self.state()
        if state is None or state.phase is not Phase.UP:
            raise NotRunningError("the platform is not running", fix="bina up")
        if name not in state.programs:
            raise ConfigurationError(f"there is no program {name}", fix=f"one of: {', '.join(sorted(state.programs))}")
        return state.programs[name]

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> Identity:
        """Send a signal to one program, by default as a crash; the launcher starts it again."""
        identity = self.program(name).identity
        if identity is None:
            raise NotRunningError(f"{name} is not running")
        _signal(identity, number)
        return identity

    def stop(self, name: str, *, within: float = 30.0) -> None:
        """End one program and keep it down until `start`."""
        held_folder(self.layout).mkdir(parents=True, exist_ok=True)
        self.program(name)  # refuses an unknown name
        (held_folder(self.layout) / name).touch()
        _until(lambda: self.program(name).condition is Condition.HELD, within, f"{name} does not end")

    def start(self, name: str, *, within: float = 60.0) -> None:
        """Start a program that `stop` has ended, and wait until it is ready."""
        (held_folder(self.layout) / name).unlink(missing_ok=True)
        self.wait_until_ready(name, within=within)

    def restart(self, name: str, *, within: float = 60.0) -> None:
        """Kill one program as a crash would, and wait until it is back and ready."""
        before = self.kill(name)
        _until(lambda: self.program(name).identity not in (None, before), within, f"{name} does not come back")
        self.wait_until_ready(name, within=within)

    def wait_until_ready(self, name: str, *, within: float = 60.0) -> None:
        """Wait until a program says itself that it is ready; engines are ready when they accept connections."""
        address = self.ready_address(name)
        _until(lambda: self.program(name).identity is not None and _is_ready(address), within, f"{name} is not ready")

    def ready_address(self, name: str) -> str | int:
        """Where a program is asked whether it is ready: an address, or just a port for an engine."""
        stack = self.stack()
        if name == stacks.ISSUER:
            return f"{stack.issuer_url}/healthz"
        owner, _, process = name.partition(".")
        service = stack.service(owner)
        if name == "kafka" or service is None:
            return stack.ports[name]
        if process == "mongod":
            return stack.ports[f"{owner}_mongo"]
        return f"{stack.url(service.listener(process))}/readyz"

    def _start(self) -> None:
        self.layout.log.mkdir(parents=True, exist_ok=True)
        with self.layout.log_of(LAUNCHER).open("ab") as log:
            subprocess.run(
                [sys.executable, "-m", "bina.launcher"],
                cwd=self.layout.root,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                check=False,
            )

    def _wait_until_gone(self, within: float) -> None:
        _until(lambda: not self.is_running(), within, "the platform does not end")


@contextmanager
def running(
    home: Path, root: Path, environ: Mapping[str, str] | None = None, *, within: float = UP_WITHIN_S
) -> Iterator[Platform]:
    """Run a platform of its own, on free ports, for the length of the block or of this process."""
    layout = Layout(root, home, cache_folder())
    platform = Platform(layout, {"BINA_PORTS": "free", **owned_by_me(), **(environ or {})})
    try:
        platform.up(within=within)
        yield platform
    finally:
        platform.down()


def _signal(identity: Identity, number: signal.Signals) -> None:
    if identity.is_alive():
        os.kill(identity.pid, number)


def _is_ready(address: str | int) -> bool:
    if isinstance(address, int):
        return answers(address)
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def _until(holds: Callable[[], bool], within: float, complaint: str) -> None:
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise OperatorError(f"{complaint} within {within:.0f} s")
        time.sleep(0.05)
