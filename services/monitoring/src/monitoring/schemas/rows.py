"""What several subjects share: bulk rows and their report, dates and places in a query, ids in a body."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load
from marshmallow.validate import Length, Regexp

from eventkit.problem import error_of, faults_of
from eventkit.web import PageQuery, RequestSchema
from monitoring.domain.codes import CODE, UUID_TEXT
from monitoring.domain.report import rejected

MAX_ROWS: Final = 200
TEXT: Final = Length(min=1, max=1_000)


def id_field(*, required: bool = True) -> fields.String:
    """Take an id; None may be left out where it is not required."""
    extra: dict[str, Any] = {} if required else {"allow_none": True, "load_default": None}
    return fields.String(required=required, validate=Regexp(UUID_TEXT + r"\Z"), **extra)


def code_field(*, required: bool = True) -> fields.String:
    """Take a code in capitals."""
    extra: dict[str, Any] = {} if required else {"allow_none": True, "load_default": None}
    return fields.String(required=required, validate=Regexp(CODE + r"\Z"), **extra)


_DECIMAL: Final = Regexp(r"^[0-9]{1,3}(\.[0-9]{1,4})?\Z")


def decimal_field(*, required: bool = True) -> fields.String:
    """Take a decimal as text, so that no float comes near it."""
    return fields.String(required=required, validate=_DECIMAL, metadata={"description": "decimal as text: `82.78`"})


class BulkRow(fields.Nested):
    """A row that loads into its command, or into its report row, so that it does not spoil the good ones."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        try:
            return super()._load(value, partial)
        except ValidationError as error:
            return rejected(0, *faults_of(error.messages))


def rows_field(schema: type[Schema]) -> fields.List[Any]:
    """Take the rows of a bulk request."""
    return fields.List(BulkRow(schema), required=True, validate=Length(min=1, max=MAX_ROWS))


def numbered(rows: list[Any]) -> list[Any]:
    """Give each row its place."""
    return [replace(row, row=place) for place, row in enumerate(rows)]


class RowFaultResponse(Schema):
    """A fault of a row, in the caller's language."""

    pointer = fields.String()
    code = fields.String()
    message = fields.Function(lambda fault: error_of(fault)["message"], metadata={"type": "string"})


class RowResponse(Schema):
    """The answer to one row."""

    row = fields.Integer()
    status = fields.String(metadata={"description": "ACCEPTED, UNCHANGED or REJECTED"})
    id = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(RowFaultResponse), attribute="faults")


class ReportResponse(Schema):
    """The answers to all rows; `counts` names accepted, unchanged and rejected."""

    rows = fields.List(fields.Nested(RowResponse))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


@dataclass(frozen=True, slots=True)
class DryRun:
    """Whether nothing is to be stored."""

    is_dry: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """No body."""


class NothingRequest(RequestSchema):
    """A command that needs no further word; a body with any field is refused."""

    @post_load
    def build(self, _data: dict[str, Any], **_: object) -> Nothing:
        return Nothing()


class DryRunQuery(RequestSchema):
    """Whether a bulk request only says what it would do."""

    dry_run = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> DryRun:
        return DryRun(data["dry_run"])


@dataclass(frozen=True, slots=True)
class AsOf:
    """A day, if one was named."""

    day: date | None


class AsOfQuery(RequestSchema):
    """The day for which a state is asked; today where none is named."""

    as_of = fields.Date(load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> AsOf:
        return AsOf(data["as_of"])


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A page and the values that its items must have."""

    where: Mapping[str, object]
    cursor: str | None
    size: int


class FilterQuery(PageQuery):
    """A list with filters: every field but the page's own is a value that items must have."""

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ListQuery:
        cursor, size = data.pop("cursor"), data.pop("size")
        return ListQuery(where=data, cursor=cursor, size=size)
