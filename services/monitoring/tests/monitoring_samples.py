"""Builders of domain objects with sensible defaults."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from eventkit.event import TenantId
from monitoring.domain import measure, plan, visit
from monitoring.domain.instrument import STANDARD
from monitoring.domain.item import ItemDraft
from monitoring.domain.measure import GiveAnswer, Measure, MeasureKind, OpenMeasure, RaterRole
from monitoring.domain.plan import ActionPlan, Participant, SubmitPlan
from monitoring.domain.visit import Finding, RecordVisit, ScheduleVisit, Visit

MALANG: Final = TenantId("35.73")
NOW: Final = datetime(2025, 5, 20, 3, tzinfo=UTC)
DAY: Final = date(2025, 5, 20)


def uuid(number: int) -> str:
    return str(UUID(int=number))


BATCH: Final = uuid(1)
UNIT: Final = uuid(2)


def opened(kind: MeasureKind = MeasureKind.BASELINE, due_on: date = DAY) -> Measure:
    command = OpenMeasure(
        tenant=MALANG, batch=BATCH, kind=kind, instrument=STANDARD.code, instrument_version=1, due_on=due_on
    )
    return measure.start(command)[0]


def sheet(value: int = 3, **others: int) -> dict[str, int]:
    """Answer every item of the standard instrument alike."""
    return {**{item.code: value for item in STANDARD.items}, **others}


def given(enrolment: int = 10, on: date = DAY, items: dict[str, int] | None = None, **others: Any) -> GiveAnswer:
    sent = {"rater": None, "rater_role": RaterRole.SELF, **others}
    return GiveAnswer(row=0, enrolment=uuid(enrolment), on=on, items=items or sheet(), **sent)


def submitted(*due: date, owner: str | None = None, **others: Any) -> ActionPlan:
    items = tuple(ItemDraft(text="Percepat layanan", due_on=day, owner=owner, **others) for day in due or (DAY,))
    command = SubmitPlan(row=0, enrolment=uuid(10), on=min(each.due_on for each in items), items=items)
    participant = Participant(tenant=MALANG, batch=BATCH, enrolment=uuid(10), unit=UNIT, owner=uuid(11))
    return plan.submit(command, participant, "manager")[0]


def planned() -> Visit:
    command = ScheduleVisit(
        tenant=MALANG,
        id=uuid(30),
        batch=BATCH,
        unit=UNIT,
        checklist="MALANG-KUNJUNGAN",
        checklist_version=1,
        planned_on=DAY,
        visitor="inspektorat",
    )
    return visit.schedule(command, [])[0]


def conducted(findings: int = 1) -> Visit:
    seen = tuple(
        Finding(
            number=number,
            dimension="COMMUNICATION",
            text="Papan layanan belum diperbarui",
            owner_unit=UNIT,
            due_on=DAY + timedelta(days=14),
        )
        for number in range(1, findings + 1)
    )
    return visit.record(planned(), RecordVisit(on=DAY, score=75, findings=seen))[0]
