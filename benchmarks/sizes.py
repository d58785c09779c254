"""How much is measured: the real run, and a quick look at whether everything works."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured: the real run, or a quick look at whether the scripts work."""

    repeats: int
    backlog: int
    events: int
    full: int
    nominations: int
    flood_lines: int
    flood_seconds: float
    accepted: int


REAL: Final = Sizes(
    repeats=5,
    backlog=100_000,
    events=20_000,
    full=1_000_000,
    nominations=14_000,
    flood_lines=3_000,
    flood_seconds=3.0,
    accepted=800,
)
QUICK: Final = Sizes(
    repeats=1,
    backlog=2_000,
    events=2_000,
    full=10_000,
    nominations=640,
    flood_lines=100,
    flood_seconds=2.0,
    accepted=50,
)
