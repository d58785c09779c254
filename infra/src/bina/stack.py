"""One platform, fully decided: which programs run, on which ports, with which passwords and settings."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bina import ports, services, topics
from bina.credentials import Credentials
from bina.engines.kafka import SUPER_USERS, Broker
from bina.engines.kafka_access import PROTOCOL
from bina.engines.mongod import Store, StoreUser
from bina.engines.mongod_access import uri
from bina.layout import Layout
from bina.process import Program
from bina.services import Service
from bina.topics import Topic

ISSUER = "issuer"
_FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}  # one heap per thread would double what a web process takes
_ENGINE_PORTS = {"kafka": 9092, "kafka_controller": 9093, ISSUER: 8100}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Everything that the launcher and the commands need to know about one platform."""

    layout: Layout
    services: tuple[Service, ...]
    topics: tuple[Topic, ...]
    ports: Mapping[str, int]
    credentials: Credentials
    takes_faults: bool = False

    @property
    def broker(self) -> Broker:
        """The one Kafka node."""
        return Broker(
            home=self.layout.data / "kafka",
            port=self.ports["kafka"],
            controller_port=self.ports["kafka_controller"],
            cluster=self.credentials.cluster(),
            passwords={name: self.credentials.password(f"kafka.{name}") for name in SUPER_USERS},
        )

    @property
    def issuer_url(self) -> str:
        """The address of the development issuer; it is also the `iss` of its tokens."""
        return self.url(ISSUER)

    def url(self, listener: str) -> str:
        """The address of one listener that speaks HTTP."""
        return f"http://{ports.LOOPBACK}:{self.ports[listener]}"

    def service(self, name: str) -> Service | None:
        """Find a service by its name."""
        return next((each for each in self.services if each.name == name), None)

    def store(self, service: Service) -> Store:
        """The mongod of one service."""
        return Store(
            name=f"{service.name}.mongod",
            home=self.layout.data / f"mongod-{service.name}",
            port=self.ports[f"{service.name}_mongo"],
            key=self.credentials.hexadecimal(f"mongod.{service.name}.key"),
            root_password=self.credentials.password(f"mongod.{service.name}.root"),
            takes_faults=self.takes_faults,
        )

    def store_user(self, service: Service) -> StoreUser:
        """The one user of a service's mongod that may read and write its database."""
        return StoreUser(database=service.name, password=self.credentials.password(f"mongod.{service.name}.service"))

    def kafka_passwords(self) -> dict[str, str]:
        """The passwords of the services' Kafka users."""
        return {each.name: self.credentials.password(f"kafka.{each.name}") for each in self.services}

    def environment(self, service: Service) -> dict[str, str]:
        """The settings of a service; all its processes get the same."""
        name = service.name
        suffixes = {"HTTP": "", "RELAY": "_relay", "CONSUMER": "_consumer"}
        listeners = {kind: self.ports.get(name + suffix) for kind, suffix in suffixes.items()}
        return {
            "BINA_HTTP_HOST": ports.LOOPBACK,
            **{f"BINA_{kind}_PORT": str(port) for kind, port in listeners.items() if port},
            "BINA_MONGO_URI": uri(self.store(service), self.store_user(service)),
            "BINA_MONGO_DATABASE": name,
            "BINA_KAFKA_BOOTSTRAP": self.broker.bootstrap,
            "BINA_KAFKA_USERNAME": name,
            "BINA_KAFKA_PASSWORD": self.credentials.password(f"kafka.{name}"),
            "BINA_KAFKA_PROTOCOL": PROTOCOL,
            "BINA_OIDC_ISSUER": self.issuer_url,
            "BINA_OIDC_JWKS_URL": f"{self.issuer_url}/jwks.json",
            "BINA_OIDC_AUDIENCE": name,
            "BINA_INSTANCE": f"{name}-1",
            "PYTHONUNBUFFERED": "1",
            **_FEW_ARENAS,
            **{key: self.credentials.key(f"{name}.{key}") for key in service.keys},
        }

    def program(self, service: Service, process: str) -> Program:
        """How one process of a service is started; `init` is one of them."""
        return Program(
            name=f"{service.name}.{process}",
            argv=(sys.executable, "-m", service.name, process),
            env=self.environment(service),
        )

    def issuer_program(self) -> Program:
        """How the development issuer is started."""
        settings = {
            "BINA_HTTP_HOST": ports.LOOPBACK,
            "BINA_HTTP_PORT": str(self.ports[ISSUER]),
            "BINA_ISSUER_HOME": str(self.layout.data / ISSUER),
            "BINA_ISSUER_CLIENT_SECRET": self.credentials.password("issuer.client"),
            "BINA_ISSUER_SERVICES": ",".join(each.name for each in self.services),
            "PYTHONUNBUFFERED": "1",
        }
        return Program(name=ISSUER, argv=(sys.executable, "-m", ISSUER), env=settings)


def describe(layout: Layout, environ: Mapping[str, str] | None = None) -> Stack:
    """Decide everything from the project's files, the environment and what the state folder remembers."""
    given = os.environ if environ is None else environ
    found = services.discover(layout.root)
    defaults = _ENGINE_PORTS | {name: port for service in found for name, port in service.ports.items()}
    return Stack(
        layout=layout,
        services=found,
        topics=topics.read(layout.contracts),
        ports=ports.assign(defaults, given, _remembered(layout.home)),
        credentials=Credentials(layout.secrets),
        takes_faults=given.get("BINA_MONGOD_FAULTS") == "1",
    )


def settle(stack: Stack) -> None:
    """Write down what must be the same at the next start: ports and passwords."""
    stack.layout.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for service in stack.services:  # every word is drawn before the first program starts
        stack.environment(service)
        stack.store(service)
    stack.issuer_program()
    stack.credentials.save()
    _memory(stack.layout.home).write_text(json.dumps(dict(stack.ports), indent=1), "utf-8")


def _memory(home: Path) -> Path:
    return home / "ports.json"


def _remembered(home: Path) -> dict[str, int]:
    try:
        found = json.loads(_memory(home).read_text("utf-8"))
    except (OSError, ValueError):  # absent or cut off: the ports are decided anew
        return {}
    return {str(name): int(port) for name, port in found.items()}
