"""Bodies and answers about unit scores, rubrics and the service's figures."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, OneOf, Range, Regexp

from eventkit.event import TenantId
from eventkit.web import RequestSchema
from monitoring.domain.codes import PERIOD, SCORE_SOURCES
from monitoring.domain.reference import SERVICE_ELEMENTS
from monitoring.domain.score import ElementTotal, RecordScore, RecordServiceIndex
from monitoring.schemas.rows import FilterQuery, code_field, decimal_field, id_field

_PERIOD = Regexp(PERIOD + r"\Z")


@dataclass(frozen=True, slots=True)
class RecordScoreBody:
    """A score that somebody else issued."""

    unit: str
    instrument: str
    instrument_version: str
    period: str
    score: str
    source: str

    def command(self, tenant: TenantId, at: datetime) -> RecordScore:
        """Make the command of this tenant."""
        return RecordScore(
            tenant=tenant,
            unit=self.unit,
            instrument=self.instrument,
            instrument_version=self.instrument_version,
            period=self.period,
            score=Decimal(self.score),
            source=self.source,
            at=at,
        )


class RecordScoreRequest(RequestSchema):
    """Note an issued score: IKM, RB or SAKIP, always with the version of its instrument."""

    unit = id_field()
    instrument = code_field()
    instrument_version = code_field()
    period = fields.String(required=True, validate=_PERIOD)
    score = decimal_field()
    source = fields.String(required=True, validate=OneOf(SCORE_SOURCES))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> RecordScoreBody:
        return RecordScoreBody(**data)


class ElementRequest(RequestSchema):
    """The answers to one element of the service survey: sum and number."""

    element = fields.String(required=True, validate=OneOf(list(SERVICE_ELEMENTS)))
    total = fields.Integer(required=True, strict=True, validate=Range(min=1, max=4_000_000))
    respondents = fields.Integer(required=True, strict=True, validate=Range(min=1, max=1_000_000))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ElementTotal:
        return ElementTotal(**data)


@dataclass(frozen=True, slots=True)
class RecordServiceIndexBody:
    """The survey of a unit."""

    unit: str
    period: str
    elements: list[ElementTotal]

    def command(self, tenant: TenantId, at: datetime) -> RecordServiceIndex:
        """Make the command of this tenant."""
        return RecordServiceIndex(
            tenant=tenant, unit=self.unit, period=self.period, elements=tuple(self.elements), at=at
        )


class RecordServiceIndexRequest(RequestSchema):
    """Compute and note the service index (IKM) from the nine elements."""

    unit = id_field()
    period = fields.String(required=True, validate=_PERIOD)
    elements = fields.List(fields.Nested(ElementRequest), required=True, validate=Length(min=1, max=20))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> RecordServiceIndexBody:
        return RecordServiceIndexBody(**data)


class ElementResponse(Schema):
    """The answers to one element."""

    element = fields.String()
    total = fields.Integer()
    respondents = fields.Integer()


class ScoreResponse(Schema):
    """A score of a unit."""

    id = fields.String()
    version = fields.Integer()
    unit = fields.String()
    instrument = fields.String()
    instrument_version = fields.String()
    period = fields.String()
    score = fields.String()
    predicate = fields.String()
    source = fields.String()
    recorded_at = fields.AwareDateTime()
    elements = fields.List(fields.Nested(ElementResponse))


class ScoreQuery(FilterQuery):
    """A page of scores."""

    unit = id_field(required=False)
    instrument = code_field(required=False)
    period = fields.String(load_default=None, validate=_PERIOD)


class FiguresResponse(Schema):
    """The service's own counts, in all and by batch."""

    tenant = fields.String()
    figures = fields.Dict(keys=fields.String(), values=fields.Integer())
    batches = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()))
