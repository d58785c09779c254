"""What the repository itself says: the services it holds, the topics they publish and the events in their code."""

import importlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from marshmallow import Schema

from eventkit import audit

ROOT: Final = Path(__file__).resolve().parent.parent
CONTRACTS: Final = ROOT / "contracts"
TYPE: Final = re.compile(r"id\.bina\.(?P<service>[a-z]+)\.(?P<subject>[a-z]+)\.(?P<past>[a-z_]+)\.v(?P<major>[1-9]\d*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One published topic as contracts/topics.yaml declares it."""

    name: str
    owner: str
    key: str
    partitions: int
    retention: str
    readers: tuple[str, ...]
    events: tuple[str, ...]

    @property
    def types(self) -> frozenset[str]:
        """Name the event types of the topic in full; an event without a version is version 1."""
        versioned = (e if re.search(r"\.v\d+$", e) else f"{e}.v1" for e in self.events)
        return frozenset(f"id.bina.{self.owner}.{event}" for event in versioned)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One event as a service's code declares it: the payload class and its schema."""

    name: str
    payload: type[Any]
    schema: type[Schema]

    @property
    def service(self) -> str:
        """Name the owner: the third part of the type."""
        return self.name.split(".")[2]

    @property
    def short(self) -> str:
        """Name the contract files: `batch.started.v1`."""
        return self.name.split(".", 3)[3]


def services(root: Path = ROOT) -> tuple[str, ...]:
    """Name every service: a folder under services/ with a pyproject.toml is one."""
    return tuple(sorted(path.parent.name for path in (root / "services").glob("*/pyproject.toml")))


def settings_of(service: str, root: Path = ROOT) -> Mapping[str, Any]:
    """Read the `[tool.bina]` table of a service: ports and processes."""
    table = tomllib.loads((root / "services" / service / "pyproject.toml").read_text("utf-8"))
    bina: Mapping[str, Any] = table["tool"]["bina"]
    return bina


def topics(path: Path = CONTRACTS / "topics.yaml") -> tuple[Topic, ...]:
    """Read the declared topics in the order of the file."""
    rows = yaml.safe_load(path.read_text("utf-8"))["topics"]
    return tuple(Topic(**row | {"readers": tuple(row["readers"]), "events": tuple(row["events"])}) for row in rows)


@cache
def event_types() -> Mapping[str, EventType]:
    """Collect the events that the code of all services declares, by type."""
    return {event.name: event for service in services() for event in _events_of(service)}


def _events_of(service: str) -> Iterator[EventType]:
    yield EventType(name=audit.sealed_type(service), payload=audit.AuditSealed, schema=audit.AuditSealedSchema)
    package = ROOT / "services" / service / "src" / service
    if not (package / "events.py").exists() and not (package / "events").is_dir():
        return  # a service may publish nothing but the heads of its audit log
    schemas = importlib.import_module(f"{service}.events").SCHEMAS
    for payload, schema in schemas.items():
        yield EventType(name=payload.type, payload=payload, schema=schema)
