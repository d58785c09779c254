"""The field kinds of the example files, each saying what it expected."""

from collections.abc import Sequence
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, fields, post_load, validate

REGION = r"\d{2}(\.\d{2}(\.\d{2})?)?"
CODE = r"[A-Z][A-Z0-9_]{1,63}"
KEY = r"[a-z0-9][a-z0-9-]{0,63}"


class ExampleSchema(Schema):
    """The checked form of one mapping; an unknown field is a fault that names the known ones."""

    builds: ClassVar[type[Any]]

    class Meta:
        unknown = RAISE

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        known = ", ".join(self.fields)
        self.error_messages["unknown"] = f"expected no such field; known here: {known}"
        self.error_messages["type"] = "expected a mapping of fields"

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Any:
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return self.builds(**values)


def _messages(expected: str) -> dict[str, Any]:
    codes = ("required", "null", "invalid", "format", "invalid_utf8", "too_large")
    return dict.fromkeys(codes, f"expected {expected}")


def text(limit: int = 200, *, required: bool = True) -> fields.String:
    """Expect words."""
    expected = f"text of 1 to {limit} characters"
    size = validate.Length(min=1, max=limit, error=f"expected {expected}")
    return fields.String(required=required, validate=size, error_messages=_messages(expected))


def pattern(regex: str, expected: str, *, required: bool = True) -> fields.String:
    """Expect text of a fixed form."""
    form = validate.Regexp(rf"^(?:{regex})\Z", error=f"expected {expected}, found '{{input}}'")
    return fields.String(required=required, validate=form, error_messages=_messages(expected))


def region(*, required: bool = True) -> fields.String:
    """Expect a Kemendagri region code."""
    return pattern(REGION, "a dotted region code such as 74.71", required=required)


def code(*, required: bool = True) -> fields.String:
    """Expect a code in capitals."""
    return pattern(CODE, "a code in capitals such as WALI_KOTA", required=required)


def key(*, required: bool = True) -> fields.String:
    """Expect a key that other fields point to."""
    return pattern(KEY, "a key of small letters, digits and dashes", required=required)


def choice(options: Sequence[str], *, required: bool = True) -> fields.String:
    """Expect one of a closed set."""
    expected = "one of " + ", ".join(options)
    known = validate.OneOf(options, error=f"expected {expected}; found '{{input}}'")
    return fields.String(required=required, validate=known, error_messages=_messages(expected))


def count(low: int, high: int, *, required: bool = True) -> fields.Integer:
    """Expect a whole number within bounds."""
    expected = f"a whole number from {low} to {high}"
    bounds = validate.Range(low, high, error=f"expected {expected}, found {{input}}")
    return fields.Integer(required=required, validate=bounds, error_messages=_messages(expected))


def mean() -> fields.Float:
    """Expect a mean answer on the scale of four."""
    expected = "a number from 1 to 4"
    bounds = validate.Range(1, 4, error=f"expected {expected}, found {{input}}")
    return fields.Float(required=True, validate=bounds, error_messages=_messages(expected))


def day() -> fields.Date:
    """Expect a date."""
    return fields.Date(required=True, error_messages=_messages("a real date as YYYY-MM-DD"))


def clock() -> fields.Time:
    """Expect a local time of day."""
    return fields.Time(required=True, error_messages=_messages('a time of day in quotes, as "14:00"'))


def flag() -> fields.Boolean:
    """Expect yes or no."""
    return fields.Boolean(error_messages=_messages("true or false"))


def one(schema: type[Schema], *, required: bool = True, data_key: str | None = None) -> fields.Nested:
    """Expect one mapping of that form."""
    messages = _messages("a mapping of fields")
    return fields.Nested(schema, required=required, data_key=data_key, error_messages=messages)


def many(schema: type[Schema], *, required: bool = True, least: int = 1) -> fields.Nested:
    """Expect a list of mappings of that form."""
    enough = validate.Length(min=least, error=f"expected at least {least}")
    messages = {**_messages("a list"), "type": "expected a list"}
    return fields.Nested(schema, many=True, required=required, validate=enough, error_messages=messages)


def several(item: fields.Field[Any], *, required: bool = True) -> fields.List[Any]:
    """Expect a list of plain values."""
    enough = validate.Length(min=1, error="expected at least one")
    return fields.List(item, required=required, validate=enough, error_messages=_messages("a list"))
