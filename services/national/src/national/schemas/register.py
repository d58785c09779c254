"""The register and the coverage."""

from marshmallow import Schema, fields

from national.schemas.basis import LinesResponse, ReportResponse


class ScheduleResponse(Schema):
    """One plan of a batch."""

    version = fields.Integer(required=True)
    start = fields.Date(required=True)
    end = fields.Date(required=True)
    venue_region = fields.String(allow_none=True)
    reason_code = fields.String(allow_none=True)
    decided_by_office = fields.String(allow_none=True)


class SpeakerResponse(Schema):
    """A speaker slot: an office and its state."""

    office_code = fields.String(allow_none=True)
    government_level = fields.String(allow_none=True)
    status = fields.String(required=True)


class BatchResponse(Schema):
    """A batch with its plans and what happened."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    status = fields.String(required=True)
    planned = fields.Nested(ScheduleResponse, allow_none=True)
    schedules = fields.List(fields.Nested(ScheduleResponse), required=True)
    provisional = fields.Boolean(required=True)
    time_zone = fields.String(allow_none=True)
    venue_region = fields.String(allow_none=True)
    venue_name = fields.String(allow_none=True)
    seats_total = fields.Integer(required=True)
    actual_start = fields.Date(allow_none=True)
    actual_end = fields.Date(allow_none=True)
    started_at = fields.DateTime(allow_none=True)
    ended_at = fields.DateTime(allow_none=True)
    speakers = fields.List(fields.Nested(SpeakerResponse), required=True)


class ClaimResponse(Schema):
    """A published statement."""

    claim = fields.String(required=True)
    subject = fields.String(required=True)
    value = fields.String(required=True)
    source = fields.String(required=True)
    stated_on = fields.Date(required=True)
    status = fields.String(required=True)


class ProgrammeResponse(Schema):
    """A programme in the register."""

    id = fields.String(required=True)
    tenant = fields.String(required=True)
    tenant_name = fields.String(allow_none=True)
    code = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True)
    organizer_region = fields.String(required=True)
    organizer_unit = fields.String(allow_none=True)
    objectives = fields.List(fields.String(), required=True)
    values = fields.List(fields.String(), required=True)
    initiative = fields.String(required=True)
    preceding_programme = fields.String(allow_none=True)
    minutes_per_jp = fields.Integer(allow_none=True)
    jp_curriculum = fields.Integer(allow_none=True)
    claims = fields.List(fields.Nested(ClaimResponse), required=True)
    batches = fields.List(fields.Nested(BatchResponse), required=True)


class RegisterResponse(LinesResponse):
    """A page of the register."""

    items = fields.List(fields.Nested(ProgrammeResponse), required=True)


class RegionCoverageResponse(Schema):
    """What a region ran."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    regions = fields.Integer(required=True)
    active = fields.Integer(required=True)
    programmes = fields.Integer(required=True)
    batches = fields.Integer(required=True)
    by_kind = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class CoverageResponse(ReportResponse):
    """Coverage by region."""

    total = fields.Nested(RegionCoverageResponse, required=True)
    regions = fields.List(fields.Nested(RegionCoverageResponse), required=True)
