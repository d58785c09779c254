"""topics.yaml, the services' code and the contract files name the same topics, events and readers."""

import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tools import catalogue
from tools.catalogue import CONTRACTS, TYPE, Topic


def version_gaps(types: Iterable[str]) -> set[str]:
    """Name the events whose versions do not run 1, 2, 3 … without a gap."""
    majors: dict[str, set[int]] = {}
    for event_type in types:
        name, _, major = event_type.rpartition(".v")
        majors.setdefault(name, set()).add(int(major))
    return {name for name, found in majors.items() if found != set(range(1, len(found) + 1))}


def faults_of(topic: Topic, services: Iterable[str]) -> list[str]:
    """Say what is wrong with one declared topic."""
    known = set(services)
    subject = topic.name.partition(".")[2]
    is_audit = subject == "audit"  # one chain, read with the operator's rights only
    rules = {
        "owner is no service": topic.owner in known,
        "name is not <owner>.<subject>": bool(re.fullmatch(rf"{topic.owner}\.[a-z]+", topic.name)),
        "reader is no service": set(topic.readers) <= known,
        "owner reads itself": topic.owner not in topic.readers,
        "key is not <tenant>/<subject id>": topic.key == f"<tenant>/<{subject} id>",
        "partitions are not 12, or 1 for the audit log": topic.partitions == (1 if is_audit else 12),
        "facts are kept for ever": topic.retention == "forever",
        "event of another subject": all(event.split(".")[0] == subject for event in topic.events),
        "no reader, or one of an audit log": bool(topic.readers) != is_audit,
    }
    return [f"{topic.name}: {fault}" for fault, holds in rules.items() if not holds]


def projections() -> Mapping[str, Iterable[Any]]:
    """Collect the declared projections of every service that consumes."""
    consuming = [s for s in catalogue.services() if "consumer" in catalogue.settings_of(s)["processes"]]
    return {name: importlib.import_module(f"{name}.consumers").PROJECTIONS for name in consuming}


def test_topics_are_well_declared() -> None:
    assert [fault for topic in catalogue.topics() for fault in faults_of(topic, catalogue.services())] == []


def test_planted_topic_faults_are_caught() -> None:
    bad = Topic(
        name="registration.seat",
        owner="nobody",
        key="<seat id>",
        partitions=3,
        retention="7d",
        readers=("nobody",),
        events=("batch.started",),
    )
    assert len(faults_of(bad, ["registration"])) == 8
    read = replace(bad, name="registration.audit", owner="registration", readers=("curriculum",), partitions=12)
    assert len(faults_of(read, ["registration", "curriculum"])) == 5


def test_every_topic_is_declared_once() -> None:
    names = [topic.name for topic in catalogue.topics()]
    assert len(names) == len(set(names))


def services_without_anchor(topics: Iterable[Topic], services: Iterable[str]) -> set[str]:
    """Name the services whose audit log would be anchored nowhere."""
    return set(services) - {topic.owner for topic in topics if topic.name == f"{topic.owner}.audit"}


def test_every_service_has_a_topic_for_its_audit_log() -> None:
    assert services_without_anchor(catalogue.topics(), catalogue.services()) == set()


def test_planted_service_without_its_audit_topic_is_caught() -> None:
    assert services_without_anchor(catalogue.topics(), ["registration", "nobody"]) == {"nobody"}


def test_event_types_follow_the_grammar() -> None:
    assert {name for name in catalogue.event_types() if not TYPE.fullmatch(name)} == set()


def test_code_topics_and_files_name_the_same_events() -> None:
    code = set(catalogue.event_types())
    declared = {name for topic in catalogue.topics() for name in topic.types}
    files = {
        f"id.bina.{path.parent.name}.{path.name.removesuffix('.schema.json')}"
        for path in CONTRACTS.glob("events/*/*.schema.json")
    }
    assert code == declared
    assert code == files


def test_versions_have_no_gaps() -> None:
    assert version_gaps(catalogue.event_types()) == set()


def test_planted_version_gap_is_caught() -> None:
    assert version_gaps(["id.bina.a.b.c.v1", "id.bina.a.b.c.v3", "id.bina.a.b.d.v1"]) == {"id.bina.a.b.c"}


def test_an_event_is_declared_by_its_owner() -> None:
    owners = {name: event.payload.__module__.split(".")[0] for name, event in catalogue.event_types().items()}
    own = {name: owner for name, owner in owners.items() if name.split(".")[3] != "audit"}  # eventkit's, for each
    assert {name for name, owner in own.items() if name.split(".")[2] != owner} == set()
    assert {owners[name] for name in owners.keys() - own.keys()} == {"eventkit"}


def test_every_projection_reads_a_topic_that_it_may_read() -> None:
    readers = {topic.name: topic.readers for topic in catalogue.topics()}
    read = {(name, p.topic) for name, declared in projections().items() for p in declared}
    assert {(name, topic) for name, topic in read if name not in readers.get(topic, ())} == set()


def test_every_declared_reader_really_reads() -> None:
    declared = {(reader, topic.name) for topic in catalogue.topics() for reader in topic.readers}
    read = {(name, p.topic) for name, found in projections().items() for p in found}
    assert declared - read == set()


def test_every_handled_type_belongs_to_its_topic() -> None:
    types = {topic.name: topic.types for topic in catalogue.topics()}
    handled = [(name, p.topic, t) for name, found in projections().items() for p in found for t in p.handlers]
    assert handled
    assert [row for row in handled if row[2] not in types.get(row[1], ())] == []
