"""Before against after over matched pairs, and the learning gain; a result without a base has a named status."""

import hashlib
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from statistics import NormalDist
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from eventkit.event import Aggregate, Event
from monitoring import events
from monitoring.domain.measure import SMALLEST_GROUP, MeasureKind
from monitoring.domain.number import mean, text_of

METHOD_VERSION: Final = "PAIRED-BOOTSTRAP-1"
RESAMPLES: Final = 1_000
FULL_SCORE: Final = 100


class OutcomeStatus(StrEnum):
    """Whether a difference can be shown, and if not why."""

    SHOWN = "SHOWN"
    NO_BASELINE = "NO_BASELINE"
    TOO_FEW = "TOO_FEW"


class GainBand(StrEnum):
    """The size of a class gain."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Aggregate):
    """The latest comparison of one dimension of a batch at one follow-up."""

    batch: str
    follow_up: MeasureKind
    dimension: str
    status: OutcomeStatus
    pairs: int
    unmatched: int
    difference: str | None = None
    interval_low: str | None = None
    interval_high: str | None = None
    method_version: str = METHOD_VERSION


class Comparison(NamedTuple):
    """The scores to compare: per participant before and after; no `before` without the same item version."""

    batch: str
    follow_up: MeasureKind
    dimension: str
    before: Mapping[str, Fraction] | None
    after: Mapping[str, Fraction]


class Interval(NamedTuple):
    """The ends of an interval."""

    low: Fraction
    high: Fraction


class NGain(NamedTuple):
    """Hake's gain: the class value is the headline; `individual` leaves out who began at 100."""

    of_class: Fraction | None
    individual: Fraction | None
    undefined: int
    band: GainBand | None


def outcome_id(batch: str, follow_up: MeasureKind, dimension: str) -> str:
    """Name the one result of a dimension at a follow-up."""
    return str(uuid5(NAMESPACE_URL, f"bina:outcome:{batch}:{follow_up}:{dimension}"))


def compare(comparison: Comparison) -> Outcome:
    """Compare matched pairs only; says NO_BASELINE or TOO_FEW instead of a thin number."""
    before = comparison.before or {}
    both = sorted(before.keys() & comparison.after.keys())
    outcome = Outcome(
        id=outcome_id(comparison.batch, comparison.follow_up, comparison.dimension),
        batch=comparison.batch,
        follow_up=comparison.follow_up,
        dimension=comparison.dimension,
        status=OutcomeStatus.TOO_FEW if before else OutcomeStatus.NO_BASELINE,
        pairs=len(both),
        unmatched=len(before.keys() ^ comparison.after.keys()),
    )
    if len(both) < SMALLEST_GROUP:
        return outcome
    differences = [comparison.after[each] - before[each] for each in both]
    interval = bootstrap(differences, seed=f"{outcome.id}:{METHOD_VERSION}")
    return replace(
        outcome,
        status=OutcomeStatus.SHOWN,
        difference=text_of(mean(differences)),
        interval_low=text_of(interval.low),
        interval_high=text_of(interval.high),
    )


def renew(stored: Outcome | None, computed: Outcome) -> tuple[Outcome, list[Event]]:
    """Put a new result in the place of the stored one; the same result again tells nobody anything."""
    if stored is None:
        return computed, [_fact(computed)]
    renewed = replace(computed, version=stored.version, sequence=stored.sequence)
    return (stored, []) if renewed == stored else (renewed, [_fact(renewed)])


def bootstrap(differences: Sequence[Fraction], *, seed: str) -> Interval:
    """Estimate the 95 % interval of the mean; the same seed gives the same interval.

    Plain percentiles are too narrow for few pairs, so the tails are cut where Student's t would cut them.
    """
    scale = math.lcm(*(each.denominator for each in differences))
    units = [int(each * scale) for each in differences]
    pick, size = units.__getitem__, len(units)
    sums = sorted(sum(map(pick, [each % size for each in draw])) for draw in _draws(seed, size))
    cut = math.floor(RESAMPLES * tail(size))
    low, high = sums[cut], sums[-1 - cut]
    divisor = scale * size
    return Interval(Fraction(low, divisor), Fraction(high, divisor))


def tail(size: int) -> float:
    """Give the share to cut at each end for so many pairs: 0.025 for many, less for few (expanded percentiles)."""
    normal, freedom = NormalDist(), size - 1
    z = normal.inv_cdf(0.975)
    student = z + sum(term / (divisor * freedom**power) for power, (divisor, term) in enumerate(_terms(z), start=1))
    return normal.cdf(-math.sqrt(size / freedom) * student)


def n_gain(pairs: Sequence[tuple[Fraction, Fraction]]) -> NGain:
    """Give the class gain and the mean of the individual gains of (pre, post) pairs out of 100.

    A gain is undefined where nothing was left to gain; it is not the difference of two scores.
    """
    gains = [(post - pre) / (FULL_SCORE - pre) for pre, post in pairs if pre != FULL_SCORE]
    individual = mean(gains) if gains else None
    of_class = _class_gain(pairs)
    band = None if of_class is None else gain_band(of_class)
    return NGain(of_class=of_class, individual=individual, undefined=len(pairs) - len(gains), band=band)


def gain_band(gain: Fraction) -> GainBand:
    """Name a class gain: below 0.3 low, above 0.7 high."""
    if gain < Fraction(3, 10):
        return GainBand.LOW
    return GainBand.HIGH if gain > Fraction(7, 10) else GainBand.MEDIUM


def _terms(z: float) -> tuple[tuple[int, float], ...]:
    """Give the first terms of the expansion of Student's t by degrees of freedom; within 0.01 from four on."""
    return (
        (4, z**3 + z),
        (96, 5 * z**5 + 16 * z**3 + 3 * z),
        (384, 3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z),
    )


def _draws(seed: str, size: int) -> Iterator[tuple[int, ...]]:
    """Yield the places to draw from; a hash is the same on every machine and release, unlike a random generator."""
    stream = hashlib.shake_256(seed.encode()).digest(4 * size * RESAMPLES)
    return struct.iter_unpack(f"<{size}I", stream)


def _class_gain(pairs: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    if not pairs:
        return None
    before, after = mean([pre for pre, _ in pairs]), mean([post for _, post in pairs])
    return None if before == FULL_SCORE else (after - before) / (FULL_SCORE - before)


def _fact(outcome: Outcome) -> Event:
    return events.OutcomeComputed(
        outcome=outcome.id,
        batch=outcome.batch,
        follow_up=outcome.follow_up,
        dimension=outcome.dimension,
        pairs=outcome.pairs,
        difference=outcome.difference,
        interval_low=outcome.interval_low,
        interval_high=outcome.interval_high,
        status=outcome.status,
        method_version=outcome.method_version,
    )
