"""Turns the producer's marshmallow schemas into the published JSON Schemas; decides no content of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from jsonschema import Draft202012Validator, FormatChecker
from marshmallow import Schema
from marshmallow.fields import Field
from marshmallow.validate import And, Length, Regexp

from tools.catalogue import EventType

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FORMATS: Final = FormatChecker()


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Make a validator of published schemas that checks dates, instants and ids too."""
    return Draft202012Validator(schema, format_checker=FORMATS)


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def json_schema(event: EventType) -> dict[str, Any]:
    """Render the schema of one event, open to fields that a later producer adds."""
    head = {
        "$id": f"urn:bina:event:{event.name}",
        "$schema": DIALECT,
        "title": event.name,
        "description": " ".join((event.payload.__doc__ or "").split()),
    }
    return head | object_schema(event.schema)


def object_schema(schema: type[Schema]) -> dict[str, Any]:
    """Render a marshmallow schema in place, nested ones included."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda _: "")  # no name: nested schemas stay where they are
    APISpec(title="events", version="1", openapi_version="3.1.0", plugins=[plugin])
    converter: Any = plugin.converter  # its methods carry no types
    converter.add_attribute_function(_official_label)
    converter.add_attribute_function(_joined_rules)
    rendered = converter.schema2jsonschema(schema())
    return {"type": "object"} | dict(rendered)


def _official_label(_: object, field: Field[Any], **__: object) -> dict[str, Any]:
    return {"x-official-label": True} if field.metadata.get("official_label") else {}


def _joined_rules(_: object, field: Field[Any], **__: object) -> dict[str, Any]:
    """Render the rules inside an And, which the plugin does not look into."""
    found: dict[str, Any] = {}
    for rule in (inner for outer in field.validators if isinstance(outer, And) for inner in outer.validators):
        match rule:
            case Length(min=least, max=most):
                found |= {k: v for k, v in (("minLength", least), ("maxLength", most)) if v is not None}
            case Regexp(regex=regex):
                found["pattern"] = regex.pattern
            case _:
                raise TypeError(f"{field.name}: no JSON Schema keyword for {rule!r} is known here")
    return found
