"""Responses about batches: the batch itself, its plans, its headcounts, the tenant's figures."""

from marshmallow import Schema, fields


class VenueResponse(Schema):
    """Where it takes place; null while unknown."""

    name = fields.String(allow_none=True)
    region = fields.String(allow_none=True)


class PlanResponse(Schema):
    """Days and place as decided."""

    planned_start = fields.Date(attribute="start")
    planned_end = fields.Date(attribute="end")
    provisional = fields.Boolean()
    venue = fields.Nested(VenueResponse)


class SeatQuotaResponse(Schema):
    category = fields.String()
    seats = fields.Integer()


class RuleResponse(Schema):
    """Whom the batch admits."""

    version = fields.Integer()
    categories = fields.List(fields.String())
    echelons = fields.List(fields.String())
    position_kinds = fields.List(fields.String())
    quota = fields.List(fields.Nested(SeatQuotaResponse))
    seats_total = fields.Integer()
    requires_cover = fields.Boolean()
    keeps_waitlist = fields.Boolean()


class ScheduleVersionResponse(Schema):
    """One plan of the batch; number 1 is the first."""

    number = fields.Integer()
    plan = fields.Nested(PlanResponse)
    reason_code = fields.String(allow_none=True)
    decided_by_office = fields.String(allow_none=True)
    at = fields.AwareDateTime()


class ScheduleVersionsResponse(Schema):
    items = fields.List(fields.Nested(ScheduleVersionResponse))


class BatchResponse(Schema):
    """A batch."""

    id = fields.String()
    version = fields.Integer()
    programme = fields.String()
    programme_kind = fields.String()
    number = fields.String()
    organizer_region = fields.String()
    time_zone = fields.String()
    state = fields.String()
    plan = fields.Nested(PlanResponse)
    rule = fields.Nested(RuleResponse)
    seats_taken = fields.Integer()
    taken = fields.Dict(keys=fields.String(), values=fields.Integer())
    started_at = fields.AwareDateTime(allow_none=True)
    completed_at = fields.AwareDateTime(allow_none=True)
    reason_code = fields.String(allow_none=True)
    decided_by_office = fields.String(allow_none=True)
    warnings = fields.List(fields.String())


class StatusCountResponse(Schema):
    status = fields.String()
    count = fields.Integer()


class ReschedulePreviewResponse(Schema):
    """What a new plan would touch."""

    batch = fields.String()
    old = fields.Nested(PlanResponse)
    new = fields.Nested(PlanResponse)
    enrolments = fields.List(fields.Nested(StatusCountResponse))
    covers_to_renew = fields.List(fields.String())
    warnings = fields.List(fields.String())


class HeadcountRowResponse(Schema):
    """One category."""

    category = fields.String()
    label = fields.String(allow_none=True)
    total = fields.Integer()
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer())


class HeadcountResponse(Schema):
    """Headcounts with their provenance."""

    batch = fields.String()
    as_of = fields.AwareDateTime()
    definition = fields.String()
    list = fields.String(metadata={"description": "where those allowed find the list behind the numbers"})
    total = fields.Integer()
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer())
    categories = fields.List(fields.Nested(HeadcountRowResponse))


class FiguresResponse(Schema):
    """The tenant's own figures, to be compared with the national view."""

    tenant = fields.String()
    as_of = fields.AwareDateTime()
    definitions = fields.Dict(keys=fields.String(), values=fields.String())
    figures = fields.Dict(keys=fields.String(), values=fields.Integer())
    batches = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()))
