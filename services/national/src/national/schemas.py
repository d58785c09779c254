"""What readers may ask for and what they get; every report says what it stands on."""

from typing import Any, Final

from marshmallow import RAISE, Schema, fields, post_load, validate

from eventkit.web import PageQuery
from national.domain import GROUPINGS, PARTITIONS, Filter, Paging

KINDS: Final = ("RETREAT", "CLINIC", "BRIEFING")
OF_PERSONS: Final = tuple(each for each in PARTITIONS if each != "plans")
_REGION: Final = validate.Regexp(r"^[0-9]{2}(\.[0-9]{2})?\Z")


def _region() -> fields.String:
    return fields.String(validate=_REGION, load_default=None)


def _kind() -> fields.String:
    return fields.String(validate=validate.OneOf(KINDS), load_default=None)


def _year() -> fields.Integer:
    return fields.Integer(validate=validate.Range(min=2000, max=2100), load_default=None)


class FilterQuery(Schema):
    """A region (a province stands for its children too), a kind of programme, a year."""

    class Meta:
        unknown = RAISE

    region = _region()
    kind = _kind()
    year = _year()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Any:
        return Filter(**data)


class ListQuery(PageQuery):
    """A filter and a page."""

    region = _region()
    kind = _kind()
    year = _year()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Any:
        paging = Paging(cursor=data.pop("cursor"), size=data.pop("size"))
        return Filter(**data), paging


class TableQuery(ListQuery):
    """A filter, a page and how lines are grouped."""

    group = fields.String(validate=validate.OneOf(GROUPINGS), load_default="batch")

    @post_load
    def build(self, data: dict[str, Any], **more: object) -> Any:
        grouping = data.pop("group")
        wanted, paging = super().build(data, **more)
        return wanted, grouping, paging


class PartitionQuery(TableQuery):
    """A table query that also says by what persons are counted."""

    by = fields.String(validate=validate.OneOf(OF_PERSONS), load_default="category")

    @post_load
    def build(self, data: dict[str, Any], **more: object) -> Any:
        partition = data.pop("by")
        return (partition, *super().build(data, **more))


class RegionQuery(Schema):
    """A region, or none for the nation."""

    class Meta:
        unknown = RAISE

    region = fields.String(validate=_REGION, load_default=None)


class TenantQuery(Schema):
    """One tenant."""

    class Meta:
        unknown = RAISE

    tenant = fields.String(required=True, validate=_REGION)


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


class ReportResponse(Schema):
    """What all reports have."""

    basis = fields.Nested(BasisResponse, required=True)


class LinesResponse(ReportResponse):
    """What all reports by line have."""

    next_cursor = fields.String(required=True, allow_none=True)


class TableResponse(LinesResponse):
    """A protected table."""

    partition = fields.String(required=True)
    rule = fields.String(required=True)
    total = fields.Nested(LineResponse, required=True)
    lines = fields.List(fields.Nested(LineResponse), required=True)


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
