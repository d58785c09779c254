"""Starting and ending operating system processes so that none outlives the one that started it."""

import ctypes
import os
import resource
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

WANTED_FILES = 16_384
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run: `env` is added to the environment of the caller."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """A process beyond doubt: a number alone may have been given to another one since."""

    pid: int
    started: float

    def is_alive(self) -> bool:
        """Say whether exactly this process still runs; one that nobody has reaped is dead."""
        try:
            process = psutil.Process(self.pid)
            return process.create_time() == self.started and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def identify(pid: int) -> Identity:
    """Name a running process; raises psutil.NoSuchProcess when it is gone."""
    return Identity(pid, psutil.Process(pid).create_time())


def start(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Start in a session of its own, with everything it says appended to the log.

    Call it from the main thread: the kernel ends the child when the thread that forked it ends.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    raise_file_limit()
    parent = os.getpid()
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - the programs are ours
            program.argv,
            env={**os.environ, **program.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(parent),  # noqa: PLW1509 - one system call, nothing that locks
        )


def raise_file_limit() -> int:
    """Allow this process and its children as many open files as the machine lets them; gives that number.

    A login often starts at 1024, with which mongod ends itself as soon as a few hundred collections are open.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if most == resource.RLIM_INFINITY else min(most, WANTED_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return wanted


def end_with_parent(parent: int) -> None:
    """Ask the kernel to end this process with its parent, even when the parent is killed."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # the parent ended before the request
        os._exit(1)


def end_group(process: subprocess.Popen[bytes], *, patience: float) -> None:
    """Ask the process and all that it started to end, and insist after `patience` seconds."""
    _signal_group(process.pid, signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
    _signal_group(process.pid, signal.SIGKILL)


def end_all(identities: list[Identity], *, patience: float) -> None:
    """End processes that this one need not have started, with their descendants, and wait until they are gone."""
    processes = [found for identity in identities for found in _family(identity)]
    for process in processes:
        _send(process, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(processes, timeout=patience)
    for process in stubborn:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=patience)


def members_of(sessions: set[int], environ: Mapping[str, str]) -> list[Identity]:
    """Find what was started in these sessions, also when their first process is gone.

    A number may have been given away again since, hence the look at the environment.
    """
    return [found for process in psutil.process_iter() if (found := _member(process, sessions, environ))]


def _member(process: psutil.Process, sessions: set[int], environ: Mapping[str, str]) -> Identity | None:
    try:
        if os.getsid(process.pid) in sessions and environ.items() <= process.environ().items():
            return Identity(process.pid, process.create_time())
    except (psutil.Error, OSError):  # it ended meanwhile, or belongs to somebody else
        pass
    return None


def _family(identity: Identity) -> list[psutil.Process]:
    if not identity.is_alive():
        return []
    try:
        process = psutil.Process(identity.pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
