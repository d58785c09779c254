"""A second relay or consumer beside the platform's own, to take over from one that is silent."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import requests

from bina.ports import LOOPBACK, free_ports
from bina.process import Program, end_group, start
from prove.ground import Ground


@dataclass
class Twin:
    """A running second program; start it from the thread that lives as long as it should."""

    ground: Ground
    program: Program
    port: int
    process: subprocess.Popen[bytes]

    @property
    def name(self) -> str:
        """Under which name its faults are armed."""
        return self.program.name

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    def is_alive(self) -> bool:
        """Say whether it runs."""
        return self.process.poll() is None

    def is_ready(self) -> bool:
        """Say whether it says that it is ready."""
        try:
            return requests.get(f"http://{LOOPBACK}:{self.port}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def revive(self) -> None:
        """Start it again if it has ended, as a supervisor would."""
        if not self.is_alive():
            self.process = start(self.program, self.ground.platform.layout.log_of(self.name))

    def end(self) -> None:
        """Ask it to end, and insist."""
        end_group(self.process, patience=12)


@contextmanager
def second(ground: Ground, service: str, process: str, environ: Mapping[str, str]) -> Iterator[Twin]:
    """Run one more program of a service for the length of the block."""
    found = ground.stack.service(service)
    if found is None:
        raise ValueError(service)
    (port,) = free_ports(1)
    name = f"{service}.{process}@2"
    usual = ground.stack.program(found, process)
    own = {
        "BINA_HOME": str(ground.platform.layout.home),
        **{key: ground.platform.environ[key] for key in ("PYTHONPATH", "BINA_FAULTS", "BINA_KAFKA_SESSION_MS")},
        "BINA_HTTP_PORT": "0",
        "BINA_RELAY_PORT": "0",
        "BINA_CONSUMER_PORT": "0",
        f"BINA_{'HTTP' if process == 'api' else process.upper()}_PORT": str(port),
        "BINA_INSTANCE": f"{service}-2",
        "BINA_FAULTS_AS": name,
    }
    program = replace(usual, name=name, env={**usual.env, **own, **environ})
    twin = Twin(ground, program, port, start(program, ground.platform.layout.log_of(name)))
    try:
        yield twin
    finally:
        twin.end()
