"""Every handler folds from nothing and from what it knows, and the same facts always give the same state."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from monitoring_samples import BATCH, MALANG, UNIT, uuid

from eventkit.envelope import Envelope, Trace
from eventkit.event import EventId
from eventkit.gate import Handler, judge
from eventkit.mongo import Documents
from monitoring.consumers import PROJECTIONS, baseline_before
from monitoring.domain.measure import MeasureKind
from monitoring.domain.seen import (
    BatchState,
    EnrolmentState,
    SeenBatch,
    SeenCompletion,
    SeenEnrolment,
    SeenSession,
    SeenUnit,
)

HANDLERS: dict[str, Handler[Any, Any]] = {
    kind.removeprefix("id.bina.").removesuffix(".v1"): handler
    for projection in PROJECTIONS
    for kind, handler in projection.handlers.items()
}
UNIT_FACTS = {"unit": UNIT, "kind": "DINAS", "name": "Dinas Uji", "valid_to": None}
BATCH_FACTS = {
    "batch": BATCH,
    "programme": uuid(3),
    "programme_kind": "RETREAT",
    "number": "W1",
    "planned_start": "2025-05-16",
    "planned_end": "2025-05-18",
}
MOVE = {"batch": BATCH, "new_start": "2025-05-15", "new_end": "2025-05-17"}
TURN = {"batch": BATCH, "local_date": "2025-05-17"}
WHO = {"enrolment": uuid(10), "batch": BATCH}
NOMINATION = {**WHO, "kind": "PERSON", "person": uuid(11), "unit": UNIT, "eligible": True}
DONE = SeenCompletion(id=uuid(20), enrolment=uuid(10), batch=BATCH, outcome="COMPLETED")
COMPLETION = {"completion": uuid(20), "enrolment": uuid(10), "batch": BATCH, "outcome": "COMPLETED"}
PLANNED = SeenBatch(
    id=BATCH,
    programme=uuid(3),
    programme_kind="RETREAT",
    number="W1",
    planned_start=date(2025, 5, 16),
    planned_end=date(2025, 5, 18),
)
NOMINEE = SeenEnrolment(id=uuid(10), batch=BATCH, kind="PERSON", person=uuid(11), unit=UNIT)
TURNS = ("confirmed", "waitlisted", "declined", "substituted", "withdrawn", "checked_in")


def envelope(event: str, facts: dict[str, Any]) -> Envelope:
    return Envelope(
        id=EventId(uuid(99)),
        type=f"id.bina.{event}.v1",
        source=f"/bina/{event.partition('.')[0]}",
        tenant=MALANG,
        aggregate=str(next(iter(facts.values()))),
        sequence=1,
        time=datetime(2025, 5, 17, tzinfo=UTC),
        trace=Trace(correlation="test"),
        data=json.dumps({**facts, "field_of_tomorrow": 1}).encode(),
    )


def fold(event: str, facts: dict[str, Any], before: object = None) -> Any:
    handler, around = HANDLERS[event], envelope(event, facts)
    return handler.fold(before, handler.reader().load(around.payload()), around)


CASES: list[tuple[str, dict[str, Any], object, object]] = [
    ("registration.unit.registered", UNIT_FACTS, None, SeenUnit(id=UNIT, kind="DINAS", name="Dinas Uji")),
    (
        "registration.unit.changed",
        {**UNIT_FACTS, "name": "Badan Uji"},
        SeenUnit(id=UNIT, kind="DINAS", name="x"),
        SeenUnit(id=UNIT, kind="DINAS", name="Badan Uji"),
    ),
    (
        "registration.unit.closed",
        {"unit": UNIT, "valid_to": "2025-12-31"},
        SeenUnit(id=UNIT, kind="DINAS"),
        SeenUnit(id=UNIT, kind="DINAS", valid_to=date(2025, 12, 31)),
    ),
    ("registration.batch.scheduled", BATCH_FACTS, None, PLANNED),
    (
        "registration.batch.rescheduled",
        MOVE,
        PLANNED,
        replace(PLANNED, planned_start=date(2025, 5, 15), planned_end=date(2025, 5, 17)),
    ),
    (
        "registration.batch.started",
        TURN,
        PLANNED,
        replace(PLANNED, state=BatchState.ONGOING, started_on=date(2025, 5, 17)),
    ),
    (
        "registration.batch.completed",
        TURN,
        PLANNED,
        replace(PLANNED, state=BatchState.COMPLETED, completed_on=date(2025, 5, 17)),
    ),
    ("registration.batch.cancelled", TURN, PLANNED, replace(PLANNED, state=BatchState.CANCELLED)),
    ("registration.enrolment.nominated", NOMINATION, None, NOMINEE),
    (
        "registration.enrolment.nominated",
        {**NOMINATION, "eligible": False},
        None,
        replace(NOMINEE, state=EnrolmentState.REJECTED),
    ),
    *[
        (f"registration.enrolment.{turn}", WHO, NOMINEE, replace(NOMINEE, state=EnrolmentState(turn.upper())))
        for turn in TURNS
    ],
    (
        "curriculum.session.held",
        {"session": uuid(5), "batch": BATCH, "present": 97},
        None,
        SeenSession(id=uuid(5), batch=BATCH, present=97),
    ),
    ("curriculum.completion.recorded", COMPLETION, None, DONE),
    (
        "curriculum.completion.corrected",
        {**COMPLETION, "outcome": "INCOMPLETE"},
        DONE,
        replace(DONE, outcome="INCOMPLETE"),
    ),
]


@pytest.mark.parametrize(("event", "facts", "before", "after"), CASES)
def test_handler_folds_the_fact(event: str, facts: dict[str, Any], before: object, after: object) -> None:
    assert fold(event, facts, before) == after


@pytest.mark.parametrize(("event", "facts"), [(event, facts) for event, facts, *_ in CASES])
def test_handler_needs_no_earlier_fact(event: str, facts: dict[str, Any]) -> None:
    assert fold(event, facts).id in facts.values()
    assert fold(event, facts) == fold(event, facts)


def test_every_handler_has_a_case() -> None:
    assert {event for event, *_ in CASES} == set(HANDLERS)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.topic)
def test_facts_without_a_needed_field_are_parked(projection: Any) -> None:
    for kind in projection.handlers:
        event = kind.removeprefix("id.bina.").removesuffix(".v1")
        verdict = judge(projection, [replace(envelope(event, {"x": "y"}), type=kind)], {}, {})
        assert [each.reason for each in verdict.parked] == ["INVALID_PAYLOAD"]


def test_views_keep_one_document_per_aggregate() -> None:
    assert all(isinstance(each.view, Documents) for each in PROJECTIONS)
    assert len({each.view.name for each in PROJECTIONS}) == len(PROJECTIONS)


def test_baseline_is_dated_before_the_first_day() -> None:
    assert baseline_before(date(2025, 10, 8)) == {MeasureKind.BASELINE: date(2025, 10, 7)}
