"""Old readers read new events and new readers read old events, for every released schema."""

import copy
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tools import catalogue, compatibility, contracts, instances

RELEASED: Final = catalogue.CONTRACTS / contracts.RELEASED
BASE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "batch": {"type": "string", "format": "uuid"},
        "kind": {"type": "string", "enum": ["PERSON", "UNIT"]},
        "seats": {"type": "integer", "minimum": 0},
        "code": {"type": ["string", "null"], "pattern": "^[A-Z]+$", "maxLength": 20},
        "rows": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    },
    "required": ["batch", "kind"],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """Copy the base with one value set; None removes it."""
    schema = copy.deepcopy(BASE)
    *parents, last = path.split("/")
    node: Any = schema
    for part in parents:
        node = node[part]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return schema


def test_every_schema_is_compatible_with_its_release() -> None:
    released = contracts.schemas(RELEASED)
    assert released
    assert compatibility.set_breaks(released, contracts.schemas(catalogue.CONTRACTS)) == []


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("properties/kind", None, "field removed"),
        ("properties/rows/items/properties/n", None, "field removed"),
        ("properties/seats/type", "string", "type differs"),
        ("properties/code/type", "string", "type differs"),
        ("properties/seats/type", "number", "type differs"),
        ("required", ["batch", "kind", "seats"], "required on one side only"),
        ("required", ["batch"], "required on one side only"),
        ("properties/kind/enum", ["PERSON"], "closed set differs"),
        ("properties/kind/enum", ["PERSON", "UNIT", "TEAM"], "closed set differs"),
        ("properties/kind/enum", None, "closed set differs"),
        ("properties/batch/format", "date", "format differs"),
        ("properties/code/pattern", "^[a-z]+$", "pattern differs"),
        ("properties/code/maxLength", 10, "maxLength differs"),
        ("properties/code/maxLength", 40, "maxLength differs"),
        ("properties/seats/minimum", 1, "minimum differs"),
        ("properties/rows/maxItems", 5, "maxItems differs"),
        ("properties/batch/contentEncoding", "base64", "keyword outside the profile"),
    ],
)
def test_planted_break_is_caught(path: str, value: Any, rule: str) -> None:
    assert any(found.rule.startswith(rule) for found in compatibility.breaks(BASE, changed(path, value)))


def test_planted_removed_event_is_caught() -> None:
    assert [found.rule for found in compatibility.set_breaks({"x": BASE}, {})] == ["event removed"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties/venue", {"type": "string", "maxLength": 10}),
        ("properties/kind/description", "who is enrolled"),
        ("properties/kind/enum", ["UNIT", "PERSON"]),
        ("title", "another title"),
        ("required", ["kind", "batch"]),
    ],
)
def test_harmless_changes_pass(path: str, value: Any) -> None:
    assert compatibility.breaks(BASE, changed(path, value)) == []


LEAVES: Final = st.sampled_from(
    [
        {"type": "integer"},
        {"type": "integer", "minimum": 0},
        {"type": "integer", "maximum": 9},
        {"type": "number"},
        {"type": "boolean"},
        {"type": ["boolean", "null"]},
        {"type": "string", "maxLength": 5},
        {"type": "string", "minLength": 1, "maxLength": 9},
        {"type": "string", "enum": ["A", "B"]},
        {"type": ["string", "null"], "enum": ["A", "B", None]},
        {"type": "string", "pattern": "^[A-Z]{1,3}$"},
        {"type": "string", "format": "date"},
        {"type": "array", "items": {"type": "integer"}, "maxItems": 2},
        {"type": "array", "items": {"type": "string", "maxLength": 5}},
    ]
)


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    """Build a schema of the profile over three field names, so that two of them often meet."""
    names = draw(st.lists(st.sampled_from(["a", "b", "c"]), unique=True))
    properties = {name: draw(LEAVES) for name in names}
    return {"type": "object", "properties": properties, "required": [n for n in names if draw(st.booleans())]}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Build a released schema and one that differs from it in a field, in what is required, or not at all."""
    released = draw(objects())
    current = copy.deepcopy(released)
    name = draw(st.sampled_from(["a", "b", "c", "d"]))
    match draw(st.sampled_from(["same", "field", "removed", "required"])):
        case "field":
            current["properties"][name] = draw(LEAVES)
        case "removed":
            current["properties"].pop(name, None)
        case "required":
            current["required"] = [n for n in current["properties"] if draw(st.booleans())]
        case _:
            pass
    return released, current


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(pair=pairs(), data=st.data())
def test_schemas_without_a_break_read_each_others_events(
    pair: tuple[dict[str, Any], dict[str, Any]], data: st.DataObject
) -> None:
    released, current = pair
    if compatibility.breaks(released, current):
        return
    old, new = data.draw(instances.payloads(released)), data.draw(instances.payloads(current))
    assert Draft202012Validator(current).is_valid(old)
    assert Draft202012Validator(released).is_valid(new)
