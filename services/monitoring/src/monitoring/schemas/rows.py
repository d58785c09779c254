"""What several subjects share: bulk rows and their report, dates and places in a query, ids in a body."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, post_load
from marshmallow.utils import is_collection
from marshmallow.validate import Length, Regexp

from eventkit.problem import error_of, faults_of
from eventkit.web import FaultResponse, PageQuery
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


class Rows(fields.List):
    """A list whose bad rows do not spoil the good ones: each loads into a command or into its report row."""

    def __init__(self, schema: type[Schema]) -> None:
        super().__init__(fields.Nested(schema), required=True, validate=Length(min=1, max=MAX_ROWS))
        self._row_schema = schema

    def _deserialize(self, value: Any, _attr: str | None, _data: Mapping[str, Any] | None, **_: Any) -> list[Any]:
        if not is_collection(value):
            raise self.make_error("invalid")
        if len(value) > MAX_ROWS:
            return list(value)
        schema = self._row_schema()
        return [_load(schema, index, each) for index, each in enumerate(value)]


def _load(schema: Schema, index: int, given: Any) -> Any:
    try:
        return replace(schema.load(given), row=index)
    except ValidationError as error:
        return rejected(index, *faults_of(error.messages))


class RowErrors(fields.List):
    """The faults of a row, said in the caller's language."""

    def _serialize(self, value: Any, _attr: str | None, _obj: Any, **_: Any) -> list[dict[str, str]]:
        return [error_of(fault) for fault in value]


class RowResponse(Schema):
    """The answer to one row."""

    row = fields.Integer()
    status = fields.String(metadata={"description": "ACCEPTED, UNCHANGED or REJECTED"})
    id = fields.String(allow_none=True)
    errors = RowErrors(fields.Nested(FaultResponse), attribute="faults")


class ReportResponse(Schema):
    """The answers to all rows; `counts` names accepted, unchanged and rejected."""

    rows = fields.List(fields.Nested(RowResponse))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


class DryRunQuery(Schema):
    """Whether a bulk request only says what it would do."""

    class Meta:
        unknown = RAISE

    dry_run = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> bool:
        return bool(data["dry_run"])


class AsOfQuery(Schema):
    """The day for which a state is asked; today where none is named."""

    class Meta:
        unknown = RAISE

    as_of = fields.Date(load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> date | None:
        return data["as_of"]  # type: ignore[no-any-return] # marshmallow checked it


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
