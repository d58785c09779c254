"""What monitoring keeps of other services' aggregates; topics arrive in any order, so a field may be unknown yet."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class BatchState(StrEnum):
    """How far a batch is, as far as we have heard."""

    SCHEDULED = "SCHEDULED"
    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class EnrolmentState(StrEnum):
    """How an enrolment stands, as far as we have heard."""

    NOMINATED = "NOMINATED"
    REJECTED = "REJECTED"
    WAITLISTED = "WAITLISTED"
    DECLINED = "DECLINED"
    CONFIRMED = "CONFIRMED"
    CHECKED_IN = "CHECKED_IN"
    SUBSTITUTED = "SUBSTITUTED"
    WITHDRAWN = "WITHDRAWN"


TAKING_PART: Final = (EnrolmentState.CONFIRMED, EnrolmentState.CHECKED_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenUnit:
    """An organisation unit."""

    id: str
    kind: str | None = None
    name: str | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBatch:
    """A batch and its two periods."""

    id: str
    programme: str | None = None
    programme_kind: str | None = None
    number: str | None = None
    planned_start: date | None = None
    planned_end: date | None = None
    started_on: date | None = None
    completed_on: date | None = None
    state: BatchState = BatchState.SCHEDULED


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEnrolment:
    """An enrolment of a person (a pseudonym) or of a unit."""

    id: str
    batch: str | None = None
    kind: str | None = None
    person: str | None = None
    unit: str | None = None
    state: EnrolmentState = EnrolmentState.NOMINATED


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSession:
    """A session that was held."""

    id: str
    batch: str | None = None
    present: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCompletion:
    """What the completion rule said of one enrolment."""

    id: str
    enrolment: str | None = None
    batch: str | None = None
    outcome: str | None = None
