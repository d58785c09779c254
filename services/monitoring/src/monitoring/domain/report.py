"""What a bulk command answers: one line per row that came in, in its order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from eventkit.refusal import Fault, RefusedError


class RowStatus(StrEnum):
    """What became of a row."""

    ACCEPTED = "ACCEPTED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Row:
    """The answer to one row; `id` names what the row made or changed."""

    row: int
    status: RowStatus
    id: str | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The answers to all rows of one request."""

    rows: tuple[Row, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows by status, every status named."""
        return {each.value.lower(): sum(row.status is each for row in self.rows) for each in RowStatus}


class Decided(NamedTuple):
    """What a row is about, and whether it changed anything."""

    id: str
    is_new: bool


def rejected(row: int, *faults: Fault) -> Row:
    """Answer a row that is refused."""
    return Row(row=row, status=RowStatus.REJECTED, faults=faults)


def refused(row: int, refusal: RefusedError) -> Row:
    """Answer a row with the faults of its refusal, or with its code where it names no field."""
    return rejected(row, *(refusal.faults or (Fault("", refusal.code, tuple(refusal.values.items())),)))


def judged(row: int, decide: Callable[[], Decided]) -> Row:
    """Answer a row with what was decided on it, or with its refusal."""
    try:
        decided = decide()
    except RefusedError as refusal:
        return refused(row, refusal)
    status = RowStatus.ACCEPTED if decided.is_new else RowStatus.UNCHANGED
    return Row(row=row, status=status, id=decided.id)


def merged(*parts: Sequence[Row]) -> Report:
    """Put rows that were answered apart back into their order."""
    return Report(tuple(sorted((row for part in parts for row in part), key=lambda row: row.row)))
