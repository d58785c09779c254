"""Bodies and answers about instruments, measures and outcomes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, OneOf, Range

from eventkit.event import TenantId
from eventkit.web import RequestSchema
from monitoring.domain.instrument import DraftInstrument, Item
from monitoring.domain.measure import FOLLOW_UPS, GiveAnswer, MeasureKind, RaterRole
from monitoring.domain.report import Row
from monitoring.schemas.rows import TEXT, FilterQuery, code_field, id_field, numbered, rows_field

MAX_ITEMS = 100


class ItemRequest(RequestSchema):
    """One statement of an instrument."""

    code = code_field()
    dimension = code_field()
    text = fields.String(required=True, validate=TEXT)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Item:
        return Item(**data)


@dataclass(frozen=True, slots=True)
class DraftInstrumentBody:
    """A new version of an instrument."""

    code: str
    number: int
    title: str
    scale_high: int
    items: list[Item]

    def command(self, tenant: TenantId) -> DraftInstrument:
        """Make the command of this tenant."""
        return DraftInstrument(
            tenant=tenant,
            code=self.code,
            number=self.number,
            title=self.title,
            scale_high=self.scale_high,
            items=tuple(self.items),
        )


class DraftInstrumentRequest(RequestSchema):
    """Write down a version of an instrument."""

    code = code_field()
    number = fields.Integer(required=True, strict=True, validate=Range(min=1, max=10_000))
    title = fields.String(required=True, validate=TEXT)
    scale_high = fields.Integer(required=True, strict=True, validate=OneOf([4, 5]))
    items = fields.List(fields.Nested(ItemRequest), required=True, validate=Length(min=1, max=MAX_ITEMS))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> DraftInstrumentBody:
        return DraftInstrumentBody(**data)


@dataclass(frozen=True, slots=True)
class ReviseInstrumentBody:
    """What a draft shall say instead."""

    title: str
    items: list[Item]


class ReviseInstrumentRequest(RequestSchema):
    """Change a draft."""

    title = fields.String(required=True, validate=TEXT)
    items = fields.List(fields.Nested(ItemRequest), required=True, validate=Length(min=1, max=MAX_ITEMS))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ReviseInstrumentBody:
        return ReviseInstrumentBody(**data)


class ItemResponse(Schema):
    """One statement."""

    code = fields.String()
    dimension = fields.String()
    text = fields.String()


class InstrumentResponse(Schema):
    """One version of an instrument; `number` is the instrument's version, `version` the record's."""

    id = fields.String()
    version = fields.Integer()
    code = fields.String()
    number = fields.Integer()
    title = fields.String()
    scale_low = fields.Integer()
    scale_high = fields.Integer()
    items = fields.List(fields.Nested(ItemResponse))
    state = fields.String()
    published_at = fields.AwareDateTime(allow_none=True)


class InstrumentListResponse(Schema):
    """The standard instrument and the tenant's own."""

    items = fields.List(fields.Nested(InstrumentResponse))


class DimensionResponse(Schema):
    """A dimension of answers."""

    code = fields.String()
    name = fields.String()


class ReferenceDataResponse(Schema):
    """Dimensions and the 21 behaviours."""

    dimensions = fields.List(fields.Nested(DimensionResponse))
    behaviours = fields.List(fields.Nested(DimensionResponse))


class InstrumentQuery(FilterQuery):
    """A page of instruments."""

    state = fields.String(load_default=None, validate=OneOf(["DRAFT", "PUBLISHED"]))


@dataclass(frozen=True, slots=True)
class OpenMeasureBody:
    """A measure to open by hand."""

    kind: MeasureKind
    due_on: date
    instrument: str | None
    number: int | None


class OpenMeasureRequest(RequestSchema):
    """Open a measure; without an instrument it asks what the baseline asked."""

    kind = fields.Enum(MeasureKind, by_value=True, required=True)
    due_on = fields.Date(required=True)
    instrument = code_field(required=False)
    number = fields.Integer(strict=True, allow_none=True, load_default=None, validate=Range(min=1, max=10_000))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> OpenMeasureBody:
        return OpenMeasureBody(**data)


