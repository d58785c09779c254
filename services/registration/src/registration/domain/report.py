"""What became of each row of a bulk request: good rows survive bad ones, and every row is accounted for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventkit.refusal import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReport:
    """One row; `id` is the enrolment, None where nothing is stored. Pointers are relative to the row."""

    row: int
    status: str
    id: str | None = None
    person: str | None = None
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReport:
    """All rows in the order of the request, and how many there are of each status."""

    rows: tuple[RowReport, ...]
    counts: Mapping[str, int]
    dry_run: bool


def sum_up(rows: Sequence[RowReport], *, dry_run: bool) -> BulkReport:
    """Close a report."""
    counts = Counter(row.status for row in rows)
    return BulkReport(rows=tuple(rows), counts=dict(sorted(counts.items())), dry_run=dry_run)
