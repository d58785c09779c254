"""Users, topics and access rights of a running broker; the only module of this package that speaks Kafka."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    OffsetSpec,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError

from bina.engines.kafka import MECHANISM, Broker
from bina.errors import OperatorError
from bina.ports import answers

PROTOCOL = "SASL_PLAINTEXT"
_PATIENCE_MS = 10_000
_EVERY_ACL = ACLFilter(
    principal=None,
    host=None,
    operation=ACLOperation.ANY,
    permission_type=ACLPermissionType.ANY,
    resource_pattern=ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Grant:
    """One right of one user; whatever is not granted is denied."""

    user: str
    operation: Literal["READ", "WRITE"]
    kind: Literal["TOPIC", "GROUP"]
    name: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTopic:
    """A topic to be made; the number of partitions is fixed for good, because it decides the order per key."""

    name: str
    partitions: int
    settings: Mapping[str, str]


def connect(broker: Broker, *, patience_ms: int = 3000) -> KafkaAdminClient:
    """Open an administrator's client; raises KafkaTimeoutError while the broker does not answer."""
    return KafkaAdminClient(
        **client_options(broker),
        bootstrap_timeout_ms=patience_ms,
        request_timeout_ms=10_000,
        reconnect_backoff_max_ms=500,
    )


def client_options(broker: Broker) -> dict[str, Any]:
    """Give what any client needs to come in with the administrator's rights."""
    return {
        "bootstrap_servers": broker.bootstrap,
        "security_protocol": PROTOCOL,
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": "admin",
        "sasl_plain_password": broker.passwords["admin"],
    }


def wait_until_ready(broker: Broker, *, deadline: float) -> KafkaAdminClient:
    """Wait for an authenticated answer that names a broker: an open port is not yet a broker with rights."""
    reason = "no answer yet"
    while time.monotonic() < deadline:
        if not answers(broker.port):  # the client itself would back off for seconds
            time.sleep(0.05)
            continue
        try:
            admin = connect(broker)
        except KafkaError as error:
            reason = str(error)
            continue
        if admin.describe_cluster()["brokers"]:
            return admin
        admin.close()
        reason = "the cluster has no broker yet"
        time.sleep(0.1)
    raise OperatorError(f"Kafka on {broker.bootstrap} does not get ready: {reason}", fix="read `bina logs kafka`")


def set_passwords(admin: KafkaAdminClient, passwords: Mapping[str, str]) -> None:
    """Make the users, or give existing ones this password."""
    answer = admin.alter_user_scram_credentials(
        [UserScramCredentialUpsertion(user, MECHANISM, word) for user, word in passwords.items()]
    )
    refused = {user: error for user, error in answer.items() if error}
    if refused:
        raise OperatorError(f"Kafka refuses users: {refused}")


def make_topics(admin: KafkaAdminClient, topics: Iterable[NewTopic]) -> None:
    """Make the topics that are missing; refuse one that exists with another number of partitions."""
    existing = read_topics(admin)
    missing = [topic for topic in topics if topic.name not in existing]
    for topic in topics:
        if existing.get(topic.name, topic.partitions) != topic.partitions:
            raise OperatorError(
                f"topic {topic.name} has {existing[topic.name]} partitions and contracts/topics.yaml says "
                f"{topic.partitions}; another number would break the order per key"
            )
    if missing:
        wanted = {
            topic.name: {"num_partitions": topic.partitions, "replication_factor": 1, "configs": dict(topic.settings)}
            for topic in missing
        }
        admin.create_topics(wanted, wait_for_metadata=True)


def set_grants(admin: KafkaAdminClient, grants: Iterable[Grant], *, deadline: float) -> None:
    """Make exactly these rights hold, and wait until the broker itself lists them.

    A broker answers before its authorizer knows the rights; a client that came at once would fail for good.
    """
    wanted = set(grants)
    present = read_grants(admin)
    if wanted - present:
        admin.create_acls([_acl(grant) for grant in sorted(wanted - present)])
    if present - wanted:
        admin.delete_acls([_filter(grant) for grant in sorted(present - wanted)])
    while read_grants(admin) != wanted:
        if time.monotonic() > deadline:
            raise OperatorError("Kafka does not take over the access rights in time")
        time.sleep(0.05)


def read_grants(admin: KafkaAdminClient) -> set[Grant]:
    """Read the rights that the broker knows."""
    found, _ = admin.describe_acls(_EVERY_ACL)
    return {_grant(acl) for acl in found}


def read_ends(admin: KafkaAdminClient, partitions: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Give the end of every partition of these topics: as nothing is ever deleted, that is its count."""
    wanted = [TopicPartition(name, number) for name, count in partitions.items() for number in range(count)]
    found = admin.list_partition_offsets(dict.fromkeys(wanted, OffsetSpec.LATEST))
    return {
        name: tuple(found[TopicPartition(name, number)].offset for number in range(count))
        for name, count in partitions.items()
    }


def read_records(broker: Broker, partitions: Mapping[str, int]) -> Iterator[Any]:
    """Read these topics up to where they end now."""
    consumer = KafkaConsumer(**client_options(broker), group_id=None)
    try:
        places = [TopicPartition(name, number) for name, count in partitions.items() for number in range(count)]
        ends = {place: end for place, end in consumer.end_offsets(places).items() if end}
        if not ends:
            return
        consumer.assign(list(ends))
        consumer.seek_to_beginning(*ends)
        while any(consumer.position(place) < end for place, end in ends.items()):
            polled = consumer.poll(timeout_ms=_PATIENCE_MS)
            if not polled:
                raise OperatorError(f"{', '.join(partitions)} cannot be read to the end")
            yield from (record for records in polled.values() for record in records)
    finally:
        consumer.close()


def read_topics(admin: KafkaAdminClient) -> dict[str, int]:
    """Read the topics that exist, with their number of partitions."""
    return {row["name"]: len(row["partitions"]) for row in admin.describe_topics()}


def _grant(acl: Any) -> Grant:
    pattern = acl.resource_pattern
    return Grant(
        user=acl.principal.removeprefix("User:"),
        operation=acl.operation.name,
        kind=pattern.resource_type.name,
        name=pattern.resource_name,
        is_prefix=pattern.pattern_type == ACLResourcePatternType.PREFIXED,
    )


def _parts(grant: Grant) -> dict[str, Any]:
    return {
        "principal": f"User:{grant.user}",
        "host": "*",
        "operation": ACLOperation[grant.operation],
        "permission_type": ACLPermissionType.ALLOW,
    }


def _pattern(grant: Grant) -> tuple[ResourceType, str, ACLResourcePatternType]:
    pattern = ACLResourcePatternType.PREFIXED if grant.is_prefix else ACLResourcePatternType.LITERAL
    return ResourceType[grant.kind], grant.name, pattern


def _acl(grant: Grant) -> ACL:
    return ACL(**_parts(grant), resource_pattern=ResourcePattern(*_pattern(grant)))


def _filter(grant: Grant) -> ACLFilter:
    return ACLFilter(**_parts(grant), resource_pattern=ResourcePatternFilter(*_pattern(grant)))
