"""What came of it: measures and their due dates, action plans, visits, official scores, outcomes."""

from dataclasses import dataclass
from datetime import date

from national.domain.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Seen):
    """A baseline, a test or a follow-up with its due date."""

    batch: str | None = None
    kind: str = ""
    instrument: str = ""
    version: int = 0
    expected: int = 0
    received: int = 0
    due_on: date | None = None
    status: str = "OPEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Seen):
    """An action plan's standing; `items` counts, what an item says stays with its owner."""

    batch: str = ""
    unit: str | None = None
    status: str = ""
    items: int = 0
    due_on: date | None = None
    is_verified: bool = False
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Seen):
    """A monitoring visit to a unit."""

    unit: str = ""
    batch: str | None = None
    wave: int = 0
    status: str = "SCHEDULED"
    findings_open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Seen):
    """An official score of a unit; a simulation never comes here."""

    unit: str = ""
    instrument: str = ""
    version: str = ""
    period: str = ""
    score: str = ""
    predicate: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Seen):
    """Before against after for one dimension; figures only where the status is SHOWN."""

    batch: str | None = None
    unit: str | None = None
    follow_up: str = ""
    dimension: str = ""
    status: str = ""
    pairs: int = 0
    difference: str | None = None
    interval_low: str | None = None
    interval_high: str | None = None
    method_version: str = ""
