"""The kinds of fields and the answers that several requests share."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from marshmallow import Schema, fields, post_load, pre_dump
from marshmallow.validate import Length, Range, Regexp

from curriculum.domain.attendance import RowReport, RowStatus
from eventkit.problem import error_of
from eventkit.web import FaultResponse, RequestSchema

MAX_ROWS: Final = 200
_CODE: Final = Regexp(r"^(?!.*[0-9]{16})[A-Z0-9][A-Z0-9_.\-]*\Z")  # no personal number fits into a code
_UUID: Final = Regexp(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_ID: Final = Regexp(r"^[A-Za-z0-9][A-Za-z0-9_.\-]*\Z")


def id_field(*, required: bool = True) -> fields.String:
    """Take an id of this or another service."""
    return fields.String(required=required, allow_none=not required, validate=[Length(max=64), _ID])


def uuid_field() -> fields.String:
    """Take an id that will stand in an event."""
    return fields.String(required=True, validate=[Length(equal=36), _UUID])


def code_field(*, required: bool = True, description: str = "A code in capitals") -> fields.String:
    """Take a code in capitals."""
    rules = [Length(max=64), _CODE]
    return fields.String(
        required=required, allow_none=not required, validate=rules, metadata={"description": description}
    )


def codes_field() -> fields.List[str]:
    """Take some codes."""
    return fields.List(code_field(), validate=Length(max=20))


def label_field(maximum: int, *, required: bool = True) -> fields.String:
    """Take a short text that stays in this service."""
    return fields.String(required=required, allow_none=not required, validate=Length(min=1, max=maximum))


def clock_field() -> fields.String:
    """Take a local time of day."""
    example = {"description": "Local time at the venue", "example": "08:00"}
    return fields.String(required=True, validate=Regexp(r"^([01]\d|2[0-3]):[0-5]\d\Z"), metadata=example)


def choice_field(codes: type[StrEnum], *, required: bool = True) -> "fields.Enum[StrEnum]":
    """Take one of a closed set."""
    return fields.Enum(codes, by_value=True, required=required, allow_none=not required)


def number_field(minimum: int, maximum: int, *, required: bool = True) -> fields.Integer:
    """Take a whole number within bounds."""
    bounds = Range(min=minimum, max=maximum)
    return fields.Integer(required=required, allow_none=not required, strict=True, validate=bounds)


class DryRunQuery(RequestSchema):
    """Whether to report only."""

    dry_run = fields.Boolean(load_default=False, metadata={"description": "Report, but store nothing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonBody:
    """Why."""

    reason_code: str


class ReasonRequest(RequestSchema):
    """A command that needs nothing but its reason."""

    reason_code = code_field()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ReasonBody:
        """Build the body."""
        return ReasonBody(**data)


class RowResponse(Schema):
    """What became of one row."""

    row = fields.Integer(required=True)
    status = fields.String(required=True)
    id = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultResponse), required=True)

    @pre_dump
    def say(self, report: RowReport, **_: object) -> dict[str, Any]:
        """Put the faults into words."""
        errors = [error_of(each) for each in report.errors]
        return {"row": report.row, "status": report.status.value, "id": report.id, "errors": errors}


def counts_of(rows: Sequence[RowReport]) -> dict[str, int]:
    """Count the rows by what became of them."""
    return {status.value.lower(): sum(each.status is status for each in rows) for status in RowStatus}


class BulkResponse(Schema):
    """What became of each row, and how many rows came to what."""

    rows = fields.List(fields.Nested(RowResponse), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)

    @pre_dump
    def count(self, report: Any, **_: object) -> dict[str, Any]:
        """Add the counts."""
        return {"rows": report.rows, "counts": counts_of(report.rows)}
