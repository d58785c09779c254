"""The published topics and who may do what with them, read from contracts/topics.yaml; pure but for the reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bina.engines.kafka_access import Grant, NewTopic
from bina.errors import ConfigurationError

_FOREVER = {"retention.ms": "-1", "retention.bytes": "-1", "max.message.bytes": "1048588"}
_DAYS_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic: its only writer, its readers, and for how long its facts are kept."""

    name: str
    owner: str
    partitions: int
    retention: str
    readers: tuple[str, ...]

    def dead_letters(self, reader: str) -> str:
        """Name the topic for what this reader cannot decode."""
        return f"{self.name}.{reader}.dlq"


def read(path: Path) -> tuple[Topic, ...]:
    """Read the declared topics; every fault is named."""
    try:
        rows = yaml.safe_load(path.read_text("utf-8"))["topics"]
        return tuple(_topic(row) for row in rows)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be used: {type(error).__name__} {error}") from error


def to_make(topics: Iterable[Topic]) -> list[NewTopic]:
    """List what the broker must have: each topic, and one for the dead letters of each of its readers."""
    made = []
    for topic in topics:
        made.append(NewTopic(name=topic.name, partitions=topic.partitions, settings=_settings(topic)))
        made += [NewTopic(name=topic.dead_letters(reader), partitions=1, settings=_FOREVER) for reader in topic.readers]
    return made


def grants(topics: Iterable[Topic]) -> set[Grant]:
    """Derive the rights: write what one owns, read what one is a reader of, set aside what one cannot decode.

    Topics are granted by name, because `<service>.` as a prefix would cover the dead letters of others.
    """
    rights: set[Grant] = set()
    for topic in topics:
        rights.add(Grant(user=topic.owner, operation="WRITE", kind="TOPIC", name=topic.name))
        for reader in topic.readers:
            rights |= {
                Grant(user=reader, operation="READ", kind="TOPIC", name=topic.name),
                Grant(user=reader, operation="READ", kind="GROUP", name=f"{reader}.", is_prefix=True),
                Grant(user=reader, operation="WRITE", kind="TOPIC", name=topic.dead_letters(reader)),
            }
    return rights


def _topic(row: dict[str, Any]) -> Topic:
    topic = Topic(
        name=str(row["name"]),
        owner=str(row["owner"]),
        partitions=int(row["partitions"]),
        retention=str(row["retention"]),
        readers=tuple(row["readers"]),
    )
    _settings(topic)
    return topic


def _settings(topic: Topic) -> dict[str, str]:
    if topic.retention == "forever":
        return dict(_FOREVER)
    return {**_FOREVER, "retention.ms": str(int(topic.retention.removesuffix("d")) * _DAYS_MS)}
