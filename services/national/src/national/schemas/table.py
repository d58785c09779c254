"""Protected tables."""

from marshmallow import Schema, fields

from national.schemas.basis import GroupResponse, LinesResponse


class CellResponse(Schema):
    """One figure; `count` is null when it is hidden."""

    name = fields.String(required=True)
    count = fields.Integer(required=True, allow_none=True)
    hidden = fields.Boolean(required=True)
    at_least = fields.Integer(allow_none=True, metadata={"description": "sum of the shown cells of a hidden one"})


class LineResponse(Schema):
    """One group of batches."""

    group = fields.Nested(GroupResponse, required=True)
    batches = fields.Integer(required=True)
    withheld = fields.Integer(required=True, metadata={"description": "batches with fewer than five, in no sum"})
    total = fields.Integer(required=True, allow_none=True)
    hidden = fields.Boolean(required=True)
    cells = fields.List(fields.Nested(CellResponse), required=True)


class TableResponse(LinesResponse):
    """A protected table."""

    partition = fields.String(required=True)
    rule = fields.String(required=True)
    total = fields.Nested(LineResponse, required=True)
    lines = fields.List(fields.Nested(LineResponse), required=True)
