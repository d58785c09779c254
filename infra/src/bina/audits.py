"""The audit logs as operators see them: the newest entries, and whether the chain is the one that Kafka was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kafka.errors import KafkaError
from pymongo.database import Database

from bina.engines import kafka_access
from bina.engines.kafka import Broker
from bina.errors import NotRunningError
from bina.launcher.control import Platform
from bina.stores import each_store
from bina.topics import Topic
from eventkit import audit
from eventkit.audit import Anchor

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """One service's log: how long, up to where it is anchored, and the first entry that is not as it was sealed."""

    service: str
    entries: int
    anchored: int
    pending: int
    bad_entry: int | None
    fault: str | None


def verify(platform: Platform, only: str | None) -> list[AuditReport]:
    """Verify the log of every service, or of one."""
    stack = platform.stack()
    # The anchors first: an entry is there before its anchor is.
    known = each_store(platform, only, lambda database: anchors_of(stack.broker, stack.topics, database.name))
    reports = each_store(platform, only, lambda database: judge(database, known[database.name]))
    return list(reports.values())


def newest(database: Database[Document], limit: int) -> list[Document]:
    """Give the newest sealed entries of a service, the last one first."""
    return list(audit.log_of(database).find({}, sort=[("_id", -1)], limit=limit))


def judge(database: Database[Document], anchors: list[Anchor]) -> AuditReport:
    """Follow a service's chain and compare it with its anchors."""
    verdict = audit.verify(audit.log_of(database).find({}, sort=[("_id", 1)]), anchors)
    return AuditReport(
        service=database.name,
        entries=verdict.entries,
        anchored=verdict.anchored,
        pending=database[audit.PENDING].estimated_document_count(),
        bad_entry=verdict.finding.number if verdict.finding else None,
        fault=verdict.finding.fault if verdict.finding else None,
    )


def anchors_of(broker: Broker, topics: Iterable[Topic], service: str) -> list[Anchor]:
    """Read what Kafka knows of a service's log."""
    declared = {topic.name: topic.partitions for topic in topics}
    topic = f"{service}.audit"
    if topic not in declared:
        return []
    try:
        records = kafka_access.read_records(broker, {topic: declared[topic]})
        return audit.anchors_of(record.value for record in records if record.value is not None)
    except KafkaError as error:
        raise NotRunningError(f"Kafka does not answer: {error}", fix="bina status") from error
