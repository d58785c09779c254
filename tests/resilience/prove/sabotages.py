"""The catalogue of sabotaged builds: one seeded fault each, and the scenarios that must catch it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Sabotage:
    """One exact piece of source text that is replaced in one module."""

    name: str
    module: str
    old: str
    new: str
    caught_by: tuple[str, ...]


SABOTAGES: Final[tuple[Sabotage, ...]] = (
    Sabotage(
        name="fencing-token-not-checked",
        module="eventkit.outbox",
        old='if self._leases.count_documents({"_id": "relay", "token": lease.token, "owner": lease.owner}) == 0:',
        new="if False:",
        caught_by=("F02",),
    ),
    Sabotage(
        name="checkpoint-guard-removed",
        module="eventkit.ledger",
        old="            if done.matched_count != len(moves):\n",
        new="            if False:\n",
        caught_by=("F03",),
    ),
)


def named(name: str) -> Sabotage:
    """Find a sabotage."""
    return next(each for each in SABOTAGES if each.name == name)
