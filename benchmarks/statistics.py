"""Medians, spread and percentiles: a single run is a direction, not a result."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several repeats and how far they lie apart."""

    median: float
    low: float
    high: float
    repeats: int

    def as_json(self) -> dict[str, float]:
        """Give the figures for the result file."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


def spread(values: Sequence[float]) -> Spread:
    """Give median and quartiles."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0], 1)
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(middle, low, high, len(values))


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which this share lies; 0.5 is the median."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def paired(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Give the ratio repeat by repeat, so that what disturbs a whole repeat cancels out."""
    return spread([one / other for one, other in zip(ours, theirs, strict=True)])
