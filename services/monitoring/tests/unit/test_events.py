"""What goes out holds codes and counts, and nothing that could name a person."""

import pytest
from marshmallow import fields
from monitoring_samples import DAY, conducted, opened, submitted, uuid

from eventkit.event import topic_of
from monitoring.domain import measure, plan, visit
from monitoring.events import SCHEMAS, PlanSubmitted, ScoreRecorded

NUMBER = "198609262015051999"
SUBMITTED = {
    "plan": uuid(1),
    "unit": uuid(2),
    "enrolment": uuid(3),
    "batch": uuid(4),
    "item_count": 1,
    "status": "SUBMITTED",
    "due_on": "2025-05-20",
    "plan_references": ["IKU:2.1"],
}


def test_each_aggregate_kind_has_one_topic() -> None:
    topics = {topic_of(event.type) for event in SCHEMAS}
    assert topics == {f"monitoring.{each}" for each in ("measure", "plan", "visit", "score", "outcome")}


def test_no_text_field_is_free() -> None:
    free = [
        f"{schema.__name__}.{name}"
        for schema in SCHEMAS.values()
        for name, field in schema().fields.items()
        if isinstance(field, fields.String) and not field.validators
    ]
    assert free == []


@pytest.mark.parametrize("field", ["plan", "unit", "enrolment", "batch"])
def test_a_staff_number_is_no_id(field: str) -> None:
    payload = SUBMITTED | {field: NUMBER}
    assert field in SCHEMAS[PlanSubmitted]().validate(payload)


@pytest.mark.parametrize(("field", "value"), [("version", f"A{NUMBER}"), ("instrument", NUMBER), ("score", "85,92")])
def test_a_staff_number_is_no_code(field: str, value: str) -> None:
    sound = {
        "record": uuid(1),
        "unit": uuid(2),
        "instrument": "SAKIP",
        "version": "SAKIP-2021",
        "period": "2024",
        "score": "80.00",
        "predicate": "BB",
        "source": "KEMENPAN_RB",
    }
    schema = SCHEMAS[ScoreRecorded]()
    assert schema.validate(sound) == {}
    assert field in schema.validate({**sound, field: value})


def test_a_staff_number_is_no_reference() -> None:
    payload = SUBMITTED | {"plan_references": [f"IKU:{NUMBER}"]}
    assert "plan_references" in SCHEMAS[PlanSubmitted]().validate(payload)


def test_what_the_domain_says_fits_its_schema() -> None:
    told = [
        *measure.close(opened(), "BY_HAND", 5)[1],
        *plan.approve(submitted(DAY))[1],
        *visit.close(conducted(findings=0))[1],
    ]
    assert [SCHEMAS[type(each)]().validate(SCHEMAS[type(each)]().dump(each)) for each in told] == [{}, {}, {}]
