"""Every event has examples that its schema accepts, its producer can read and all its readers can read."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tools import catalogue, rendering
from tools.catalogue import CONTRACTS

EXAMPLES: Final = CONTRACTS / "examples"
UNKNOWN: Final = {"added_by_a_later_producer": {"any": ["thing", 1, None]}}


@dataclass(frozen=True, slots=True)
class Example:
    """One hand-written payload."""

    type: str
    path: str
    payload: dict[str, Any]


def examples() -> Iterator[Example]:
    """Read every example; the folders are <service>/<subject>.<past participle>.vN."""
    for path in sorted(EXAMPLES.glob("*/*/*.json")):
        event_type = f"id.bina.{path.parent.parent.name}.{path.parent.name}"
        yield Example(event_type, path.relative_to(EXAMPLES).as_posix(), json.loads(path.read_text("utf-8")))


@cache
def readers() -> tuple[tuple[str, str, Any], ...]:
    """Collect every service's reader of every type that it handles."""
    consuming = [s for s in catalogue.services() if "consumer" in catalogue.settings_of(s)["processes"]]
    projections = [(s, p) for s in consuming for p in importlib.import_module(f"{s}.consumers").PROJECTIONS]
    return tuple((name, t, handler.reader) for name, p in projections for t, handler in p.handlers.items())


def readers_of(event_type: str) -> list[tuple[str, Any]]:
    """List the readers of one type."""
    return [(service, reader) for service, handled, reader in readers() if handled == event_type]


def invalid(example: Example) -> list[str]:
    """Say what the published schema refuses in an example, with and without an unknown field."""
    schema = rendering.json_schema(catalogue.event_types()[example.type])
    validator = rendering.validator(schema)
    payloads = (example.payload, example.payload | UNKNOWN)
    return [f"{example.path}: {error.message}" for payload in payloads for error in validator.iter_errors(payload)]


def unreadable(example: Example, who: str, schema: Any) -> list[str]:
    """Say what a marshmallow schema refuses in an example, with and without an unknown field."""
    found = [schema().validate(payload) for payload in (example.payload, example.payload | UNKNOWN)]
    return [f"{example.path}: {who}: {faults}" for faults in found if faults]


def test_every_event_has_a_minimal_and_a_full_example() -> None:
    there = {(example.type, example.path.rsplit("/", 1)[-1]) for example in examples()}
    wanted = {(name, file) for name in catalogue.event_types() for file in ("minimal.json", "full.json")}
    assert wanted - there == set()


def test_minimal_and_full_differ() -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    for example in examples():
        found.setdefault(example.type, []).append(example.payload)
    assert {name for name, payloads in found.items() if any(payloads.count(p) > 1 for p in payloads)} == set()


def test_every_example_fits_its_published_schema() -> None:
    assert [fault for example in examples() for fault in invalid(example)] == []


def test_every_example_is_read_by_its_producer() -> None:
    events = catalogue.event_types()
    assert [f for e in examples() for f in unreadable(e, "producer", events[e.type].schema)] == []


def test_every_example_survives_a_round_trip() -> None:
    for example in examples():
        schema = catalogue.event_types()[example.type].schema()
        assert schema.dump(schema.load(example.payload)) == example.payload, example.path


def test_every_example_is_read_by_every_reader() -> None:
    found = [(e, who, reader) for e in examples() for who, reader in readers_of(e.type)]
    assert found
    assert [fault for e, who, reader in found for fault in unreadable(e, who, reader)] == []


def test_readers_build_what_they_declare() -> None:
    for example in examples():
        for who, reader in readers_of(example.type):
            assert isinstance(reader().load(example.payload | UNKNOWN), reader.builds), (who, example.path)


def test_planted_bad_example_is_caught() -> None:
    good = next(e for e in examples() if e.type.endswith("batch.rescheduled.v1"))
    bad = Example(good.type, "planted", good.payload | {"new_start": "31-12-2025", "batch": None})
    assert len(invalid(bad)) >= 2
    assert unreadable(bad, "producer", catalogue.event_types()[good.type].schema)
