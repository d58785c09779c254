"""Runs the arms of a comparison in turns, there and back (ABBA), so that a drift of the machine hits all alike."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Figures = Mapping[str, float]
Samples = dict[str, list[dict[str, float]]]


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison; each run gives its figures by name."""

    name: str
    run: Callable[[], Figures]


def interleave(arms: Sequence[Arm], repeats: int) -> Samples:
    """Run each arm once to warm up, which is dropped, and then so many times in alternating order."""
    for arm in arms:
        tell(f"{arm.name} warms up")
        arm.run()
    samples: Samples = {arm.name: [] for arm in arms}
    for turn in range(repeats):
        for arm in arms if turn % 2 == 0 else reversed(arms):
            tell(f"{arm.name} {turn + 1}/{repeats}")
            samples[arm.name].append(dict(arm.run()))
    return samples


def tell(text: str) -> None:
    """Show what is being done, beside the results."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


def column(samples: Samples, arm: str, figure: str) -> list[float]:
    """Give one figure of one arm over its repeats."""
    return [each[figure] for each in samples[arm]]
