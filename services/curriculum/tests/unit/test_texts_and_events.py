"""What leaves this service: every refusal has words, no event has room for a person."""

import ast
import dataclasses
from pathlib import Path

import pytest
from marshmallow import ValidationError, fields
from marshmallow.validate import Length

import curriculum
from curriculum.events import SCHEMAS
from curriculum.texts import TEXTS
from eventkit.event import Event, topic_of
from eventkit.ids import new_id
from eventkit.problem import TEXTS as COMMON

SOURCES = sorted(Path(curriculum.__file__).parent.rglob("*.py"))
RAISERS = {"RefusedError": 1, "Fault": 1, "ValidationError": 0, "_day_fault": 0}


def codes_in(source: str) -> set[str]:
    """Give every code that this source text raises."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISERS:
            place = RAISERS[node.func.id]
            found |= {
                each.value
                for argument in node.args[place : place + 1]
                for each in ast.walk(argument)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    return found


def test_every_code_has_a_text_in_both_languages_and_every_text_a_code() -> None:
    raised = {code for path in SOURCES for code in codes_in(path.read_text(encoding="utf-8"))}
    assert raised - set(COMMON) == set(TEXTS)
    assert all(indonesian and english and indonesian != english for indonesian, english in TEXTS.values())


def test_both_languages_name_the_same_values() -> None:
    def names(text: str) -> set[str]:
        return {part.partition("}")[0] for part in text.split("{")[1:]}

    assert {code for code, (first, second) in TEXTS.items() if names(first) != names(second)} == set()


@pytest.mark.parametrize("event", SCHEMAS, ids=lambda event: event.__name__)
def test_an_event_s_class_and_schema_have_the_same_fields(event: type[Event]) -> None:
    schema = SCHEMAS[event]()
    assert set(schema.fields) == {field.name for field in dataclasses.fields(event)}
    assert topic_of(event.type).startswith("curriculum.")


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda schema: schema.__name__)
def test_no_event_has_room_for_free_text(schema: type) -> None:
    for name, field in schema().fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.String):
            assert inner.validators, name
            assert not any(word in name for word in ("name", "label", "title", "note", "score"))


def test_a_certificate_number_of_another_form_is_refused() -> None:
    schema = next(schema for event, schema in SCHEMAS.items() if event.__name__ == "CertificateIssued")()
    payload = {"certificate": new_id(), "enrolment": new_id(), "jp": 20, "sha256": "0" * 64, "reason_code": None}
    assert schema.load({**payload, "number": "RTR/74.71/2025/000123"}).jp == 20
    for wrong in ("RTR/7471/2025/000123", "RTR/74.71/25/000123", "XXX/53/2025/000001"):
        with pytest.raises(ValidationError):
            schema.load({**payload, "number": wrong})


def test_every_list_and_text_is_bounded() -> None:
    for schema in SCHEMAS.values():
        for field in schema().fields.values():
            if isinstance(field, fields.String):
                assert any(isinstance(rule, Length) or hasattr(rule, "choices") for rule in field.validators)
