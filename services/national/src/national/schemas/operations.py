"""Whether the view can be trusted."""

from marshmallow import Schema, fields

from national.schemas.basis import ReportResponse


class FreshnessLineResponse(Schema):
    """The newest event of a topic for a tenant."""

    tenant = fields.String(required=True)
    tenant_name = fields.String(allow_none=True)
    topic = fields.String(required=True)
    last_event_at = fields.DateTime(required=True)


class FreshnessResponse(ReportResponse):
    """How old the figures are."""

    tenants = fields.List(fields.Nested(FreshnessLineResponse), required=True)


class ReconciliationResponse(ReportResponse):
    """The services' figures as national sees them."""

    tenant = fields.String(required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)
    batches = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True)),
        required=True,
    )
    hidden = fields.List(fields.String(), required=True)
    freshness = fields.List(fields.Nested(FreshnessLineResponse), required=True)


class DigestResponse(Schema):
    """A fingerprint of the whole view."""

    digest = fields.String(required=True)
    collections = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    documents = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