class AnswerRow(RequestSchema):
    """One rater's answers about one participant; without a rater it is the participant's own answer."""

    enrolment = id_field()
    rater = id_field(required=False)
    rater_role = fields.Enum(RaterRole, by_value=True, load_default=RaterRole.SELF)
    on = fields.Date(required=True)
    items = fields.Dict(
        keys=fields.String(validate=Length(max=40)),
        values=fields.Integer(strict=True),
        required=True,
        validate=Length(max=MAX_ITEMS),
        metadata={"description": "item code → answer on the instrument's scale; every item"},
    )

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> GiveAnswer:
        return GiveAnswer(row=0, **data)


@dataclass(frozen=True, slots=True)
class AnswersBody:
    """Answers, and report rows for those that could not be read."""

    rows: list[GiveAnswer | Row]


class TakeAnswersRequest(RequestSchema):
    """Store answers in bulk."""

    rows = rows_field(AnswerRow)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> AnswersBody:
        return AnswersBody(numbered(data["rows"]))


class MeasureResponse(Schema):
    """A measure."""

    id = fields.String()
    version = fields.Integer()
    batch = fields.String()
    kind = fields.String()
    instrument = fields.String()
    instrument_version = fields.Integer()
    due_on = fields.Date()
    state = fields.String()
    received = fields.Integer()
    closed_reason = fields.String(allow_none=True)


class MeasureViewResponse(Schema):
    """A measure as it stands on a date: OPEN, OVERDUE or CLOSED."""

    id = fields.String(attribute="measure.id")
    version = fields.Integer(attribute="measure.version")
    batch = fields.String(attribute="measure.batch")
    kind = fields.String(attribute="measure.kind")
    instrument = fields.String(attribute="measure.instrument")
    instrument_version = fields.Integer(attribute="measure.instrument_version")
    due_on = fields.Date(attribute="measure.due_on")
    received = fields.Integer(attribute="measure.received")
    expected = fields.Integer()
    status = fields.String()


class BatchMonitoringResponse(Schema):
    """Where the evaluation of a batch stands on a date."""

    batch = fields.String(attribute="batch.id")
    state = fields.String(attribute="batch.state")
    planned_start = fields.Date(attribute="batch.planned_start", allow_none=True)
    started_on = fields.Date(attribute="batch.started_on", allow_none=True)
    completed_on = fields.Date(attribute="batch.completed_on", allow_none=True)
    as_of = fields.Date()
    enrolled = fields.Integer()
    sessions_held = fields.Integer()
    completed = fields.Integer()
    plan_due_on = fields.Date(allow_none=True)
    plans = fields.Dict(keys=fields.String(), values=fields.Integer())
    plans_missing = fields.Integer()
    measures = fields.List(fields.Nested(MeasureViewResponse))


class DimensionResultResponse(Schema):
    """A mean, or its suppression below five participants."""

    dimension = fields.String()
    n = fields.Integer(allow_none=True)
    mean = fields.String(allow_none=True)
    suppressed = fields.Boolean()


class MeasureResultsResponse(Schema):
    """The means of a closed measure; an open one shows none."""

    measure = fields.String()
    state = fields.String()
    items = fields.List(fields.Nested(DimensionResultResponse))


@dataclass(frozen=True, slots=True)
class ComputeOutcomesBody:
    """Which follow-up to compare."""

    follow_up: MeasureKind


class ComputeOutcomesRequest(RequestSchema):
    """Compare a follow-up with the baseline."""

    follow_up = fields.Enum(
        MeasureKind, by_value=True, required=True, validate=OneOf(list(FOLLOW_UPS), error="follow_up_only")
    )

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ComputeOutcomesBody:
        return ComputeOutcomesBody(**data)


class OutcomeResponse(Schema):
    """Before against after of one dimension: SHOWN, NO_BASELINE or TOO_FEW; a change, not a cause."""

    id = fields.String()
    batch = fields.String()
    follow_up = fields.String()
    dimension = fields.String()
    status = fields.String()
    pairs = fields.Integer()
    unmatched = fields.Integer()
    difference = fields.String(allow_none=True)
    interval_low = fields.String(allow_none=True)
    interval_high = fields.String(allow_none=True)
    method_version = fields.String()


class OutcomesResponse(Schema):
    """The comparisons of a batch."""

    items = fields.List(fields.Nested(OutcomeResponse))
