"""Taking an engine away and giving it back: killed, or stopped in its tracks."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import PyMongoError

from prove.arena import Arena


def kill_for(arena: Arena, engine: str, seconds: float) -> float:
    """Kill an engine as a crash would, keep it away so long, start it again; gives the moment it was started."""
    arena.platform.kill(engine)
    arena.platform.stop(engine)  # it is dead already: this keeps the supervisor from starting it
    pause(seconds)
    started = time.time()
    arena.platform.start(engine, within=90)
    return started


@contextmanager
def stopped(arena: Arena, program: str) -> Iterator[int]:
    """Stop a program in its tracks for the length of the block; gives its process id."""
    pid = arena.platform.kill(program, signal.SIGSTOP).pid
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGCONT)


def pause(seconds: float) -> None:
    """Let a fault last."""
    time.sleep(seconds)


def until_primary(arena: Arena, service: str, *, within: float = 60) -> float:
    """Wait until a service's mongod takes writes; gives the moment."""

    def is_primary() -> bool:
        try:
            return bool(arena.database(service).client.admin.command("hello").get("isWritablePrimary"))
        except PyMongoError:
            return False

    arena.until(is_primary, within, f"the store of {service} takes writes")
    return time.time()


@contextmanager
def failing(arena: Arena, service: str, mode: object, **how: object) -> Iterator[None]:
    """Make commands of a service to its store fail as mongod's `failCommand` says, for the length of the block."""
    admin = arena.database(service).client.admin
    admin.command("configureFailPoint", "failCommand", mode=mode, data={"appName": service, **how})
    try:
        yield
    finally:
        admin.command("configureFailPoint", "failCommand", mode="off")


@contextmanager
def restarted(arena: Arena, programs: list[str], **environ: str) -> Iterator[None]:
    """Run some programs with other settings for the length of the block."""
    _restart(arena, programs, environ)
    try:
        yield
    finally:
        _restart(arena, programs, {})


def _restart(arena: Arena, programs: list[str], environ: dict[str, str]) -> None:
    path = arena.ground.faults / "environ.json"
    before = path.read_text("utf-8") if path.exists() else "{}"
    path.write_text(json.dumps({**json.loads(before), **environ}), "utf-8")
    for each in programs:
        arena.platform.stop(each)
        arena.platform.start(each)
    path.write_text(before, "utf-8")
