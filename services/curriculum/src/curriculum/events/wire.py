"""The few kinds of fields that an event is made of: ids, codes, counts and instants, never free text."""

from datetime import UTC
from enum import StrEnum
from typing import Final

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

UUID: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$(?!\n)"
# Sixteen digits in a row are a NIK, eighteen a NIP: none fits into a code.
CODE: Final = r"^(?!.*[0-9]{16})[A-Z0-9][A-Z0-9_.\-]*$(?!\n)"


def identifier(description: str | None = None) -> fields.String:
    """Hold an id."""
    metadata = {"description": description} if description else {}
    return fields.String(required=True, validate=[Length(equal=36), Regexp(UUID)], metadata=metadata)


def code(description: str, *, allow_none: bool = False) -> fields.String:
    """Hold a code in capitals."""
    rules = [Length(max=64), Regexp(CODE)]
    return fields.String(required=True, allow_none=allow_none, validate=rules, metadata={"description": description})


def choice(codes: type[StrEnum], *, allow_none: bool = False) -> fields.String:
    """Hold one of a closed set."""
    return fields.String(required=True, allow_none=allow_none, validate=OneOf([code.value for code in codes]))


def count(description: str | None = None, minimum: int = 0) -> fields.Integer:
    """Hold a whole number."""
    metadata = {"description": description} if description else {}
    return fields.Integer(required=True, strict=True, validate=Range(min=minimum), metadata=metadata)


def instant(description: str) -> fields.AwareDateTime:
    """Hold a moment, in UTC."""
    return fields.AwareDateTime(required=True, default_timezone=UTC, metadata={"description": description})
