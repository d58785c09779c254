"""What every report has: where its figures come from, and what a line is about."""

from marshmallow import Schema, fields


class SourceResponse(Schema):
    topic = fields.String(required=True)
    position = fields.Integer(required=True, metadata={"description": "records read of the topic, all tenants"})


class BasisResponse(Schema):
    """Where figures come from."""

    as_of = fields.DateTime(required=True, allow_none=True, metadata={"description": "time of the newest event"})
    provenance = fields.List(fields.Nested(SourceResponse), required=True)
    definitions = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class GroupResponse(Schema):
    """What a line is about."""

    region = fields.String(allow_none=True)
    region_name = fields.String(allow_none=True)
    programme = fields.String(allow_none=True)
    programme_code = fields.String(allow_none=True)
    batch = fields.String(allow_none=True)
    batch_number = fields.String(allow_none=True)


class ReportResponse(Schema):
    """What all reports have."""

    basis = fields.Nested(BasisResponse, required=True)


class LinesResponse(ReportResponse):
    """What all reports by line have."""

    next_cursor = fields.String(required=True, allow_none=True)
