"""Exact numbers: fractions inside, decimals rounded half up as text outside."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

SCORE_PLACES: Final = 2
MEAN_PLACES: Final = 4


def rounded(value: Fraction, places: int = SCORE_PLACES) -> Decimal:
    """Round half up (away from zero, as R-ROUND says) without passing through a float."""
    scale = 10**places
    units = (abs(value) * scale * 2 + 1) // 2
    return Decimal(units if value >= 0 else -units).scaleb(-places)


def text_of(value: Fraction, places: int = MEAN_PLACES) -> str:
    """Write the rounded number with all its places: 3 → `3.0000`."""
    return f"{rounded(value, places):.{places}f}"


def mean(values: list[Fraction]) -> Fraction:
    """Average at least one value exactly."""
    return sum(values, Fraction()) / len(values)
