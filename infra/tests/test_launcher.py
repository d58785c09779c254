"""The launcher keeps a platform running, ends all of it, and leaves nothing behind even when it is killed itself."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from pymongo import MongoClient

from bina.engines import mongod_access
from bina.errors import NotRunningError, OperatorError
from bina.launcher.control import Platform
from bina.launcher.state import Condition, Phase, PlatformState, ProgramState, load, save
from bina.launcher.supervisor import state_file
from bina.ports import LOOPBACK, free_ports
from bina.process import Identity, Program, identify, start

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

Until = Callable[[Callable[[], bool], float], None]


def family(platform: Platform) -> list[Identity]:
    """Everything below the launcher, grandchildren included."""
    state = platform.state()
    assert state is not None
    guard = psutil.Process(state.launcher.pid)
    return [identify(process.pid) for process in (guard, *guard.children(recursive=True))]


def store_of(platform: Platform) -> str:
    stack = platform.stack()
    return mongod_access.root_uri(stack.store(stack.services[0]))


def starts(platform: Platform) -> int:
    """How often the sample's `init` has written to its store."""
    client: MongoClient[dict[str, Any]]
    with MongoClient(store_of(platform)) as client:
        return client["parcel"]["starts"].count_documents({})


def test_everything_is_ready_after_up(platform: Platform) -> None:
    state = platform.state()
    assert state is not None
    running = {name for name, each in state.programs.items() if each.condition is Condition.RUNNING}
    assert running == {"kafka", "issuer", "parcel.mongod", "parcel.api", "parcel.relay", "parcel.consumer"}
    for name in running:
        platform.wait_until_ready(name, within=1)


def test_second_up_changes_nothing(platform: Platform) -> None:
    before = platform.state()
    assert Platform(platform.layout).up() == before


@pytest.mark.parametrize("name", ["parcel.api", "parcel.mongod", "kafka"])
def test_crashed_program_comes_back(platform: Platform, name: str) -> None:
    before = platform.program(name)
    platform.restart(name)
    after = platform.program(name)
    assert after.identity != before.identity
    assert after.restarts == before.restarts + 1


def test_stopped_program_stays_down_until_it_is_started(platform: Platform) -> None:
    platform.stop("parcel.relay")
    assert platform.program("parcel.relay").condition is Condition.HELD
    platform.start("parcel.relay")
    assert platform.program("parcel.relay").condition is Condition.RUNNING


def test_down_leaves_no_process_and_all_data(platform: Platform) -> None:
    before, everything = starts(platform), family(platform)
    assert len(everything) > 8
    assert platform.down()
    assert not [each for each in everything if each.is_alive()]
    platform.up()
    assert starts(platform) == before + 1


def test_down_is_no_error_when_nothing_runs(idle: Platform) -> None:
    assert not idle.down()


@pytest.mark.parametrize("victims", ["supervisor", "guard", "both"])
def test_killed_launcher_orphans_nothing(platform: Platform, victims: str, until: Until) -> None:
    before, everything = starts(platform), family(platform)
    guard = psutil.Process(everything[0].pid)
    supervisor = guard.children()[0]
    for process in {"supervisor": [supervisor], "guard": [guard], "both": [guard, supervisor]}[victims]:
        process.kill()
    if victims == "both":  # the kernel ends the programs; what they had started is found at the next command
        platform.down()
    until(lambda: not platform.is_running(), 40)
    until(lambda: not [each for each in everything if each.is_alive()], 40)
    state = platform.state()
    assert state is not None
    assert state.phase is not Phase.UP
    platform.up()
    assert starts(platform) == before + 1


def test_data_follow_to_another_port(platform: Platform) -> None:
    before = starts(platform)
    platform.down()
    shutil.rmtree(platform.layout.run)  # losing it does no harm
    (port,) = free_ports(1)
    moved = Platform(platform.layout, {**platform.environ, "BINA_PARCEL_MONGO_PORT": str(port)})
    moved.up()
    assert f":{port}/" in store_of(moved)
    assert starts(moved) == before + 1
    moved.down()


