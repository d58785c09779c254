"""One platform for all tests that need a whole one, and the main job run on it through the command line."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bina.demo.cli import places_of
from bina.demo.drive.access import Caller, Tokens
from bina.demo.drive.client import Client, Tally
from bina.launcher.control import Platform, running
from bina.stores import each_store
from testkit.mongo import note_every_plan

ROOT = Path(__file__).resolve().parents[1]
RUN_WITHIN_S = 240.0


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished run of the command."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON that the run wrote."""
        return json.loads(self.out)

    @property
    def values(self) -> dict[str, Any]:
        """Every figure of the report, without its moment."""
        return {key: figure["value"] for key, figure in self.data["figures"].items()}


@dataclass(frozen=True, slots=True)
class Stage:
    """A platform on which the job is run."""

    platform: Platform

    @property
    def home(self) -> Path:
        return self.platform.layout.home

    def bina(self, *arguments: str, on_line: Callable[[str], None] = lambda _: None) -> Ran:
        """Run a command of `bina` to its end; `on_line` hears each line of its progress."""
        environment = {**os.environ, "BINA_HOME": str(self.home), "BINA_PORTS": ""}
        command = [sys.executable, "-m", "bina", *arguments]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            killer = threading.Timer(RUN_WITHIN_S, process.kill)
            killer.start()
            out: list[str] = []
            assert process.stdout is not None
            assert process.stderr is not None
            reader = threading.Thread(target=lambda pipe: out.append(pipe.read()), args=(process.stdout,))
            reader.start()
            err = []
            for line in process.stderr:
                err.append(line)
                on_line(line)
            reader.join()
            status = process.wait()
            killer.cancel()
        return Ran(status, "".join(out), "".join(err))

    def client(self, tenant: str, role: str) -> Client:
        """Speak to the services in a role of a tenant."""
        places = places_of(self.platform.stack())
        return Client(places, Tokens(places), Caller(tenant, role), Tally())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a whole platform."""
    for item in items:
        if "stage" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Run one platform for all tests that do not disturb it."""
    with running(tmp_path_factory.mktemp("platform"), ROOT) as platform:
        each_store(platform, None, note_every_plan)
        yield Stage(platform)


@pytest.fixture(scope="session")
def first_run(stage: Stage) -> Ran:
    """Run the whole job once, with few people."""
    return stage.bina("demo", "--roster-scale", "small", "--json")
