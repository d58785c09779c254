"""Nothing that was started is mistaken for another process, and nothing outlives its end."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bina.process import WANTED_FILES, Identity, Program, end_all, end_group, identify, start

Until = Callable[[Callable[[], bool], float], None]
SLEEPER = Program(name="sleeper", argv=("sleep", "1000"))
PARENT = Program(name="parent", argv=(sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '1000'])"))
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
STUBBORN = Program(
    name="stubborn",
    argv=(sys.executable, "-c", f"{DEAF}; print('deaf', flush=True); time.sleep(1000)"),
)


def test_number_of_another_process_is_not_taken_for_the_first() -> None:
    mine = identify(os.getpid())
    assert mine.is_alive()
    assert not Identity(mine.pid, mine.started - 60).is_alive()


def test_unreaped_process_is_dead(tmp_path: Path, until: Until) -> None:
    process = start(SLEEPER, tmp_path / "log")
    identity = identify(process.pid)
    process.kill()
    until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE, 5)
    assert not identity.is_alive()
    process.wait()


def test_end_takes_the_whole_family(tmp_path: Path, until: Until) -> None:
    process = start(PARENT, tmp_path / "log")
    until(lambda: bool(psutil.Process(process.pid).children()), 5)
    (child,) = psutil.Process(process.pid).children()
    end_group(process, patience=5)
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 5)


def test_deaf_process_is_killed(tmp_path: Path, until: Until) -> None:
    process = start(STUBBORN, tmp_path / "log")
    until(lambda: "deaf" in (tmp_path / "log").read_text(), 5)
    end_group(process, patience=0.2)
    assert process.returncode == -signal.SIGKILL


def test_foreign_leftovers_are_ended_with_their_children(tmp_path: Path, until: Until) -> None:
    process = start(PARENT, tmp_path / "log")
    until(lambda: bool(psutil.Process(process.pid).children()), 5)
    (child,) = psutil.Process(process.pid).children()
    end_all([identify(process.pid)], patience=5)
    process.wait()
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 5)


def test_program_ends_with_the_one_that_started_it(tmp_path: Path, until: Until) -> None:
    code = (
        "import time, pathlib; from bina.process import Program, start\n"
        f"child = start(Program(name='s', argv=('sleep', '1000')), pathlib.Path({str(tmp_path / 'log')!r}))\n"
        "print(child.pid, flush=True); time.sleep(1000)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    child = identify(int(starter.stdout.readline()))
    starter.kill()
    starter.wait()
    starter.stdout.close()
    until(lambda: not child.is_alive(), 5)


def test_what_a_program_says_is_kept(tmp_path: Path) -> None:
    for word in ("one", "two"):
        start(Program(name="echo", argv=("echo", word)), tmp_path / "log").wait()
    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_missing_program_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        start(Program(name="absent", argv=("/no/such/program",)), tmp_path / "log")


def test_a_child_may_open_more_files_than_a_login_starts_with(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    try:
        program = Program(name="asks", argv=("/bin/sh", "-c", "ulimit -Sn"))
        assert start(program, tmp_path / "log").wait(timeout=10) == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert int((tmp_path / "log").read_text()) == min(hard, WANTED_FILES)
