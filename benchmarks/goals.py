"""The goals of speed, each a ratio to a ceiling measured in the same run; nobody moves a ceiling to reach a ratio."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from benchmarks.interleave import Samples
from benchmarks.statistics import Spread, paired, spread

Verdict = Literal["missed", "met", "moonshot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is aimed at; `lower` says that a smaller ratio is the better one."""

    title: str
    ceiling: str
    good: float
    moonshot: float
    lower: bool = False

    def verdict(self, ratio: float) -> Verdict:
        """Say which target a ratio reaches."""
        if self._reaches(ratio, self.moonshot):
            return "moonshot"
        return "met" if self._reaches(ratio, self.good) else "missed"

    def _reaches(self, ratio: float, target: float) -> bool:
        return ratio <= target if self.lower else ratio >= target


GOALS: Final[Mapping[str, Goal]] = {
    "P1": Goal(title="POST enrolment, rate", ceiling="bare Flask, same transaction", good=0.75, moonshot=0.90),
    "P2": Goal(title="POST enrolment, rate", ceiling="bare Flask, one majority insert", good=0.50, moonshot=0.75),
    "P3": Goal(title="p50 of a write with outbox", ceiling="one majority insert", good=2.2, moonshot=1.3, lower=True),
    "P4": Goal(title="GET list of 20, rate", ceiling="bare Flask, same find", good=0.75, moonshot=0.90),
    "P5": Goal(title="relay drains a backlog", ceiling="raw produce, same bytes", good=0.60, moonshot=0.85),
    "P6": Goal(title="projection rate", ceiling="raw bulk_write in transactions", good=0.65, moonshot=0.90),
    "P7": Goal(title="projection rate", ceiling="a transaction per event", good=50, moonshot=75),
    "P8": Goal(
        title="freshness p50 at 5 % load", ceiling="sum of the hops' floors", good=2.5, moonshot=1.2, lower=True
    ),
    "P10": Goal(title="end to end, events/s", ceiling="the same writes alone", good=0.40, moonshot=0.85),
    "P12": Goal(title="rebuild from the topic", ceiling="the ceiling of P6", good=0.80, moonshot=1.0),
    "P13a": Goal(title="full outbox: p99 of a write", ceiling="empty outbox", good=0.90, moonshot=0.97),
    "P13b": Goal(title="full outbox: relay's rate", ceiling="empty outbox", good=0.90, moonshot=0.97),
    "P16": Goal(title="time to healthy, worst", ceiling="detection time + 5 s (1 s)", good=5, moonshot=1, lower=True),
    "P17": Goal(title="catch-up after an outage", ceiling="rate of arrival", good=5, moonshot=20),
    "P20": Goal(title="CPU per accepted enrolment", ceiling="sum of the floors", good=2.0, moonshot=1.3, lower=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one goal; `ours` and `ceiling` are raw figures, repeat by repeat."""

    goal: str
    unit: str
    ours: list[float]
    ceiling: list[float]
    discarded: int = 0
    noisy: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> Spread:
        """Compare repeat by repeat; a quality is turned so that more is better."""
        if self.goal == "P16":
            return spread(self.ours)
        if self.goal == "P13a":
            return paired(self.ceiling, self.ours)
        return paired(self.ours, self.ceiling)

    def as_json(self) -> dict[str, Any]:
        """Give everything for the result file."""
        goal = GOALS[self.goal]
        return {
            "title": goal.title,
            "against": goal.ceiling,
            "unit": self.unit,
            "ours": {**spread(self.ours).as_json(), "raw": [round(each, 4) for each in self.ours]},
            "ceiling": {**spread(self.ceiling).as_json(), "raw": [round(each, 4) for each in self.ceiling]},
            "ratio": self.ratio.as_json(),
            "good": goal.good,
            "moonshot": goal.moonshot,
            "lower_is_better": goal.lower,
            "verdict": goal.verdict(self.ratio.median),
            "discarded_runs": self.discarded,
            "noisy_runs": self.noisy,
            "details": dict(self.details),
        }


def compared(goal: str, samples: Samples, figure: str, arms: tuple[str, str], unit: str) -> Outcome:
    """Make the outcome of one figure of two arms."""
    ours, ceiling = (samples.column(each, figure) for each in arms)
    discarded, noisy = samples.discarded, samples.noisy
    return Outcome(goal=goal, unit=unit, ours=ours, ceiling=ceiling, discarded=discarded, noisy=noisy)
