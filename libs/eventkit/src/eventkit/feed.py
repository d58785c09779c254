"""Reading from Kafka: raw records of some topics for one member of a group, and whether the broker is still heard.

No deserializers: in kafka-python 3.0.12 one that raises makes `poll` spin for ever.
"""

import logging
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from kafka import (
    ConsumerGroupMetadata,
    ConsumerRebalanceListener,
    KafkaConsumer,
    KafkaProducer,
    OffsetAndMetadata,
    TopicPartition,
)
from kafka.admin import KafkaAdminClient, MemberToRemove
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import KafkaError

from eventkit import metrics
from eventkit.envelope import Header
from eventkit.kafka import KafkaSettings

log = logging.getLogger(__name__)

SILENT_S: Final = 8.0  # between two and three heartbeats
JOIN_MS: Final = 1_000
LOST_S: Final = 30.0  # beyond what a broker needs to start again


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as it lies on the topic, undecoded."""

    partition: Partition
    offset: int
    key: bytes | None
    headers: list[Header]
    value: bytes | None
    timestamp_ms: int


class LostClientError(RuntimeError):
    """The client no longer hears a broker that is there; only a new process mends that (seen after a restart)."""


class KafkaFeed:
    """Raw records of some topics for one member of a group; positions are set by the caller."""

    def __init__(self, settings: KafkaSettings, group: str, topics: Collection[str], *, instance: str) -> None:
        self._changes: list[tuple[str, frozenset[Partition]]] = []
        self._settings = settings
        self._asked_at = 0.0
        self._consumer = KafkaConsumer(
            **settings.options(),
            group_id=group,
            group_instance_id=instance,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=settings.session_ms,
            heartbeat_interval_ms=settings.session_ms // 5,
            max_poll_interval_ms=settings.poll_ms,
            max_poll_records=500,
            fetch_max_wait_ms=100,
            fetch_min_bytes=1,
            fetch_max_bytes=8_000_000,
            max_partition_fetch_bytes=1_100_000,
            check_crcs=True,
            metadata_max_age_ms=30_000,
            partition_assignment_strategy=(RangePartitionAssignor,),
        )
        # A member that leads the group before it knows the topics gives everybody nothing, and it stays so.
        for topic in topics:
            self._consumer.partitions_for_topic(topic)
        self._consumer.subscribe(topics=sorted(topics), listener=_Listener(self._changes))

    def poll(self, timeout_ms: int, limit: int) -> list[Record]:
        """Give records in the order of each partition.

        Raises KafkaError when the broker refuses us, LostClientError when it answers others and not us.
        """
        self._demand_an_answer()
        polled = self._consumer.poll(timeout_ms=self._finish_joining(timeout_ms), max_records=limit)
        return [
            Record(
                partition=Partition(each.topic, each.partition),
                offset=each.offset,
                key=each.key,
                headers=[(name, value or b"") for name, value in each.headers],
                value=each.value,
                timestamp_ms=each.timestamp,
            )
            for batch in polled.values()
            for each in batch
        ]

    def assignment(self) -> frozenset[Partition]:
        """Give the partitions that are ours now."""
        return frozenset(Partition(each.topic, each.partition) for each in self._consumer.assignment())

    def changes(self) -> list[tuple[str, frozenset[Partition]]]:
        """Give, once, what was assigned or revoked since the last call, in order."""
        seen, self._changes[:] = list(self._changes), []
        return seen

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from this offset."""
        self._consumer.seek(TopicPartition(*partition), offset)

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Tell Kafka where we are; for lag tools only, our own checkpoint decides."""
        marks = {TopicPartition(*each): OffsetAndMetadata(offset, "", -1) for each, offset in offsets.items()}
        self._consumer.commit_async(marks)

    def pause(self) -> None:
        """Stop fetching but stay in the group."""
        self._consumer.pause(*self._consumer.assignment())

    def resume(self) -> None:
        """Fetch again."""
        self._consumer.resume(*self._consumer.paused())

    def lag(self) -> int:
        """Count the records between our positions and the ends that the broker last told."""
        behind = 0
        for each in self._consumer.assignment():
            end = self._consumer.highwater(each)
            if end is not None:
                behind += max(0, end - self._consumer.position(each, timeout_ms=1_000))
        return behind

    def silence(self) -> float:
        """Say for how long the group's coordinator has not answered; `poll` itself only gives nothing."""
        beat = self._consumer._coordinator.heartbeat  # noqa: SLF001 - the public metric counts from what was sent
        return float(time.monotonic() - max(beat.last_receive, beat.last_reset))

    def _finish_joining(self, timeout_ms: int) -> int:
        """Give a join that is under way the time it needs.

        A poll that is too short leaves it behind, and the client (3.0.12) forgets it when what caused it is settled by
        then: the partitions are taken away and never given back.
        """
        coordinator = self._consumer._coordinator  # noqa: SLF001 - nothing public tells of a join
        if not coordinator.rejoining:
            return timeout_ms
        coordinator.request_rejoin()
        return max(timeout_ms, JOIN_MS)

    def _demand_an_answer(self) -> None:
        """Find out, once it is silent for long, whether the broker is away or our client no longer hears it."""
        if self.silence() < LOST_S or time.monotonic() < self._asked_at + LOST_S / 3:
            return
        self._asked_at = time.monotonic()
        try:
            KafkaProducer(**self._settings.options()).close(timeout=0)
        except KafkaError:
            return
        raise LostClientError(f"kafka answers others, but not us for {self.silence():.0f} s")

    def red(self) -> list[str]:
        """Say why nothing can be read; empty when something can."""
        silence = self.silence()
        return [f"kafka has not answered for {silence:.0f} s"] if silence > SILENT_S else []

    def details(self) -> dict[str, object]:
        """Give the figures of the connection and bring its gauge up to date."""
        silence = round(self.silence(), 1)
        metrics.gauge("kafka_silent_seconds", silence)
        return {"kafka_silent_seconds": silence}

    def ends(self, topics: Iterable[str]) -> dict[Partition, int]:
        """Give the end offset of every partition of these topics."""
        wanted = [
            TopicPartition(topic, number)
            for topic in topics
            for number in self._consumer.partitions_for_topic(topic) or ()
        ]
        return {Partition(each.topic, each.partition): end for each, end in self._consumer.end_offsets(wanted).items()}

    def close(self) -> None:
        """Leave the group at once, so that the others need not wait for the end of our session."""
        ours = self._consumer.group_metadata()
        self._consumer.close(autocommit=False, timeout_ms=3_000)
        if ours.member_id:
            self._resign(ours)

    def _resign(self, ours: ConsumerGroupMetadata) -> None:
        """Take our name off the list: closing never does that for a member with a name of its own.

        With the member's own id, because the name may be another's by now, who then must stay.
        """
        access = self._settings.options()
        del access["allow_auto_create_topics"]  # of producers and consumers alone
        try:
            admin = KafkaAdminClient(**access)
            try:
                me = MemberToRemove(member_id=ours.member_id, group_instance_id=ours.group_instance_id)
                admin.remove_group_members(ours.group_id, [me])
            finally:
                admin.close()
        except KafkaError as error:
            log.info("group left to notice by itself", extra={"error": type(error).__name__})


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # the library's class has no types
    """Notes changes for the loop; acts on nothing, because it is called from inside `poll`."""

    def __init__(self, changes: list[tuple[str, frozenset[Partition]]]) -> None:
        self._changes = changes

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._changes.append(("assigned", frozenset(Partition(each.topic, each.partition) for each in assigned)))

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._changes.append(("revoked", frozenset(Partition(each.topic, each.partition) for each in revoked)))