def test_running_platform_is_not_wiped(platform: Platform) -> None:
    with pytest.raises(OperatorError, match="not wiped"):
        platform.wipe()


def test_wipe_removes_what_the_platform_wrote_and_nothing_else(platform: Platform) -> None:
    (platform.layout.home / "notes.txt").write_text("mine")
    platform.down()
    platform.wipe()
    assert [path.name for path in platform.layout.home.iterdir()] == ["notes.txt"]
    platform.up()
    assert starts(platform) == 1


def test_taken_port_is_named_and_nothing_is_started(idle: Platform) -> None:
    with socket.socket() as holder:
        holder.bind((LOOPBACK, 0))
        holder.listen()
        port = holder.getsockname()[1]
        platform = Platform(idle.layout, {**idle.environ, "BINA_KAFKA_PORT": str(port)})
        with pytest.raises(OperatorError, match=f"port {port} for kafka is taken") as refusal:
            platform.up()
    assert "BINA_KAFKA_PORT=<port>" in refusal.value.fix
    assert not platform.is_running()
    assert not (idle.layout.data / "kafka").exists()


def test_broken_program_ends_the_start_with_its_words(idle: Platform) -> None:
    platform = Platform(idle.layout, {**idle.environ, "PARCEL_BREAKS": "relay"})
    with pytest.raises(OperatorError, match=r"(?s)parcel\.relay ended 3 time.*told to break"):
        platform.up()
    state = platform.state()
    assert state is not None
    assert (state.phase, state.alive()) == (Phase.FAILED, [])


def test_stale_files_of_a_dead_launcher_do_no_harm(idle: Platform) -> None:
    idle.layout.run.mkdir(parents=True)
    (idle.layout.run / "lock").write_text("999999")
    leftover = start(Program(name="leftover", argv=("sleep", "1000")), idle.layout.log_of("leftover"))
    mine = identify(os.getpid())  # same number, other start: must not be taken for a program of ours
    stale = PlatformState(
        phase=Phase.UP,
        launcher=Identity(mine.pid, 1.0),
        programs={
            "leftover": ProgramState(condition=Condition.RUNNING, identity=identify(leftover.pid)),
            "stranger": ProgramState(condition=Condition.RUNNING, identity=Identity(mine.pid, 1.0)),
        },
    )
    save(state_file(idle.layout), stale)
    assert not idle.is_running()
    idle.up()
    leftover.wait(10)


def test_half_written_state_is_no_state(idle: Platform) -> None:
    idle.layout.run.mkdir(parents=True)
    state_file(idle.layout).write_text('{"phase": "u')
    assert idle.state() is None


def test_state_survives_its_file(platform: Platform) -> None:
    state = platform.state()
    assert state is not None
    copy = platform.layout.run / "copy.json"
    save(copy, state)
    assert load(copy) == state


def test_interrupt_in_the_terminal_ends_even_a_deaf_program(idle: Platform, until: Until) -> None:
    foreground = subprocess.Popen(
        [sys.executable, "-m", "bina", "up", "--foreground"],
        cwd=idle.layout.root,
        env={**idle.environ, "PARCEL_STUBBORN": "1"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    until(lambda: (state := idle.state()) is not None and state.phase is Phase.UP, 90)
    everything = family(idle)
    os.killpg(foreground.pid, signal.SIGINT)
    assert foreground.wait(60) == 0
    assert not [each for each in everything if each.is_alive()]


def test_platform_ends_with_the_process_that_it_was_started_for(idle: Platform, until: Until) -> None:
    owner = subprocess.Popen(["sleep", "1000"])
    one = identify(owner.pid)
    Platform(idle.layout, {**idle.environ, "BINA_OWNER": f"{one.pid} {one.started}"}).up()
    everything = family(idle)
    owner.kill()
    owner.wait()
    until(lambda: not [each for each in everything if each.is_alive()], 60)


def test_program_of_a_stopped_platform_cannot_be_asked_for(idle: Platform) -> None:
    with pytest.raises(NotRunningError):
        idle.program("kafka")
