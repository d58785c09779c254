"""The register: organisation units, programmes with their claims, batches with every schedule that they ever had."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from national.domain.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Seen):
    """An organisation unit and the days on which it lived."""

    name: str = ""
    kind: str = ""
    region: str = ""
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A published statement with its source and how far it is checked."""

    claim: str
    subject: str
    value: str
    source: str
    stated_on: date
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(Seen):
    """A programme as its tenant describes it."""

    code: str = ""
    kind: str = ""
    title: str = ""
    organizer_region: str = ""
    organizer_unit: str | None = None
    objectives: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    initiative: str = ""
    preceding_programme: str | None = None
    minutes_per_jp: int | None = None
    status: str = "PROPOSED"
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One plan of a batch; version 1 is the first plan, later ones say who moved it and why."""

    version: int
    start: date
    end: date
    venue_region: str | None
    reason_code: str | None = None
    decided_by_office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Seen):
    """A batch with all its plans and what really happened; `year` is that of the real or the latest planned start."""

    programme: str = ""
    kind: str = ""
    number: str = ""
    status: str = "SCHEDULED"
    schedules: tuple[Schedule, ...] = ()
    provisional: bool = False
    time_zone: str | None = None
    seats_total: int = 0
    started_on: date | None = None
    started_at: datetime | None = None
    ended_on: date | None = None
    ended_at: datetime | None = None
    year: int | None = None


def with_claim(programme: Programme, claim: Claim) -> Programme:
    """Keep the newest standing of a claim, in the order in which claims were first recorded."""
    standing = {each.claim: each for each in programme.claims} | {claim.claim: claim}
    return replace(programme, claims=tuple(standing.values()))


def with_schedule(batch: Batch, schedule: Schedule) -> Batch:
    """Add a plan; a batch that has not begun counts for the year of its newest plan."""
    year = batch.year if batch.started_on else schedule.start.year
    return replace(batch, schedules=(*batch.schedules, schedule), year=year)
