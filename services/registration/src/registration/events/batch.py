"""Facts about batches (waves) of a programme; topic `registration.batch`, key = batch."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from marshmallow import fields
from marshmallow.validate import Length, OneOf

from eventkit.event import Event, EventSchema
from registration.events import wire
from registration.events.programme import PROGRAMME_KINDS
from registration.events.unit import UNIT_KINDS

PARTICIPANT_CATEGORIES: Final = (
    "SEKDA",
    "ASISTEN",
    "STAF_AHLI",
    "KEPALA_PERANGKAT_DAERAH",
    "KEPALA_BAGIAN",
    "CAMAT",
    "LURAH",
    "ADMINISTRATOR_LAIN",
    "PENGAWAS_LAIN",
    "FUNGSIONAL",
    "PELAKSANA",
    "DIREKSI_BUMD",
    "TAMU",
    "UNSPECIFIED",
)
CATEGORIES: Final = (*PARTICIPANT_CATEGORIES, *UNIT_KINDS)  # a unit enrols under its own kind
TIME_ZONES: Final = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatQuota:
    """At most so many seats for one category."""

    category: str
    seats: int


class SeatQuotaSchema(EventSchema):
    builds = SeatQuota
    category = wire.choice("category of participant, or kind of unit", CATEGORIES)
    seats = wire.count("seats at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    """How many enrolments stand in one status."""

    status: str
    count: int


class StatusCountSchema(EventSchema):
    builds = StatusCount
    status = wire.code("status of the enrolments")
    count = wire.count("number of enrolments")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchScheduled(Event):
    """Period, venue and quota of a batch are set."""

    type: ClassVar[str] = "id.bina.registration.batch.scheduled.v1"
    batch: str
    programme: str
    programme_kind: str
    number: str
    planned_start: date
    planned_end: date
    provisional: bool
    venue_region: str | None
    time_zone: str
    quota: tuple[SeatQuota, ...]
    seats_total: int
    rule_version: int


class BatchScheduledSchema(EventSchema):
    builds = BatchScheduled
    batch = wire.identifier("the batch")
    programme = wire.identifier("its programme")
    programme_kind = wire.choice("kind of the programme", PROGRAMME_KINDS)
    number = wire.code("the batch within its programme, e.g. W2")
    planned_start = wire.day("first day as planned")
    planned_end = wire.day("last day as planned")
    provisional = wire.flag("the dates may still change")
    venue_region = wire.region("region of the venue, null while unknown", nullable=True)
    time_zone = fields.String(required=True, validate=OneOf(TIME_ZONES), metadata={"description": "zone of the venue"})
    quota = fields.List(
        fields.Nested(SeatQuotaSchema),
        required=True,
        validate=Length(max=len(CATEGORIES)),
        metadata={"description": "seats by category"},
    )
    seats_total = wire.count("seats in all")
    rule_version = wire.count("version of the rule for participants")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRescheduled(Event):
    """The planned period or the venue of a batch changes; the old ones stay on record."""

    type: ClassVar[str] = "id.bina.registration.batch.rescheduled.v1"
    batch: str
    old_start: date
    old_end: date
    new_start: date
    new_end: date
    old_venue_region: str | None
    new_venue_region: str | None
    reason_code: str
    decided_by_office: str
    schedule_version: int


class BatchRescheduledSchema(EventSchema):
    builds = BatchRescheduled
    batch = wire.identifier("the batch")
    old_start = wire.day("first day before")
    old_end = wire.day("last day before")
    new_start = wire.day("first day now")
    new_end = wire.day("last day now")
    old_venue_region = wire.region("region of the venue before", nullable=True)
    new_venue_region = wire.region("region of the venue now", nullable=True)
    reason_code = wire.code("why")
    decided_by_office = wire.code("office that decided")
    schedule_version = wire.count("number of this schedule; the first plan is 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRuleChanged(Event):
    """Seats or admission of a batch change; earlier decisions stand."""

    type: ClassVar[str] = "id.bina.registration.batch.rule_changed.v1"
    batch: str
    quota: tuple[SeatQuota, ...]
    seats_total: int
    rule_version: int


class BatchRuleChangedSchema(EventSchema):
    builds = BatchRuleChanged
    batch = wire.identifier("the batch")
    quota = fields.List(
        fields.Nested(SeatQuotaSchema),
        required=True,
        validate=Length(max=len(CATEGORIES)),
        metadata={"description": "seats by category"},
    )
    seats_total = wire.count("seats in all")
    rule_version = wire.count("version of the rule from now on")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPostponed(Event):
    """A batch waits for new dates."""

    type: ClassVar[str] = "id.bina.registration.batch.postponed.v1"
    batch: str
    at: datetime
    reason_code: str
    decided_by_office: str


class BatchPostponedSchema(EventSchema):
    builds = BatchPostponed
    batch = wire.identifier("the batch")
    at = wire.instant("when it was postponed")
    reason_code = wire.code("why")
    decided_by_office = wire.code("office that decided")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTurned(Event):
    """What the real turns of a batch have in common: the moment, the day at the venue and who is in it."""

    batch: str
    at: datetime
    local_date: date
    counts: tuple[StatusCount, ...]


class BatchTurnedSchema(EventSchema):
    """The wire form of a turn of the batch."""

    batch = wire.identifier("the batch")
    at = wire.instant("when it happened")
    local_date = wire.day("the day at the venue")
    counts = fields.List(
        fields.Nested(StatusCountSchema),
        required=True,
        validate=Length(max=20),
        metadata={"description": "enrolments by status at that moment"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStarted(BatchTurned):
    """A batch really begins."""

    type: ClassVar[str] = "id.bina.registration.batch.started.v1"


class BatchStartedSchema(BatchTurnedSchema):
    builds = BatchStarted


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCompleted(BatchTurned):
    """A batch really ends; the evaluation clock starts at `local_date`."""

    type: ClassVar[str] = "id.bina.registration.batch.completed.v1"


class BatchCompletedSchema(BatchTurnedSchema):
    builds = BatchCompleted


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCancelled(BatchTurned):
    """A batch is called off before it began."""

    type: ClassVar[str] = "id.bina.registration.batch.cancelled.v1"
    reason_code: str
    decided_by_office: str


class BatchCancelledSchema(BatchTurnedSchema):
    builds = BatchCancelled
    reason_code = wire.code("why")
    decided_by_office = wire.code("office that decided")
