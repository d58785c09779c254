"""Requests and responses about batches."""

from dataclasses import dataclass
from datetime import date, datetime

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range

from eventkit.event import TenantId
from eventkit.web import PageQuery
from registration.domain.batch import (
    BatchState,
    ChangeRule,
    MoveBatch,
    Plan,
    RescheduleBatch,
    ScheduleBatch,
    Venue,
)
from registration.domain.codes import ECHELONS, PositionKind
from registration.domain.eligibility import Rule
from registration.events import SeatQuota
from registration.events.batch import CATEGORIES, TIME_ZONES
from registration.schemas import parts


class VenueRequest(parts.BodySchema):
    """Where it takes place, as far as known."""

    builds = Venue
    name = parts.label()
    region = parts.region()


class SeatQuotaRequest(parts.BodySchema):
    builds = SeatQuota
    category = parts.choice(CATEGORIES, required=True)
    seats = fields.Integer(required=True, strict=True, validate=Range(min=0, max=100_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBody:
    """Whom the batch admits, and how many."""

    categories: tuple[str, ...]
    echelons: tuple[str, ...]
    position_kinds: tuple[PositionKind, ...]
    quota: tuple[SeatQuota, ...]
    seats_total: int
    requires_cover: bool
    keeps_waitlist: bool

    def rule(self) -> Rule:
        """Give the rule in its first version."""
        return Rule(
            version=1,
            categories=self.categories,
            echelons=self.echelons,
            position_kinds=self.position_kinds,
            quota=self.quota,
            seats_total=self.seats_total,
            requires_cover=self.requires_cover,
            keeps_waitlist=self.keeps_waitlist,
        )

    def command(self, tenant: TenantId, batch: str, version: int | None) -> ChangeRule:
        """Make the command."""
        return ChangeRule(tenant=tenant, batch=batch, rule=self.rule(), expected_version=version)


class RuleRequest(parts.BodySchema):
    """Empty lists admit all."""

    builds = RuleBody
    categories = fields.List(fields.String(validate=OneOf(CATEGORIES)), load_default=list, validate=Length(max=50))
    echelons = fields.List(fields.String(validate=OneOf(list(ECHELONS))), load_default=list, validate=Length(max=20))
    position_kinds = fields.List(fields.Enum(PositionKind, by_value=True), load_default=list, validate=Length(max=10))
    quota = fields.List(fields.Nested(SeatQuotaRequest), load_default=list, validate=Length(max=50))
    seats_total = fields.Integer(required=True, strict=True, validate=Range(min=1, max=100_000))
    requires_cover = fields.Boolean(load_default=False)
    keeps_waitlist = fields.Boolean(load_default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBatchBody:
    """A batch as planned."""

    programme: str
    number: str
    planned_start: date
    planned_end: date
    provisional: bool
    venue: Venue
    time_zone: str | None
    rule: RuleBody
    at: datetime | None

    def command(self, tenant: TenantId, batch: str, now: datetime) -> ScheduleBatch:
        """Make the command."""
        return ScheduleBatch(
            tenant=tenant,
            batch=batch,
            programme=self.programme,
            number=self.number,
            plan=Plan(start=self.planned_start, end=self.planned_end, provisional=self.provisional, venue=self.venue),
            time_zone=self.time_zone,
            rule=self.rule.rule(),
            at=self.at or now,
        )


class PlanRequest(parts.BodySchema):
    """Days and place."""

    planned_start = parts.day(required=True)
    planned_end = parts.day(required=True)
    provisional = fields.Boolean(load_default=False)
    venue = fields.Nested(VenueRequest, load_default=Venue(name=None, region=None))


class ScheduleBatchRequest(PlanRequest):
    builds = ScheduleBatchBody
    programme = parts.identifier(required=True)
    number = parts.code(required=True)
    time_zone = parts.choice(TIME_ZONES)
    rule = fields.Nested(RuleRequest, required=True)
    at = parts.instant()


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleBatchBody:
    """A new plan, with who decided and why."""

    planned_start: date
    planned_end: date
    provisional: bool
    venue: Venue
    reason_code: str
    decided_by_office: str
    at: datetime | None

    def command(self, tenant: TenantId, batch: str, now: datetime, version: int | None) -> RescheduleBatch:
        """Make the command."""
        plan = Plan(start=self.planned_start, end=self.planned_end, provisional=self.provisional, venue=self.venue)
        return RescheduleBatch(
            tenant=tenant,
            batch=batch,
            plan=plan,
            reason_code=self.reason_code,
            decided_by_office=self.decided_by_office,
            at=self.at or now,
            expected_version=version,
        )


class RescheduleBatchRequest(PlanRequest):
    """The whole new plan; the venue is a part of it."""

    builds = RescheduleBatchBody
    venue = fields.Nested(VenueRequest, required=True)
    reason_code = parts.code(required=True)
    decided_by_office = parts.code(required=True)
    at = parts.instant()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBatchBody:
    """When it happened; why and by whom where that matters."""

    at: datetime | None
    reason_code: str | None = None
    decided_by_office: str | None = None

    def command(self, tenant: TenantId, batch: str, now: datetime, version: int | None) -> MoveBatch:
        """Make the command."""
        return MoveBatch(
            tenant=tenant,
            batch=batch,
            at=self.at or now,
            reason_code=self.reason_code,
            decided_by_office=self.decided_by_office,
            expected_version=version,
        )


class MoveBatchRequest(parts.BodySchema):
    builds = MoveBatchBody
    at = parts.instant()


class TurnBatchRequest(parts.BodySchema):
    """The real begin or end: its moment is a fact, so it must be given."""

    builds = MoveBatchBody
    at = parts.instant(required=True)


class StopBatchRequest(parts.BodySchema):
    builds = MoveBatchBody
    at = parts.instant()
    reason_code = parts.code(required=True)
    decided_by_office = parts.code(required=True)


class BatchQuery(PageQuery):
    """Filters of the list of batches."""

    programme = parts.identifier()
    state = parts.choice(BatchState)
