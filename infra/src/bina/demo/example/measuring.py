"""What the examples measure before and after a programme, all invented; part of `model`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Invented marks before and after, by mean and spread."""

    pre_mean: int
    post_mean: int
    spread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Invented mean answers (1-4) of one dimension before the batch and at each follow-up."""

    code: str
    baseline: float
    t30: float
    t90: float
    t180: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """When action plans come in and are verified, in days after the last day."""

    submitted_after: int
    items: int
    references: tuple[str, ...]
    verified_after: int
    verified_share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Monitoring visits to the first units of a kind."""

    units: str
    count: int
    small: int
    after: int
    wave: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """An official score of some units: nine answers of a service survey, or one value."""

    instrument: str
    period: str
    units: str
    count: int
    small: int
    on: date
    answers: tuple[int, ...] = ()
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """What is measured before and after, all invented."""

    respondents: str
    dimensions: tuple[Dimension, ...]
    baseline_days_before: int
    plans: Plans
    visits: Visits
    scores: tuple[Score, ...]
    tests: Tests | None = None
