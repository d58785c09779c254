"""Bodies and answers about rubrics and practice scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length

from eventkit.event import TenantId
from eventkit.web import RequestSchema
from monitoring.domain.rubric import Band, Component, WeightSet
from monitoring.domain.score import Simulate
from monitoring.schemas.rows import TEXT, FilterQuery, code_field, decimal_field, id_field

_MOST = 60


class ComponentRequest(RequestSchema):
    """A part of a rubric."""

    code = code_field()
    name = fields.String(required=True, validate=TEXT)
    weight = decimal_field()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Component:
        return Component(**data)


class BandRequest(RequestSchema):
    """A predicate and its open lower bound."""

    predicate = fields.String(required=True, validate=Length(min=1, max=4))
    lower = decimal_field()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Band:
        return Band(**data)


@dataclass(frozen=True, slots=True)
class WeightSetBody:
    """A rubric to add."""

    weights: WeightSet


class WeightSetRequest(RequestSchema):
    """A rubric of the tenant's own; the weights must sum exactly to `total`."""

    id = code_field()
    regulation = fields.String(required=True, validate=TEXT)
    total = decimal_field()
    components = fields.List(fields.Nested(ComponentRequest), required=True, validate=Length(min=1, max=_MOST))
    bands = fields.List(fields.Nested(BandRequest), required=True, validate=Length(min=1, max=20))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> WeightSetBody:
        components, bands = tuple(data.pop("components")), tuple(data.pop("bands"))
        return WeightSetBody(WeightSet(**data, components=components, bands=bands))


class ComponentResponse(Schema):
    """A part of a rubric."""

    code = fields.String()
    name = fields.String()
    weight = fields.String()


class BandResponse(Schema):
    """A predicate and its lower bound."""

    predicate = fields.String()
    lower = fields.String()


class WeightSetResponse(Schema):
    """A rubric; a provisional one rests on secondary sources."""

    id = fields.String()
    regulation = fields.String()
    total = fields.String()
    provisional = fields.Boolean()
    components = fields.List(fields.Nested(ComponentResponse))
    bands = fields.List(fields.Nested(BandResponse))


class WeightSetListResponse(Schema):
    """The rubrics of the regulations and the tenant's own."""

    items = fields.List(fields.Nested(WeightSetResponse))


@dataclass(frozen=True, slots=True)
class SimulateBody:
    """A practice exercise."""

    unit: str | None
    batch: str | None
    weight_set: str
    components: Mapping[str, str]
    key: Mapping[str, str] | None

    def command(self, tenant: TenantId, id_: str, at: datetime) -> Simulate:
        """Make the command of this tenant."""
        key = None if self.key is None else {code: Decimal(value) for code, value in self.key.items()}
        return Simulate(
            tenant=tenant,
            id=id_,
            unit=self.unit,
            batch=self.batch,
            weight_set=self.weight_set,
            achieved={code: Decimal(value) for code, value in self.components.items()},
            key=key,
            at=at,
        )


def _percentages(*, required: bool) -> fields.Dict:
    extra: dict[str, Any] = {} if required else {"load_default": None, "allow_none": True}
    return fields.Dict(
        keys=fields.String(validate=Length(max=40)),
        values=decimal_field(),
        required=required,
        validate=Length(max=_MOST),
        metadata={"description": "component → percent achieved, 0 to 100, as text"},
        **extra,
    )


class SimulateRequest(RequestSchema):
    """Practise scoring; an answer key is scored beside it."""

    unit = id_field(required=False)
    batch = id_field(required=False)
    weight_set = code_field()
    components = _percentages(required=True)
    key = _percentages(required=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> SimulateBody:
        return SimulateBody(**data)


class PointsResponse(Schema):
    """What one component brings."""

    component = fields.String()
    weight = fields.String()
    achieved = fields.String()
    points = fields.String()
    key_points = fields.String(allow_none=True)


class SimulationResponse(Schema):
    """A practice score: never official, never published."""

    id = fields.String()
    unit = fields.String(allow_none=True)
    batch = fields.String(allow_none=True)
    weight_set = fields.String()
    provisional = fields.Boolean()
    components = fields.List(fields.Nested(PointsResponse))
    total = fields.String()
    score = fields.String()
    predicate = fields.String()
    key_score = fields.String(allow_none=True)
    made_at = fields.AwareDateTime()


class SimulationQuery(FilterQuery):
    """A page of simulations."""

    unit = id_field(required=False)
    batch = id_field(required=False)
    weight_set = code_field(required=False)
