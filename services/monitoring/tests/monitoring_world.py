"""Monitoring on a real store: its HTTP API, the events of others as its consumer hears them, its own outbox."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Final

from pymongo.database import Database
from werkzeug.test import TestResponse

from eventkit import outbox
from eventkit.envelope import Envelope, Trace
from eventkit.event import EventId, TenantId
from eventkit.gate import judge
from eventkit.ids import derived_id, new_id
from eventkit.ledger import Batch, Judged, MongoLedger
from eventkit.settings import ServiceSettings
from monitoring.app import SERVICE, create_app
from monitoring.domain.instrument import STANDARD
from monitoring.domain.measure import MeasureKind, measure_id
from testkit.settings import settings_of
from testkit.tokens import TokenFactory

MALANG: Final = "35.73"
KENDARI: Final = "74.71"


def name(*parts: object) -> str:
    return derived_id("test", *map(str, parts))


BATCH: Final = name("batch")
UNIT: Final = name("unit")
STRANGER: Final = name("nobody")


def measure(kind: str) -> str:
    """Name the batch's measure of a kind."""
    return measure_id(BATCH, MeasureKind(kind))


def people(count: int) -> list[str]:
    return [name("enrolment", place) for place in range(count)]


class World:
    """One monitoring service with everything around it played by the test."""

    def __init__(self, database: Database[dict[str, Any]], tokens: TokenFactory) -> None:
        self.database = database
        self.tokens = tokens
        settings = settings_of("monitoring", ServiceSettings)
        self.client = create_app(settings, database, tokens.verifier("monitoring")).test_client()
        self._ledger = MongoLedger(database, "monitoring.projection")
        self._sequences: Counter[str] = Counter()

    def envelope(self, event: str, aggregate: str, tenant: str = MALANG, **payload: Any) -> Envelope:
        """Make the next event of an aggregate: `registration.batch.scheduled`."""
        topic = event.rpartition(".")[0]
        key = f"{topic}|{tenant}/{aggregate}"
        self._sequences[key] += 1
        return Envelope(
            id=EventId(new_id()),
            type=f"id.bina.{event}.v1",
            source=f"/bina/{event.partition('.')[0]}",
            tenant=TenantId(tenant),
            aggregate=aggregate,
            sequence=self._sequences[key],
            time=datetime.now(UTC),
            trace=Trace(correlation="test"),
            data=json.dumps(payload, default=str).encode(),
        )

    def deliver(self, topic: str, envelopes: Iterable[Envelope]) -> None:
        """Let the consumer take in events of one topic as one batch; fails when one is parked."""
        (projection,) = (each for each in SERVICE.projections if each.topic == topic)
        given = list(envelopes)
        before = self._ledger.known(projection, given)
        verdict = judge(projection, given, before, {})
        self._ledger.store(Batch(judged=[Judged(projection=projection, before=before, verdict=verdict)], positions={}))
        assert verdict.parked == []

    def hear(self, event: str, aggregate: str, tenant: str = MALANG, **payload: Any) -> None:
        """Let the consumer take in one event."""
        self.deliver(event.rpartition(".")[0], [self.envelope(event, aggregate, tenant, **payload)])

    def hear_batch(self, start: date = date(2025, 5, 16), tenant: str = MALANG, batch: str = BATCH) -> None:
        """Hear that a batch is scheduled."""
        self.hear(
            "registration.batch.scheduled",
            batch,
            tenant,
            batch=batch,
            programme=name("programme"),
            programme_kind="RETREAT",
            number="W1",
            planned_start=start,
            planned_end=start,
            quota=[],
        )

    def hear_turn(self, turn: str, day: date, batch: str = BATCH) -> None:
        """Hear that a batch started, completed or was cancelled on a day."""
        self.hear(f"registration.batch.{turn}", batch, batch=batch, local_date=day, at=datetime.now(UTC), counts=[])

    def hear_people(self, count: int, batch: str = BATCH) -> list[str]:
        """Hear that people are nominated and confirmed."""
        found = people(count)
        for state in ("nominated", "confirmed"):
            self.deliver("registration.enrolment", [self._enrolment(state, each, batch) for each in found])
        return found

    def hear_unit(self, unit: str = UNIT, tenant: str = MALANG) -> str:
        """Hear of an organisation unit."""
        self.hear(
            "registration.unit.registered", unit, tenant, unit=unit, kind="DINAS", name="Dinas Uji", valid_to=None
        )
        return unit

    def _enrolment(self, state: str, enrolment: str, batch: str) -> Envelope:
        facts: dict[str, Any] = {"kind": "PERSON", "person": name("person", enrolment), "unit": UNIT, "eligible": True}
        return self.envelope(
            f"registration.enrolment.{state}", enrolment, enrolment=enrolment, batch=batch, reason_code=None, **facts
        )

    def get(self, path: str, role: str = "tenant_admin", tenant: str = MALANG) -> TestResponse:
        """Read as somebody."""
        return self.client.get(path, headers=self.tokens.headers(tenant, role))

    def post(self, path: str, body: Any = None, role: str = "tenant_admin", **caller: Any) -> TestResponse:
        """Command as somebody, each time with a key of its own."""
        tenant, key = caller.pop("tenant", MALANG), caller.pop("key", new_id())
        headers = {**self.tokens.headers(tenant, role, **caller), "Idempotency-Key": key}
        return self.client.post(path, headers=headers, json=body)

    def did(self, path: str, body: Any = None, role: str = "tenant_admin", **caller: Any) -> dict[str, Any]:
        """Command and expect to be obeyed."""
        answer = self.post(path, body, role, **caller)
        assert answer.status_code in (200, 201), answer.get_json()
        found: dict[str, Any] = answer.get_json()
        return found

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Give the payloads of one event type that wait in the outbox, in order: `measure.opened`."""
        wanted = f"id.bina.monitoring.{kind}.v1".encode()
        rows = self.database[outbox.COLLECTION].find(sort=[("_id", 1)])
        return [json.loads(row["value"]) for row in rows if dict(row["headers"])["ce_type"] == wanted]

    def answer(self, kind: str, on: date, values: dict[str, int], **others: Any) -> dict[str, Any]:
        """Let each enrolment answer every item with one value."""
        rows = [
            {"enrolment": who, "on": on.isoformat(), "items": {item.code: value for item in STANDARD.items}, **others}
            for who, value in values.items()
        ]
        return self.did(f"/v1/measures/{measure(kind)}/answers", {"rows": rows})
