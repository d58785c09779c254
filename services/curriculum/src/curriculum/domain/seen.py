"""What curriculum knows of batches, enrolments and plans, all of it learned from events."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from curriculum.events import EnrolmentKind


class BatchState(StrEnum):
    """The states of a batch that matter here."""

    SCHEDULED = "SCHEDULED"
    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class EnrolmentState(StrEnum):
    """The states of an enrolment that matter here."""

    NOMINATED = "NOMINATED"
    REJECTED = "REJECTED"
    WAITLISTED = "WAITLISTED"
    DECLINED = "DECLINED"
    CONFIRMED = "CONFIRMED"
    CHECKED_IN = "CHECKED_IN"
    SUBSTITUTED = "SUBSTITUTED"
    WITHDRAWN = "WITHDRAWN"


ACTIVE: Final = frozenset({EnrolmentState.CONFIRMED, EnrolmentState.CHECKED_IN})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBatch:
    """A batch of registration, as far as its events tell."""

    id: str
    programme: str | None = None
    programme_kind: str | None = None
    number: str | None = None
    planned_start: date | None = None
    planned_end: date | None = None
    venue_region: str | None = None
    time_zone: str | None = None
    schedule_version: int = 1
    state: BatchState = BatchState.SCHEDULED
    started_on: date | None = None
    ended_on: date | None = None
    cancelled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEnrolment:
    """An enrolment of registration; persons are pseudonyms."""

    id: str
    batch: str
    kind: EnrolmentKind = EnrolmentKind.PERSON
    person: str | None = None
    unit: str | None = None
    category: str | None = None
    echelon_group: str | None = None
    asn_status: str | None = None
    state: EnrolmentState = EnrolmentState.NOMINATED
    delegates: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def people(self) -> tuple[str, ...]:
        """The person, or the delegates of the unit."""
        if self.kind is EnrolmentKind.UNIT:
            return self.delegates
        return (self.person,) if self.person else ()

    def is_admitted(self, eligible: tuple[str, ...]) -> bool:
        """Say whether a session limited to these echelon groups admits them; no limit admits everybody."""
        return not eligible or self.echelon_group in eligible


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPlan:
    """An action plan of monitoring."""

    id: str
    enrolment: str
    is_submitted: bool = True
