"""Curriculum on a real store: its HTTP API, its consumer fed with records, and what lies in its outbox."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pymongo.database import Database
from werkzeug.test import TestResponse

from curriculum.app import SERVICE
from eventkit.consumer import Consumer
from eventkit.envelope import Envelope, Trace, encode
from eventkit.event import EventId, TenantId
from eventkit.feed import Partition, Record
from eventkit.ids import new_id
from eventkit.ledger import MongoLedger
from eventkit.settings import ServiceSettings
from eventkit.web import build_app
from testkit.settings import settings_of
from testkit.tokens import TokenFactory

KENDARI: Final = "74.71"
OURS: Final = {"tenant": KENDARI}


class MemoryFeed:
    """Records in the order in which a test puts them, one partition per topic."""

    def __init__(self, topics: Sequence[str]) -> None:
        self._partitions = {topic: Partition(topic, 0) for topic in topics}
        self._offsets: Counter[str] = Counter()
        self._records: list[Record] = []
        self._changes = [("assigned", frozenset(self._partitions.values()))]

    def put(self, topic: str, envelope: Envelope) -> None:
        headers, value = encode(envelope)
        at = int(envelope.time.timestamp() * 1000)
        record = Record(
            partition=self._partitions[topic],
            offset=self._offsets[topic],
            key=envelope.key.encode(),
            headers=headers,
            value=value,
            timestamp_ms=at,
        )
        self._offsets[topic] += 1
        self._records.append(record)

    def poll(self, timeout_ms: int, limit: int) -> list[Record]:
        polled, self._records = self._records[:limit], self._records[limit:]
        return polled

    def changes(self) -> list[tuple[str, frozenset[Partition]]]:
        changes, self._changes = self._changes, []
        return changes

    def assignment(self) -> frozenset[Partition]:
        return frozenset(self._partitions.values())

    def seek(self, partition: Partition, offset: int) -> None: ...

    def commit(self, offsets: Mapping[Partition, int]) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def lag(self) -> int:
        return len(self._records)

    def close(self) -> None: ...


class Answer:
    """An HTTP answer; `json` is whatever the test expects it to be."""

    def __init__(self, response: TestResponse) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.text = response.text
        self.json: Any = response.json


class World:
    """One curriculum service with everything around it played by the test."""

    def __init__(self, database: Database[dict[str, Any]], tokens: TokenFactory) -> None:
        self.database = database
        self.tokens = tokens
        settings = settings_of("curriculum", ServiceSettings)
        self.client = build_app(SERVICE, settings, database, tokens.verifier("curriculum")).test_client()
        self.feed = MemoryFeed([each.topic for each in SERVICE.projections])
        self.consumer = Consumer(self.feed, MongoLedger(database, "curriculum.projection"), SERVICE.projections)
        self.consumer.step()
        self._sequences: Counter[str] = Counter()

    def hear(self, event: str, aggregate: str, tenant: str = KENDARI, **payload: Any) -> None:
        """Put an event on its topic: `registration.batch.scheduled`."""
        key = f"{event.rpartition('.')[0]}|{tenant}/{aggregate}"
        self._sequences[key] += 1
        envelope = Envelope(
            id=EventId(new_id()),
            type=f"id.bina.{event}.v1",
            source=f"/bina/{event.split('.', maxsplit=1)[0]}",
            tenant=TenantId(tenant),
            aggregate=aggregate,
            sequence=self._sequences[key],
            time=datetime.now(UTC),
            trace=Trace(correlation="test"),
            data=json.dumps(payload).encode(),
        )
        self.feed.put(event.rpartition(".")[0], envelope)

    def consume(self) -> None:
        """Take in everything that was put; fails when something was parked."""
        deadline = time.monotonic() + 30
        while self.feed.lag() or self.consumer.details()["lag_records"]:
            assert time.monotonic() < deadline, self.consumer.red()
            self.consumer.step()
        assert self.database.parked.count_documents({}) == 0, list(self.database.parked.find())

    def get(self, path: str, role: str = "tenant_admin", tenant: str = KENDARI) -> Answer:
        """Read as somebody."""
        return Answer(self.client.get(path, headers=self.tokens.headers(tenant, role)))

    def post(self, path: str, body: Any = None, *, role: str = "tenant_admin", **extra: Any) -> Answer:
        """Command as somebody; `key` is the idempotency key, `tenant` the caller's."""
        headers = self.tokens.headers(extra.pop("tenant", KENDARI), role)
        if key := extra.pop("key", new_id()):
            headers["Idempotency-Key"] = key
        return Answer(self.client.post(path, json=body, headers={**headers, **extra.pop("headers", {})}))

    def done(self, path: str, body: Any = None, **extra: Any) -> Any:
        """Command and expect success; gives the answer's JSON."""
        answer = self.post(path, body, **extra)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json

    def told(self, event: str) -> list[dict[str, Any]]:
        """Give the payloads of this type in the outbox, in their order."""
        wanted = f"id.bina.curriculum.{event}.v1"
        rows = self.database.outbox.find({}, sort=[("_id", 1)])
        return [json.loads(row["value"]) for row in rows if _type(row) == wanted]


def _type(row: Mapping[str, Any]) -> str:
    return next(bytes(value).decode() for name, value in row["headers"] if name == "ce_type")
