"""Who took part, as counts only: an enrolment keeps its category and its standing, never a person."""

from dataclasses import dataclass

from national.domain.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(Seen):
    """A seat of a person, or of a unit with a number of delegates."""

    batch: str = ""
    kind: str = "PERSON"
    category: str = "UNSPECIFIED"
    person_kind: str | None = None
    status: str = "NOMINATED"
    delegates: int = 0
    arrived: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion(Seen):
    """What the completion rule said about one enrolment."""

    enrolment: str = ""
    batch: str = ""
    outcome: str = ""
    persons: int = 0
    jp_credited: int = 0
    jp_possible: int = 0
    ledger_year: int = 0
    obligation: str = "NONE"
    over_limit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Seen):
    """A certificate's standing; its number stays with its owner."""

    enrolment: str = ""
    status: str = "ISSUED"
    jp: int = 0
