"""Fields of which requests are built: ids, codes, labels, dates. Texts that look like a personal number are refused."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from marshmallow import fields, post_load
from marshmallow.validate import And, Length, OneOf, Regexp

from eventkit.web import RequestSchema
from registration.events.wire import CODE, LABEL, LABEL_LENGTH, UUID

MAX_ROWS: Final = 200
_NAME: Final = r"^[^\x00-\x1f\x7f]*[^\W\d_][^\x00-\x1f\x7f]*\Z"


class BodySchema(RequestSchema):
    """A request that loads into a frozen dataclass, lists as tuples."""

    builds: ClassVar[type[Any]]

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Any:
        """Build the dataclass."""
        frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        return self.builds(**frozen)


def identifier(*, required: bool = False) -> fields.String:
    """Take an id that this service gave out."""
    return fields.String(validate=Regexp(UUID), **presence(required=required))


def identifiers() -> fields.List[Any]:
    """Take a list of ids."""
    return fields.List(fields.String(validate=Regexp(UUID)), validate=Length(max=MAX_ROWS), load_default=list)


def code(*, required: bool = False) -> fields.String:
    """Take a code in capitals, such as a reason or an office."""
    return fields.String(validate=Regexp(CODE), **presence(required=required))


def codes() -> fields.List[Any]:
    """Take a list of codes."""
    return fields.List(fields.String(validate=Regexp(CODE)), validate=Length(max=50), load_default=list)


def choice(values: Iterable[str], *, required: bool = False) -> fields.String:
    """Take one of a closed set."""
    return fields.String(validate=OneOf(list(values)), **presence(required=required))


def label(*, required: bool = False) -> fields.String:
    """Take an official label, which events may carry."""
    checks = And(Length(min=1, max=LABEL_LENGTH), Regexp(LABEL))
    return fields.String(validate=checks, **presence(required=required))


def person_name() -> fields.String:
    """Take a person's name: any script, at least one letter."""
    return fields.String(required=True, validate=And(Length(min=1, max=120), Regexp(_NAME)))


def region(*, required: bool = False) -> fields.String:
    """Take a region code; the use case names what is wrong with it."""
    return fields.String(validate=Length(min=1, max=20), **presence(required=required))


def instant(*, required: bool = False) -> fields.AwareDateTime:
    """Take a moment with its distance from UTC."""
    return fields.AwareDateTime(**presence(required=required))


def day(*, required: bool = False) -> fields.Date:
    """Take a calendar date."""
    return fields.Date(**presence(required=required))


def presence(*, required: bool) -> dict[str, Any]:
    """Say that a field must be there, or may be null or missing."""
    return {"required": True} if required else {"load_default": None, "allow_none": True}
