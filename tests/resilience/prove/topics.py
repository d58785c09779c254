"""Everything that lies on the topics, byte for byte; read on from where the last look ended."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from bina import topics as declared
from bina.engines import kafka_access
from bina.stack import Stack
from eventkit.feed import Partition, Record
from eventkit.kafka import KafkaSettings

READ_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A record to be produced as it is."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()
    partition: int | None = None


@dataclass
class Topics:
    """The topics of one platform, with the administrator's rights."""

    stack: Stack
    foreign: set[tuple[Partition, int]] = field(default_factory=set)  # what was produced by hand
    records: dict[str, list[Record]] = field(default_factory=dict)
    _consumer: KafkaConsumer | None = None

    @property
    def partitions(self) -> dict[str, int]:
        """The number of partitions of each topic, those of dead letters included."""
        return {each.name: each.partitions for each in declared.to_make(self.stack.topics)}

    def ends(self) -> dict[Partition, int]:
        """Ask the broker where each partition ends."""
        admin = kafka_access.connect(self.stack.broker)
        try:
            found = kafka_access.read_ends(admin, self.partitions)
        finally:
            admin.close()
        return {Partition(name, number): end for name, ends in found.items() for number, end in enumerate(ends)}

    def read(self) -> dict[str, list[Record]]:
        """Read on to the present ends; gives every record so far, in the order of each partition."""
        consumer = self._open()
        ends = self.ends()
        behind = {each for each, end in ends.items() if end > consumer.position(TopicPartition(*each), timeout_ms=5000)}
        deadline = time.monotonic() + READ_S
        while behind:
            for batch in consumer.poll(timeout_ms=200, max_records=5000).values():
                for each in batch:
                    self.records.setdefault(each.topic, []).append(_record(each))
            behind = {each for each in behind if consumer.position(TopicPartition(*each), timeout_ms=5000) < ends[each]}
            if behind and time.monotonic() > deadline:
                raise RuntimeError(f"the topics cannot be read to their ends: {sorted(behind)}")
        return self.records

    def produce(self, topic: str, records: Sequence[RawRecord]) -> None:
        """Write raw records and remember which ones they are."""
        producer = KafkaProducer(**self.options("prove-producer"), acks="all")
        try:
            sent = [
                producer.send(topic, key=one.key, value=one.value, headers=list(one.headers), partition=one.partition)
                for one in records
            ]
            for future in sent:
                done = future.get(timeout=10)
                self.foreign.add((Partition(done.topic, done.partition), done.offset))
        finally:
            producer.close()

    def close(self) -> None:
        """Let go of the broker."""
        if self._consumer is not None:
            self._consumer.close(autocommit=False)
            self._consumer = None

    def _open(self) -> KafkaConsumer:
        if self._consumer is None:
            self._consumer = KafkaConsumer(
                **self.options("prove-reader"), auto_offset_reset="earliest", enable_auto_commit=False
            )
            wanted = [
                TopicPartition(name, number) for name, count in self.partitions.items() for number in range(count)
            ]
            self._consumer.assign(wanted)
            for each in wanted:
                self._consumer.seek(each, 0)
        return self._consumer

    def options(self, client: str) -> dict[str, Any]:
        """Give what a client needs that has the rights of the administrator."""
        broker = self.stack.broker
        return KafkaSettings(
            bootstrap=broker.bootstrap, username="admin", password=broker.passwords["admin"], client_id=client
        ).options()


def _record(one: Any) -> Record:
    return Record(
        partition=Partition(one.topic, one.partition),
        offset=one.offset,
        key=one.key,
        headers=[(name, value or b"") for name, value in one.headers],
        value=one.value,
        timestamp_ms=one.timestamp,
    )
