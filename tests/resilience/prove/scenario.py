"""What a scenario is, and what it raises when something does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prove.arena import Arena


class Counterexample(AssertionError):  # noqa: N818 - it is the thing itself, not an error of the program
    """Something that does not hold: which invariant, of what, and what was seen on both sides."""

    def __init__(self, invariant: str, about: str, **seen: object) -> None:
        lines = [f"{invariant} does not hold for {about}", *(f"  {name}: {what}" for name, what in seen.items())]
        super().__init__("\n".join(lines))
        self.invariant = invariant
        self.about = about


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One fault: what is injected while load runs, and what must hold afterwards."""

    id: str
    title: str
    run: Callable[[Arena], None]
    minutes: float
    in_cross_section: bool = False
    needs_fresh_platform: bool = False
