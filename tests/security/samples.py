"""A body that a schema allows, made from the schema alone: an attack gets past the form and reaches the object."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.strategies import from_regex

NOBODY: Final = "01234567-89ab-7def-8123-456789abcdef"
_TEXTS: Final = (NOBODY, "2025-05-05", "74.71", "A", "1", "Uji coba", "IKU:2.1")
_FORMATS: Final = {"date": "2025-05-05", "date-time": "2025-05-05T01:00:00Z", "uuid": NOBODY, "time": "08:00:00"}
# What a schema cannot say: rules between fields, by the name of the request.
_RULES: Final[Mapping[str, Mapping[str, Any]]] = {
    "ComputeOutcomesRequest": {"follow_up": "T30"},
    "EndPlanRequest": {"state": "FAILED"},
    "MarkAttendanceRequest": {"default_status": "PRESENT"},
    "SessionTemplateRequest": {"minutes": 90},
}
_QUICK: Final = settings(
    database=None, derandomize=True, max_examples=100, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def sample(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """Give one value; every property is there, those that may be null are null."""
    name, schema = _resolved(schema, components)
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type", "object")
    if isinstance(kinds, list):
        return None
    if kinds == "object":
        return {**_object(schema, components), **_RULES.get(name, {})}
    if kinds == "array":
        return [sample(schema["items"], components) for _ in range(schema.get("minItems", 0))]
    if kinds in {"integer", "number"}:
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return schema.get("default", True) if kinds == "boolean" else _text(schema)


def _resolved(schema: Mapping[str, Any], components: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Follow references; gives the name of the request too."""
    name = ""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = components["schemas"][name]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _resolved(schema[several][0], components)
    return name, schema


def _object(schema: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    required = schema.get("required", ())
    made = {name: sample(part, components) for name, part in schema.get("properties", {}).items() if name in required}
    return {name: value for name, value in made.items() if value is not None or name in required}


def _text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    pattern = re.compile(schema.get("pattern", ""))
    bounds = range(schema.get("minLength", 0), schema.get("maxLength", 1000) + 1)
    for text in _TEXTS:
        if pattern.search(text) and len(text) in bounds:
            return text
    return find(from_regex(pattern), lambda text: len(text) in bounds, settings=_QUICK)


def body_of(schema: str) -> Any:
    """Make the body for a schema written as JSON text, with its components beside it; None where there is none."""
    if not schema:
        return None
    whole = json.loads(schema)
    return sample(whole, whole["components"])
