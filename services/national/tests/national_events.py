"""Events as the other services publish them, written by hand: national must not import who wrote them."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from eventkit.envelope import Envelope, Trace, encode
from eventkit.event import EventId, TenantId, topic_of
from eventkit.feed import Partition, Record

PERSON: Final = "00000000-0000-7000-8000-00000000beef"
KENDARI: Final = {
    "STAF_AHLI": 3, "ASISTEN": 3, "KEPALA_PERANGKAT_DAERAH": 30, "KEPALA_BAGIAN": 14, "CAMAT": 11, "UNSPECIFIED": 2,
}  # fmt: skip
MALANG: Final = {
    "SEKDA": 1, "STAF_AHLI": 3, "KEPALA_PERANGKAT_DAERAH": 31, "DIREKSI_BUMD": 3, "CAMAT": 5, "LURAH": 57,
}  # fmt: skip


def id_of(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))


@dataclass
class Topics:
    """What lies on the topics, one partition each."""

    records: list[Record] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)
    clock: datetime = datetime(2025, 8, 1, tzinfo=UTC)

    def size(self, topic: str) -> int:
        return sum(each.partition.topic == topic for each in self.records)

    def tell(self, tenant: str, aggregate: str, what: str, **data: Any) -> Envelope:
        """Publish one event, with a field that no reader knows."""
        name = f"id.bina.{what}.v1"
        key = f"{topic_of(name)}|{tenant}/{aggregate}"
        self.sequences[key] = self.sequences.get(key, 0) + 1
        self.clock += timedelta(seconds=1)
        envelope = Envelope(
            id=EventId(str(uuid.uuid4())),
            type=name,
            source=f"/bina/{topic_of(name).partition('.')[0]}",
            tenant=TenantId(tenant),
            aggregate=aggregate,
            sequence=self.sequences[key],
            time=self.clock,
            trace=Trace("test"),
            data=json.dumps({**data, "added_later": {"by": "a newer producer"}}).encode(),
        )
        self.put(envelope)
        return envelope

    def put(self, envelope: Envelope) -> None:
        """Lay a record on its topic, again if it was there before."""
        topic = topic_of(envelope.type)
        headers, value = encode(envelope)
        self.records.append(
            Record(
                partition=Partition(topic, 0),
                offset=self.size(topic),
                key=envelope.key.encode(),
                headers=headers,
                value=value,
                timestamp_ms=0,
            )
        )

    def programme(self, tenant: str, code: str, kind: str) -> str:
        programme = id_of(tenant, code)
        self.tell(
            tenant, programme, "registration.programme.proposed",
            programme=programme, code=code, kind=kind, title=f"Programme {code}", organizer_region=tenant,
            organizer_unit=None, objectives=["PELAYANAN"], values=["KL", "AK"], initiative="OWN_INITIATIVE",
            preceding_programme=None, minutes_per_jp=45,
        )  # fmt: skip
        self.tell(tenant, programme, "registration.programme.approved", programme=programme)
        return programme

    def batch(self, tenant: str, programme: str, kind: str, days: tuple[str, str], number: str = "W1") -> str:
        batch = id_of(programme, number)
        self.tell(
            tenant, batch, "registration.batch.scheduled",
            batch=batch, programme=programme, programme_kind=kind, number=number, planned_start=days[0],
            planned_end=days[1], provisional=False, venue_region=tenant, time_zone="Asia/Makassar",
            quota=[{"category": "CAMAT", "seats": 4}], seats_total=100, rule_version=1,
        )  # fmt: skip
        return batch

    def turn(self, tenant: str, batch: str, what: str, day: str) -> None:
        counts = [{"status": "CONFIRMED", "count": 3}]
        self.tell(
            tenant, batch, f"registration.batch.{what}", batch=batch, at=f"{day}T06:00:00+00:00", local_date=day,
            counts=counts,
        )  # fmt: skip

    def enrol(self, tenant: str, batch: str, category: str, number: int, **more: Any) -> str:
        """Nominate one; `until` says how far it goes: nominated, confirmed, checked_in or a way out."""
        enrolment = id_of(batch, category, str(number))
        until, kind = more.get("until", "checked_in"), more.get("kind", "PERSON")
        is_asn = category != "DIREKSI_BUMD"
        self.tell(
            tenant, enrolment, "registration.enrolment.nominated",
            enrolment=enrolment, batch=batch, kind=kind, person=PERSON if kind == "PERSON" else None,
            unit=None if kind == "PERSON" else id_of("unit", str(number)), category=category, echelon_group="II",
            person_kind=None if kind == "UNIT" else "ASN" if is_asn else "NON_ASN", asn_status=None,
            eligible=until != "rejected", reason_codes=[], rule_version=1,
        )  # fmt: skip
        if until in ("nominated", "rejected"):
            return enrolment
        self._move(tenant, enrolment, batch, "confirmed")
        if kind == "UNIT":
            data = {"delegates": [PERSON, PERSON], "count": 2}
            self.tell(tenant, enrolment, "registration.enrolment.delegates_named", batch=batch, **data)
        if until == "checked_in":
            at, persons = "2025-08-01T06:00:00+00:00", 2 if kind == "UNIT" else 1
            self.tell(tenant, enrolment, "registration.enrolment.checked_in", batch=batch, at=at, persons=persons)
        elif until != "confirmed":
            self._move(tenant, enrolment, batch, until)
        return enrolment

    def _move(self, tenant: str, enrolment: str, batch: str, what: str) -> None:
        self.tell(
            tenant, enrolment, f"registration.enrolment.{what}", enrolment=enrolment, batch=batch, reason_code=None
        )

    def complete(self, tenant: str, batch: str, enrolment: str, **more: Any) -> None:
        persons, jp = more.get("persons", 1), more.get("jp", 20)
        completion = id_of("completion", enrolment)
        self.tell(
            tenant, completion, "curriculum.completion.recorded",
            completion=completion, enrolment=enrolment, batch=batch, kind="PERSON",
            outcome=more.get("outcome", "COMPLETED"), jp_credited=jp * persons, jp_possible=20 * persons,
            persons=persons, rule_version="R1", ledger_year=2025, obligation="PNS_20", over_limit=False,
        )  # fmt: skip


def fill(topics: Topics, tenant: str, batch: str, roster: Mapping[str, int]) -> list[str]:
    return [
        topics.enrol(tenant, batch, category, number) for category, count in roster.items() for number in range(count)
    ]


def kendari(topics: Topics) -> str:
    """63 persons, all of whom completed."""
    programme = topics.programme("74.71", "KDI-RTR-2025", "RETREAT")
    batch = topics.batch("74.71", programme, "RETREAT", ("2025-08-01", "2025-08-03"))
    for enrolment in fill(topics, "74.71", batch, KENDARI):
        topics.complete("74.71", batch, enrolment)
    topics.turn("74.71", batch, "started", "2025-08-01")
    topics.turn("74.71", batch, "completed", "2025-08-03")
    return batch


def malang(topics: Topics) -> str:
    """100 persons; planned 16-18 May, moved to 15-17 May."""
    programme = topics.programme("35.73", "MLG-RTR-2025", "RETREAT")
    batch = topics.batch("35.73", programme, "RETREAT", ("2025-05-16", "2025-05-18"))
    topics.tell(
        "35.73", batch, "registration.batch.rescheduled",
        batch=batch, old_start="2025-05-16", old_end="2025-05-18", new_start="2025-05-15", new_end="2025-05-17",
        old_venue_region=None, new_venue_region="35.07.23", reason_code="UNKNOWN", decided_by_office="WALI_KOTA",
        schedule_version=2,
    )  # fmt: skip
    fill(topics, "35.73", batch, MALANG)
    topics.turn("35.73", batch, "started", "2025-05-15")
    return batch
