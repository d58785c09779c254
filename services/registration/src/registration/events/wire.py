"""Fields that every event of registration is built from: ids, codes, regions and the few official labels.

A string that is none of these could carry a person out of registration, so there is no other one.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final

from marshmallow import fields
from marshmallow.validate import And, Length, OneOf, Range, Regexp

# Python's `$` also matches before a last line break; `(?!\n)` forbids that in every dialect of the patterns.
# Nine digits in a row are the old employee number, sixteen a NIK, eighteen a NIP: none of them fits into a code.
CODE: Final = r"^(?!.*[0-9]{9})[A-Z][A-Z0-9_]{0,39}$(?!\n)"
PROGRAMME_CODE: Final = r"^(?!.*[0-9]{9})[A-Z][A-Z0-9-]{2,31}$(?!\n)"
REGION: Final = r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$(?!\n)"
UUID: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$(?!\n)"
LABEL: Final = r"^(?!.*[0-9](?:[ .-]?[0-9]){15})[^\x00-\x1f]+$(?!\n)"
LABEL_LENGTH: Final = 200


def identifier(description: str, *, nullable: bool = False) -> fields.String:
    """Declare an opaque id."""
    return fields.String(
        required=True, allow_none=nullable, validate=Regexp(UUID), metadata={"description": description}
    )


def code(description: str, *, nullable: bool = False) -> fields.String:
    """Declare a code in capitals whose set may grow."""
    return fields.String(
        required=True, allow_none=nullable, validate=Regexp(CODE), metadata={"description": description}
    )


def choice(description: str, values: Sequence[str], *, nullable: bool = False) -> fields.String:
    """Declare a code of a closed set."""
    return fields.String(
        required=True, allow_none=nullable, validate=OneOf(values), metadata={"description": description}
    )


def codes(description: str) -> fields.List[Any]:
    """Declare a list of codes."""
    return fields.List(
        fields.String(validate=Regexp(CODE)),
        required=True,
        validate=Length(max=50),
        metadata={"description": description},
    )


def identifiers(description: str) -> fields.List[Any]:
    """Declare a list of opaque ids."""
    return fields.List(
        fields.String(validate=Regexp(UUID)),
        required=True,
        validate=Length(max=200),
        metadata={"description": description},
    )


def region(description: str, *, nullable: bool = False) -> fields.String:
    """Declare a dotted Kemendagri code."""
    return fields.String(
        required=True, allow_none=nullable, validate=Regexp(REGION), metadata={"description": description}
    )


def label(description: str) -> fields.String:
    """Declare an official label, the only text that an event may carry."""
    return fields.String(
        required=True,
        validate=And(Length(min=1, max=LABEL_LENGTH), Regexp(LABEL)),
        metadata={"description": description, "official_label": True},
    )


def day(description: str, *, nullable: bool = False) -> fields.Date:
    """Declare a calendar date."""
    return fields.Date(required=True, allow_none=nullable, metadata={"description": description})


def instant(description: str) -> fields.AwareDateTime:
    """Declare a moment, written in UTC."""
    return fields.AwareDateTime(required=True, default_timezone=UTC, metadata={"description": description})


def count(description: str) -> fields.Integer:
    """Declare a number of things."""
    return fields.Integer(required=True, strict=True, validate=Range(min=0), metadata={"description": description})


def flag(description: str) -> fields.Boolean:
    """Declare a yes or no."""
    return fields.Boolean(required=True, metadata={"description": description})
