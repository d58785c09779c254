"""A small platform as data: two units of two tenants, a batch with its seats, their events, readers and callers."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from prove.facts import Facts, Seen, projections_of, read
from prove.readers import Refold
from prove.record import Attempt, Intention

from bina.topics import Topic
from eventkit import audit, outbox
from eventkit.envelope import Trace
from eventkit.event import TenantId
from eventkit.feed import Partition, Record
from registration.domain.unit import Unit
from registration.events import SCHEMAS, UnitChanged, UnitRegistered
from registration.store import units

TOPIC = Topic(
    name="registration.unit", owner="registration", partitions=2, retention="forever", readers=("monitoring",)
)
NOW = datetime(2025, 9, 1, tzinfo=UTC)
MALANG = "35.73/01890000-0000-7000-8000-000000000001"
KENDARI = "74.71/01890000-0000-7000-8000-000000000002"
BATCH = "01890000-0000-7000-8000-00000000000b"


def rows_of(key: str) -> list[dict[str, Any]]:
    """Give the outbox rows of a unit that was registered and then renamed."""
    tenant, _, unit = key.partition("/")
    facts: dict[str, Any] = {
        "unit": unit, "kind": "DINAS", "region": tenant, "parent": None, "valid_from": date(2025, 1, 1),
        "valid_to": None, "predecessors": (), "successors": (),
    }  # fmt: skip
    origin = outbox.Origin(tenant=TenantId(tenant), aggregate=unit, at=NOW, trace=Trace("c"))
    events = [UnitRegistered(name="Dinas A", **facts), UnitChanged(name="Dinas B", **facts)]
    return outbox.rows(origin, 0, events, {kind: schema() for kind, schema in SCHEMAS.items()})


def record_of(row: dict[str, Any], offset: int, number: int = 0) -> Record:
    """Put an outbox row on the topic."""
    return Record(
        partition=Partition(row["topic"], number),
        offset=offset,
        key=row["key"].encode(),
        headers=[tuple(each) for each in row["headers"]],
        value=row["value"],
        timestamp_ms=0,
    )


def document_of(key: str) -> dict[str, Any]:
    """Give the stored unit."""
    tenant, _, unit = key.partition("/")
    renamed = Unit(
        id=unit, version=2, sequence=2, kind="DINAS", name="Dinas B", region=tenant, parent=None,
        valid_from=date(2025, 1, 1),
    )  # fmt: skip
    return units.unstructure(TenantId(tenant), renamed)


def attempt_of(key: str, number: int = 1, **told: Any) -> Attempt:
    """Give what the caller who registered the unit was told."""
    tenant, _, unit = key.partition("/")
    intention = Intention(
        id=f"i{unit}", key=f"k{unit}", tenant=tenant, role="tenant_admin", service="registration", method="POST",
        path="/v1/units", kind="units",
    )  # fmt: skip
    facts = {"status": 201, "version": 1, "made": unit, "answer": "a", "seen": (unit,), **told}
    return Attempt(intention=intention, number=number, sent=1.0, answered=1.1, digest="d", **facts)


def wire_of(records: list[Record]) -> list[Seen]:
    """Read records as a reader does."""
    return read(TOPIC.name, records, set())


def seats() -> dict[str, Any]:
    """Give a batch of one seat and the enrolment that has it."""
    batch = {"_id": f"53/{BATCH}", "tenant": "53", "taken": {"PELAKSANA": 1}, "rule": {"seats_total": 1}}
    seated = {"_id": "53/e", "tenant": "53", "batch": BATCH, "state": "CONFIRMED"}
    return {"batches": {batch["_id"]: batch}, "enrolments": {seated["_id"]: seated}}


def sound() -> Facts:
    """Give a moment in which everything holds: one record twice, one that nobody can read."""
    rows = [*rows_of(MALANG), *rows_of(KENDARI)]
    records = [record_of(row, offset) for offset, row in enumerate([*rows, rows[0]])]
    poison = replace(records[0], offset=5, headers=[], value=b"{")
    wire = wire_of([*records, poison])
    projections = projections_of(["monitoring"])
    projection = next(each for each in projections["monitoring"] if each.topic == TOPIC.name)
    refold = Refold(projection)
    refold.feed(each.envelope for each in wire if each.envelope)
    views = {
        key: projection.view.unstructure(TenantId(key.partition("/")[0]), known.state) | {"sequence": known.sequence}
        for key, known in refold.known.items()
    }
    letter = replace(poison, headers=[("dlq_origin", b"registration.unit/0/5")])
    return Facts(
        topics=[TOPIC],
        attempts=[attempt_of(MALANG), attempt_of(MALANG, 2, replayed=True), attempt_of(KENDARI)],
        stores={
            "registration": {
                "units": {key: document_of(key) for key in (MALANG, KENDARI)},
                "outbox": {},
                **seats(),
            },
            "monitoring": {
                projection.view.name: views,
                "parked": {"registration.unit|0|5": {"topic": TOPIC.name, "key": "", "state": "DEAD_LETTER"}},
                "checkpoints": {
                    "monitoring|registration.unit|0": {"_id": "monitoring|registration.unit|0", "offset": 6}
                },
                "voids": {},
                "outbox": {},
            },
        },
        wire={TOPIC.name: wire, TOPIC.dead_letters("monitoring"): [Seen(letter, None, "BAD_ENVELOPE")]},
        projections=projections,
        logs={"registration": audit.link([{"_id": "e1", "action": "a"}, {"_id": "e2", "action": "b"}], None)},
    )
