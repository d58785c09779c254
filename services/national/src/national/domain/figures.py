"""The figures of the services under their own names and definitions, from what national keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

FIGURES: Final = (
    "nominated", "rejected", "confirmed", "checked_in", "persons", "non_asn",
    "sessions_held", "jp_scheduled", "completed", "incomplete", "jp_credited",
    "measures_opened", "plans_submitted", "plans_verified", "visits_closed", "outcomes_shown",
)  # fmt: skip
OF_TENANT: Final = ("programmes", "units")
# Exact counts of persons and of what single persons hand in are for the reconciliation itself, not for analysis.
EXACT: Final = frozenset({
    "nominated", "rejected", "confirmed", "checked_in", "persons", "non_asn", "completed", "incomplete",
    "jp_credited", "plans_submitted", "plans_verified",
})  # fmt: skip
SEATED: Final = frozenset({"CONFIRMED", "CHECKED_IN", "NO_SHOW"})


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of one figure in one batch; None for what belongs to no batch."""

    batch: str | None
    figure: str
    amount: int


def by_batch(batches: Iterable[str], amounts: Iterable[Amount]) -> dict[str, dict[str, int]]:
    """Sum the figures of each batch; every known batch has all of them."""
    figures = {batch: dict.fromkeys(FIGURES, 0) for batch in batches}
    for each in amounts:
        if each.batch is not None:
            of_batch = figures.setdefault(each.batch, dict.fromkeys(FIGURES, 0))
            of_batch[each.figure] += each.amount
    return figures


def in_all(amounts: Iterable[Amount]) -> dict[str, int]:
    """Sum each figure."""
    figures = dict.fromkeys(FIGURES, 0)
    for each in amounts:
        figures[each.figure] += each.amount
    return figures


def without_exact(figures: Mapping[str, int]) -> dict[str, int | None]:
    """Blank the figures that only a reconciliation may see."""
    return {name: None if name in EXACT else amount for name, amount in figures.items()}
