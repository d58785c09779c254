"""Records as scenarios put them on a topic by hand: copies of real ones, and events of units that nobody committed."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from eventkit.envelope import Envelope, Trace, encode
from eventkit.event import EventId, TenantId
from eventkit.feed import Record
from prove.topics import RawRecord

TOPIC: Final = "registration.unit"
TYPE: Final = "id.bina.registration.unit.changed.v1"
TENANT: Final = TenantId("35.73")
READERS: Final = ("monitoring", "national")


def copy_of(record: Record) -> RawRecord:
    """Give the record once more, for the same partition."""
    return RawRecord(key=record.key, value=record.value, headers=record.headers, partition=record.partition.number)


@dataclass(slots=True)
class Unit:
    """A made-up unit: gives its events in any order that a scenario likes, each always the same."""

    tenant: TenantId = TENANT
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    made: dict[int, RawRecord] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key of its events."""
        return f"{self.tenant}/{self.id}"

    def event(self, sequence: int) -> RawRecord:
        """Give its event of this number."""
        if sequence not in self.made:
            self.made[sequence] = self.with_data(sequence, json.dumps(self._facts(sequence)).encode())
        return self.made[sequence]

    def with_data(self, sequence: int, data: bytes, **other: str) -> RawRecord:
        """Give an event with this payload, and other headers where told."""
        envelope = Envelope(
            id=EventId(str(uuid.uuid4())),
            type=TYPE,
            source="/bina/registration",
            tenant=self.tenant,
            aggregate=self.id,
            sequence=sequence,
            time=datetime.now(UTC).replace(microsecond=0),
            trace=Trace("prove"),
            data=data,
        )
        headers, value = encode(envelope)
        changed = [(name, other[name].encode() if name in other else old) for name, old in headers]
        return RawRecord(key=envelope.key.encode(), value=value, headers=changed)

    def _facts(self, sequence: int) -> dict[str, Any]:
        return {
            "unit": self.id,
            "kind": "DINAS",
            "name": f"Dinas {sequence}",
            "region": self.tenant,
            "parent": None,
            "valid_from": "2025-01-01",
            "valid_to": None,
            "predecessors": [],
            "successors": [],
        }
