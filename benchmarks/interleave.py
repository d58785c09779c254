"""Runs the arms of a comparison in turns, there and back (ABBA), so that a drift of the machine hits all alike.

A run is discarded and repeated when the machine was not ours: too much foreign load before it, or time stolen
by the host during it. Waiting has an end; a comparison that never got its quiet says so.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks import machine

Figures = Mapping[str, float]
MAX_DISCARDED: Final = 5  # per comparison; after that the figures are kept and marked


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison; each run gives its figures by name."""

    name: str
    run: Callable[[], Figures]


@dataclass(slots=True)
class Samples:
    """Every kept run of every arm, and how many were discarded."""

    runs: dict[str, list[dict[str, float]]]
    discarded: int = 0
    noisy: int = 0

    def column(self, arm: str, figure: str) -> list[float]:
        """Give one figure of one arm over its repeats."""
        return [each[figure] for each in self.runs[arm]]


@dataclass(slots=True)
class Judge:
    """Decides whether a run counts; `patience` is what is left of the seconds to wait for quiet in the whole run."""

    accepts_noise: bool = True
    patience: float = 0.0
    own: Callable[[], Sequence[int]] = field(default=list)

    def before(self) -> bool:
        """Wait for quiet as long as patience lasts; says whether it is quiet."""
        while (noise := machine.listen(0.2, self.own())).is_too_loud and self.patience > 0 and not self.accepts_noise:
            self.patience -= 1.2
            time.sleep(1.0)
        return not noise.is_too_loud


def interleave(arms: Sequence[Arm], repeats: int, judge: Judge | None = None) -> Samples:
    """Run each arm once to warm up, which is dropped, and then so many times in alternating order."""
    judge = judge or Judge()
    samples = Samples({arm.name: [] for arm in arms})
    for arm in arms:
        tell(f"{arm.name} warms up")
        arm.run()
    for turn in range(repeats):
        for arm in arms if turn % 2 == 0 else reversed(arms):
            tell(f"{arm.name} {turn + 1}/{repeats}")
            samples.runs[arm.name].append(_one(arm, judge, samples))
    return samples


def _one(arm: Arm, judge: Judge, samples: Samples) -> dict[str, float]:
    while True:
        is_quiet = judge.before()
        steal = machine.stolen()
        figures = dict(arm.run())
        if is_quiet and steal() <= machine.MAX_STEAL:
            return figures
        if judge.accepts_noise or samples.discarded >= MAX_DISCARDED:
            samples.noisy += 1
            return figures
        samples.discarded += 1


def tell(text: str) -> None:
    """Show what is being done, beside the results."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()
