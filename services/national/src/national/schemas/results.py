"""What came of the programmes."""

from marshmallow import Schema, fields

from national.schemas.basis import GroupResponse, LinesResponse


class JpLineResponse(Schema):
    """JP of one batch."""

    group = fields.Nested(GroupResponse, required=True)
    year = fields.Integer(allow_none=True)
    jp_curriculum = fields.Integer(allow_none=True)
    sessions = fields.Integer(required=True)
    sessions_held = fields.Integer(required=True)
    jp_scheduled = fields.Integer(required=True)
    jp_held = fields.Integer(required=True)
    jp_credited = fields.Integer(allow_none=True)
    hidden = fields.Boolean(required=True)


class JpResponse(LinesResponse):
    """JP by batch."""

    rule = fields.String(required=True)
    lines = fields.List(fields.Nested(JpLineResponse), required=True)
    jp_scheduled = fields.Integer(required=True)
    jp_held = fields.Integer(required=True)
    jp_credited = fields.Integer(required=True)
    withheld = fields.Integer(required=True)


class MeasureLineResponse(Schema):
    """A measure with its due date."""

    group = fields.Nested(GroupResponse, required=True)
    measure = fields.String(required=True)
    kind = fields.String(required=True)
    instrument = fields.String(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True)
    due_on = fields.Date(allow_none=True)


class MeasuresResponse(LinesResponse):
    """Measures by due date."""

    lines = fields.List(fields.Nested(MeasureLineResponse), required=True)


class OutcomeLineResponse(Schema):
    """Before against after."""

    group = fields.Nested(GroupResponse, required=True)
    outcome = fields.String(required=True)
    follow_up = fields.String(required=True)
    dimension = fields.String(required=True)
    pairs = fields.Integer(required=True)
    difference = fields.String(allow_none=True)
    interval_low = fields.String(allow_none=True)
    interval_high = fields.String(allow_none=True)
    method_version = fields.String(required=True)


class OutcomesResponse(LinesResponse):
    """Shown outcomes and the count of each status."""

    by_status = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    lines = fields.List(fields.Nested(OutcomeLineResponse), required=True)
