"""What can be wrong with a machine or a platform: one function per subject, each giving findings with their fix."""

import ctypes.util
import importlib.metadata
import importlib.util
import platform as machine
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import psutil

from bina import ports, topics
from bina.credentials import is_private
from bina.engines import jars, kafka_access, mongod
from bina.errors import OperatorError
from bina.launcher.control import Platform
from bina.launcher.state import Phase, load
from bina.launcher.supervisor import state_file
from bina.process import raise_file_limit
from bina.stack import Stack

Grade = Literal["ok", "warn", "fail"]
_LEAST_FILES = 4_096
_OLDEST_PYTHON = (3, 11)
_DISK_MB, _TIGHT_DISK_MB = 2000, 5000
_MEMORY_MB = 1500
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found; anything but `ok` says what to do."""

    subject: str
    grade: Grade
    text: str
    fix: str = ""


def examine(platform: Platform) -> list[Finding]:
    """Run every check; one that cannot run is a finding itself."""
    found = list(_machine(platform))
    try:
        stack = platform.stack()
    except OperatorError as error:
        return [*found, _bad("project", str(error), error.fix)]
    subjects: list[Callable[[Platform, Stack], Iterable[Finding]]] = [_services, _secrets, _state, _ports, _broker]
    for subject in subjects:
        try:
            found += subject(platform, stack)
        except OperatorError as error:
            found.append(_bad(subject.__name__.strip("_"), str(error), error.fix))
    return found


def _ok(subject: str, text: str) -> Finding:
    return Finding(subject=subject, grade="ok", text=text)


def _bad(subject: str, text: str, fix: str) -> Finding:
    return Finding(subject=subject, grade="fail", text=text, fix=fix)


def _doubt(subject: str, text: str, fix: str) -> Finding:
    return Finding(subject=subject, grade="warn", text=text, fix=fix)


def _machine(platform: Platform) -> Iterator[Finding]:
    yield _python()
    yield _architecture()
    for tool in ("make", "git"):
        found = shutil.which(tool)
        yield _ok(tool, found) if found else _bad(tool, "not found", f"apt-get install {tool}")
    has_venv = importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")
    missing_venv = _bad("venv", "python cannot make environments", "apt-get install python3-venv")
    yield _ok("venv", "present") if has_venv else missing_venv
    has_crc = importlib.util.find_spec("crc32c") is not None
    missing_crc = _bad("crc32c", "missing: Kafka would be three to six times slower", "make setup")
    yield _ok("crc32c", "present") if has_crc else missing_crc
    yield _curl()
    yield _mongod()
    yield _jars(platform)
    yield _files()
    yield _disk(platform)
    yield _memory(platform)


def _python() -> Finding:
    version = machine.python_version()
    if sys.version_info >= _OLDEST_PYTHON:
        return _ok("python", version)
    return _bad("python", f"{version} is too old", "apt-get install python3.11")


def _architecture() -> Finding:
    kind = f"{machine.system()} {machine.machine()}"
    if kind == "Linux x86_64":
        return _ok("machine", kind)
    return _bad("machine", f"{kind}: the local mongod is made for Linux x86_64", "use docker-compose.yml there")


def _curl() -> Finding:
    if mongod.has_system_curl():
        return _ok("libcurl", ctypes.util.find_library("curl") or "libcurl.so.4")
    try:
        other = mongod.bundled_curl().name
        return _doubt("libcurl", f"not on this machine, taken from {other}", "apt-get install libcurl4, if you can")
    except OperatorError as error:
        return _bad("libcurl", str(error), error.fix)


def _mongod() -> Finding:
    try:
        return _ok("mongod", str(mongod.binary()))
    except OperatorError as error:
        return _bad("mongod", str(error), error.fix)


def _jars(platform: Platform) -> Finding:
    total, faulty = len(jars.manifest()), jars.faulty(platform.layout.cache)
    if not faulty:
        return _ok("kafka jars", f"{total} files match the manifest")
    return _doubt(
        "kafka jars", f"{len(faulty)} of {total} are not in {platform.layout.cache} or differ", "bina up fetches them"
    )


def _files() -> Finding:
    allowed = raise_file_limit()
    if allowed >= _LEAST_FILES:
        return _ok("open files", f"{allowed} allowed")
    return _bad("open files", f"only {allowed} allowed", f"raise the hard limit (ulimit -Hn) to {_LEAST_FILES}")


def _disk(platform: Platform) -> Finding:
    folder = next(each for each in (platform.layout.home, *platform.layout.home.parents) if each.exists())
    free = shutil.disk_usage(folder).free // _MB
    if free < _DISK_MB:
        return _bad("disk", f"{free} MB free at {folder}", f"free {_DISK_MB} MB, or set BINA_HOME to another disk")
    if free < _TIGHT_DISK_MB:
        return _doubt("disk", f"only {free} MB free at {folder}", "free some, or set BINA_HOME to another disk")
    return _ok("disk", f"{free} MB free")


def _memory(platform: Platform) -> Finding:
    free = psutil.virtual_memory().available // _MB
    if platform.is_running() or free >= _MEMORY_MB:
        return _ok("memory", f"{free} MB available")
    return _doubt("memory", f"{free} MB available, {_MEMORY_MB} MB needed", "end other programs")


def _services(platform: Platform, stack: Stack) -> Iterator[Finding]:  # noqa: ARG001 - all subjects are called alike
    if not stack.services:
        yield _bad("services", "no services/*/pyproject.toml has a [tool.bina] table", "call bina in the project")
    for name in (*(service.name for service in stack.services), "issuer"):
        is_there = importlib.util.find_spec(name) is not None
        yield _ok(name, "installed") if is_there else _bad(name, "not installed", "make setup")


def _secrets(platform: Platform, stack: Stack) -> Iterator[Finding]:  # noqa: ARG001 - all subjects are called alike
    path = platform.layout.secrets
    if not path.exists():
        yield _ok("secrets", "will be drawn at the first start")
    elif is_private(path):
        yield _ok("secrets", f"{path} is private")


def _state(platform: Platform, stack: Stack) -> Iterator[Finding]:  # noqa: ARG001 - all subjects are called alike
    state = load(state_file(platform.layout))
    if platform.is_running() or state is None or state.phase in (Phase.STOPPED, Phase.FAILED):
        failed = state is not None and state.phase is Phase.FAILED and not platform.is_running()
        yield (
            _doubt("state", f"the last start failed: {state.reason}", state.fix)
            if failed and state
            else _ok("state", "running" if platform.is_running() else "not running")
        )
    elif alive := state.alive():
        yield _bad("state", f"{len(alive)} program(s) of a killed launcher still run", "bina down")
    else:
        yield _doubt("state", "left by a launcher that was killed; harmless", "bina up, or bina down")


def _ports(platform: Platform, stack: Stack) -> Iterator[Finding]:
    if platform.is_running():
        yield _ok("ports", "held by the running platform")
        return
    ports.refuse_taken(stack.ports)
    yield _ok("ports", f"{len(stack.ports)} free")


def _broker(platform: Platform, stack: Stack) -> Iterator[Finding]:
    if not platform.is_running():
        return
    admin = kafka_access.wait_until_ready(stack.broker, deadline=time.monotonic() + 5)
    try:
        existing, granted = kafka_access.read_topics(admin), kafka_access.read_grants(admin)
    finally:
        admin.close()
    missing = sorted(topic.name for topic in topics.to_make(stack.topics) if topic.name not in existing)
    yield (
        _bad("topics", f"missing: {', '.join(missing)}", "bina down, bina up")
        if missing
        else _ok("topics", f"{len(topics.to_make(stack.topics))} present")
    )
    wanted = topics.grants(stack.topics)
    differ = len(wanted ^ granted)
    yield (
        _bad("access rights", f"{differ} differ from contracts/topics.yaml", "bina down, bina up")
        if differ
        else _ok("access rights", f"{len(wanted)} as declared, all else denied")
    )
