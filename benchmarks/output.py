"""What is kept and shown of a run: JSON that can be read by people too, a table of 80 columns, a plot."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from benchmarks.goals import GOALS, Goal, Outcome

_WIDTH: Final = 760
_LEFT: Final = 250
_GOOD: Final = 430
_MOON: Final = 590
_TOP: Final = 36
_ROW: Final = 26
_COLOURS: Final[Mapping[str, str]] = {"missed": "#b3261e", "met": "#1b6e3c", "moonshot": "#1d4f91"}
_NUMBERS: Final = re.compile(r"\[\s+((?:-?[\d.e+-]+,\s+)*-?[\d.e+-]+)\s+\]")


def as_text(found: Any) -> str:
    """Give the JSON of a result, each list of numbers on one line."""
    spaced = json.dumps(found, indent=1, ensure_ascii=False)
    return _NUMBERS.sub(lambda match: "[" + " ".join(match[1].split()) + "]", spaced) + "\n"


def table(outcomes: Sequence[Outcome]) -> str:
    """Give one line per goal, at most 80 columns wide."""
    lines = [f"{'':5}{'goal, against':46}{'ratio':>7}{'good':>6}{'moon':>6} verdict"]
    for each in outcomes:
        goal = GOALS[each.goal]
        sign = "≤" if goal.lower else "≥"
        title = f"{goal.title} / {goal.ceiling}"
        verdict = goal.verdict(each.ratio.median) + (" ~" if each.noisy else "")
        lines.append(
            f"{each.goal:5}{title[:45]:46}{each.ratio.median:>7.2f}{sign + _short(goal.good):>6}"
            f"{sign + _short(goal.moonshot):>6} {verdict}"[:80]
        )
    if any(each.noisy for each in outcomes):
        lines.append("~ measured while others used the machine: a direction, not a result")
    return "\n".join(lines) + "\n"


def _short(number: float) -> str:
    return f"{number:g}"


def chart(outcomes: Sequence[Outcome]) -> str:
    """Draw every ratio on a scale of its own targets: left of the first line missed, right of the second moonshot."""
    height = _TOP + _ROW * len(outcomes) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-family="sans-serif">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        f'<g font-size="12"><text x="{_GOOD}" y="18" text-anchor="middle">good</text>',
        f'<text x="{_MOON}" y="18" text-anchor="middle">moonshot</text>',
    ]
    parts += [f'<path d="M{x} {_TOP - 8}V{height - 12}" stroke="#999" stroke-dasharray="3"/>' for x in (_GOOD, _MOON)]
    for place, each in enumerate(outcomes):
        parts += _bar(each, _TOP + _ROW * place)
    return "\n".join([*parts, "</g></svg>"]) + "\n"


def _bar(each: Outcome, y: int) -> list[str]:
    goal, ratio = GOALS[each.goal], each.ratio
    low, middle, high = (_x(goal, value) for value in (ratio.low, ratio.median, ratio.high))
    colour = _COLOURS[goal.verdict(ratio.median)]
    return [
        f'<text x="8" y="{y + 12}">{each.goal}</text>',
        f'<text x="48" y="{y + 12}">{goal.title}</text>',
        f'<path d="M{min(low, high):.1f} {y + 8}H{max(low, high):.1f}" stroke="{colour}" stroke-width="3"/>',
        f'<circle cx="{middle:.1f}" cy="{y + 8}" r="5" fill="{colour}"/>',
        f'<text x="{_WIDTH - 8}" y="{y + 12}" text-anchor="end">{ratio.median:.2f}</text>',
    ]


def _x(goal: Goal, ratio: float) -> float:
    """Place a ratio so that both targets of every goal lie on the same two lines."""
    share = (ratio - goal.good) / (goal.moonshot - goal.good)
    return min(_WIDTH - 60, max(_LEFT, _GOOD + share * (_MOON - _GOOD)))
