"""No published event can carry a person: not by a field's name, not as free text, not as a number."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tools import catalogue, instances, personal_data, rendering

CLAIM: Final = frozenset({"subject", "value", "source"})
OFFICIAL_LABELS: Final[Mapping[str, frozenset[str]]] = {
    "id.bina.registration.unit.registered.v1": frozenset({"name"}),
    "id.bina.registration.unit.changed.v1": frozenset({"name"}),
    "id.bina.registration.programme.proposed.v1": frozenset({"title"}),
    "id.bina.registration.programme.claim_recorded.v1": CLAIM,
    "id.bina.registration.programme.claim_reviewed.v1": CLAIM,
}
SCHEMAS: Final = {name: rendering.json_schema(event) for name, event in catalogue.event_types().items()}
PAYLOADS: Final = {name: instances.payloads(schema) for name, schema in SCHEMAS.items()}
LABEL_BREAKERS: Final = ("1986 0926 2015 05 1999", "Dinas 198609262015051999", "NIK 3573010101900001")


def object_of(**properties: dict[str, Any]) -> dict[str, Any]:
    """Build a planted schema."""
    return {"type": "object", "properties": properties}


def accepting_a_number(schema: Mapping[str, Any]) -> list[str]:
    """Name the fields of a schema that would let a personal number pass."""
    texts = [(path, node) for path, node in personal_data.leaves(schema) if "string" in str(node.get("type"))]
    return [path for path, node in texts if any(map(rendering.validator(node).is_valid, instances.HOSTILE))]


def test_no_schema_can_carry_a_person() -> None:
    found = {name: personal_data.findings(s, OFFICIAL_LABELS.get(name, frozenset())) for name, s in SCHEMAS.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_list_of_labels_names_real_events() -> None:
    assert OFFICIAL_LABELS.keys() - SCHEMAS.keys() == set()


@pytest.mark.parametrize(
    "field",
    ["name", "participant_name", "nip", "nik", "employee_number", "phone", "email", "birth_date", "health", "note",
     "description", "comment"],
)  # fmt: skip
def test_planted_field_name_is_caught(field: str) -> None:
    assert personal_data.findings(object_of(**{field: {"type": "string", "format": "date"}}), frozenset())


def test_planted_nested_field_is_caught() -> None:
    inner = object_of(phone={"type": "string", "maxLength": 20})
    planted = object_of(delegates={"type": "array", "items": inner})
    assert personal_data.findings(planted, frozenset()) != []


def test_planted_free_text_is_caught() -> None:
    assert personal_data.findings(object_of(reason={"type": "string"}), frozenset())
    assert personal_data.findings(object_of(reason={"type": ["string", "null"], "maxLength": 500}), frozenset())
    assert personal_data.findings(object_of(reasons={"type": "array", "items": {"type": "string"}}), frozenset())
    assert not personal_data.findings(object_of(reason={"type": "string", "maxLength": 40}), frozenset())


def test_planted_undeclared_label_is_caught() -> None:
    marked = object_of(title={"type": "string", "maxLength": 40, "x-official-label": True})
    assert personal_data.findings(marked, frozenset())
    assert personal_data.findings(marked, frozenset({"title"})) == []
    assert personal_data.findings(object_of(title={"type": "string", "maxLength": 40}), frozenset({"title"}))


def test_no_field_lets_a_personal_number_pass() -> None:
    found = {name: accepting_a_number(schema) for name, schema in SCHEMAS.items()}
    assert {name: fields for name, fields in found.items() if fields} == {}


def test_planted_open_id_is_caught() -> None:
    assert accepting_a_number(object_of(person={"type": "string", "maxLength": 64})) == ["person"]


@pytest.mark.parametrize("text", LABEL_BREAKERS)
def test_official_labels_refuse_personal_numbers(text: str) -> None:
    labelled = [(SCHEMAS[name], field) for name, fields in OFFICIAL_LABELS.items() for field in fields]
    for schema, field in labelled:
        assert not rendering.validator(schema["properties"][field]).is_valid(text)


@settings(max_examples=60, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_generated_events_hold_no_personal_number(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SCHEMAS)))
    payload = data.draw(PAYLOADS[name])
    if not catalogue.event_types()[name].schema().validate(payload):  # what the producer's schema lets through
        assert personal_data.numbers_in(payload) == []


def fields_of(node: Any, document: Mapping[str, Any]) -> set[str]:
    """Collect the names of all fields that a response schema can show."""
    if isinstance(node, list):
        return {name for child in node for name in fields_of(child, document)}
    if not isinstance(node, dict):
        return set()
    reference = node.get("$ref", "")
    target = document["components"]["schemas"].get(reference.rpartition("/")[2]) if reference else None
    inner = {name for child in (*node.values(), target) for name in fields_of(child, document)}
    return inner | set(node.get("properties", {}))


def unwatched(document: Mapping[str, Any]) -> list[str]:
    """Name the operations that can show a person's number and leave no entry in the audit log."""
    operations = ((f"{m} {path}", o) for path, found in document["paths"].items() for m, o in found.items())
    return [
        name
        for name, operation in operations
        if isinstance(operation, dict)
        and "employee_number" in fields_of(operation["responses"], document)
        and not operation.get("x-sensitive")
    ]


def test_every_route_that_shows_a_person_is_sensitive() -> None:
    documents = {p.stem: json.loads(p.read_text("utf-8")) for p in catalogue.CONTRACTS.glob("openapi/*.json")}
    assert {name: found for name, document in documents.items() if (found := unwatched(document))} == {}
    text = json.dumps(documents["registration"])
    assert unwatched(json.loads(text.replace("x-sensitive", "x-nothing"))) != []


def test_planted_number_is_found() -> None:
    assert personal_data.numbers_in({"a": [{"b": "x 3573010101900001"}]}) == ["x 3573010101900001"]
    assert personal_data.numbers_in({"a": "0" * 64, "b": "01970000-0000-7000-8000-000000000001"}) == []
