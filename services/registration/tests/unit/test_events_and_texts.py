"""What leaves the service: every event by its schema, nothing personal in it; every refusal has its two texts."""

import ast
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields
from registration_samples import identity

import registration
from eventkit.event import topic_of
from eventkit.problem import TEXTS as SHARED
from registration.events import (
    SCHEMAS,
    BatchScheduled,
    BatchStarted,
    EnrolmentNominated,
    SeatQuota,
    StatusCount,
    UnitRegistered,
)
from registration.events.wire import CODE, LABEL, PROGRAMME_CODE
from registration.texts import TEXTS

SOURCES = Path(registration.__file__).parent
LABELS = {"name", "title", "subject", "value", "source"}
PERSONAL = re.compile(r"(?<!\d)\d{9}(?!\d)|\d{16,}")


def text_fields(schema: type[Any]) -> list[tuple[str, fields.Field[Any]]]:
    inner = [(name, each.inner if isinstance(each, fields.List) else each) for name, each in schema().fields.items()]
    return [(name, each) for name, each in inner if type(each) is fields.String]


def test_types_follow_the_grammar_and_fit_their_topics() -> None:
    assert {topic_of(each.type) for each in SCHEMAS} == {
        f"registration.{subject}" for subject in ("unit", "programme", "batch", "enrolment")
    }
    assert all(each.type.endswith(".v1") for each in SCHEMAS)
    assert len({each.type for each in SCHEMAS}) == len(SCHEMAS)


def test_every_text_is_an_id_a_code_or_a_named_label() -> None:
    for schema in SCHEMAS.values():
        for name, field in text_fields(schema):
            assert field.validators, f"{schema.__name__}.{name} takes any text"
            assert bool(field.metadata.get("official_label")) is (name in LABELS), f"{schema.__name__}.{name}"


def test_no_event_has_a_personal_field() -> None:
    forbidden = {"name", "number", "employee_number", "nip", "nik", "birth_date", "phone", "email", "echelon_id"}
    for event, schema in SCHEMAS.items():
        allowed = {"name"} if "unit" in event.type.split(".") else set()
        if event.type.split(".")[3] == "batch":
            allowed = {"number"}  # the batch's own, such as W2
        assert not (forbidden - allowed) & schema().fields.keys(), event.__name__


@given(
    before=st.sampled_from(["", "DINAS ", "RTR-"]),
    digits=st.integers(10**15, 10**18 - 1),
    gaps=st.sampled_from(["", " ", ".", "-"]),
    after=st.sampled_from(["", " SATU", "-2025"]),
)
def test_no_code_and_no_label_can_carry_a_number_of_a_person(before: str, digits: int, gaps: str, after: str) -> None:
    text = before + gaps.join(str(digits)) + after
    assert not any(re.match(pattern, text) for pattern in (CODE, PROGRAMME_CODE, LABEL))


@pytest.mark.parametrize(
    "text", ["198609262015051999", "Dinas 1986 0926 2015 0519 99", "3573-0301-0190-9999", "a\nb", "a\n", ""]
)
def test_label_with_a_number_or_a_line_break_is_refused(text: str) -> None:
    assert not re.match(LABEL, text)


@given(st.integers(0, 500), st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.sampled_from(["W1", "A2"]))  # noqa: DTZ001 - made aware below
def test_events_survive_the_wire(seats: int, moment: datetime, number: str) -> None:
    batch, at = identity(), moment.replace(tzinfo=UTC)
    events = [
        BatchScheduled(
            batch=batch, programme=identity(), programme_kind="CLINIC", number=number, planned_start=at.date(),
            planned_end=at.date(), provisional=True, venue_region=None, time_zone="Asia/Jakarta",
            quota=(SeatQuota(category="DINAS", seats=seats),), seats_total=seats, rule_version=1,
        ),
        BatchStarted(
            batch=batch, at=at, local_date=at.date(), counts=(StatusCount(status="CONFIRMED", count=seats),)
        ),
        EnrolmentNominated(
            enrolment=identity(), batch=batch, kind="UNIT", person=None, unit=identity(), category="DINAS",
            echelon_group=None, person_kind=None, asn_status=None, eligible=True, reason_codes=(), rule_version=1,
        ),
        UnitRegistered(
            unit=identity(), kind="DINAS", name="Dinas Kesehatan", region="74.71", parent=None,
            valid_from=date(2020, 1, 1), valid_to=None, predecessors=(), successors=(),
        ),
    ]  # fmt: skip
    for event in events:
        schema = SCHEMAS[type(event)]()
        sent = json.dumps(schema.dump(event))
        again = schema.load({**json.loads(sent), "added_later": 1})
        assert json.dumps(schema.dump(again)) == sent
        assert not PERSONAL.search(re.sub(r"[0-9a-f-]{36}", "", sent))


def raised_codes() -> set[str]:
    """Find the codes that the sources give to refusals and faults."""
    found: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in {"RefusedError", "Fault"} and len(node.args) > 1:
                parts = [each for each in ast.walk(node.args[1]) if isinstance(each, ast.Constant)]
                found |= {each.value for each in parts if isinstance(each.value, str)}
    return found


def test_every_refusal_has_both_texts() -> None:
    assert len(raised_codes()) > 30
    assert raised_codes() - TEXTS.keys() - SHARED.keys() == set()


def test_texts_differ_by_language_and_name_the_same_values() -> None:
    for code, (indonesian, english) in TEXTS.items():
        assert indonesian != english, code
        places = [set(re.findall(r"\{(\w+)\}", text)) for text in (indonesian, english)]
        assert places[0] == places[1], code
