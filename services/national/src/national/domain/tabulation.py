"""Turns counts by batch into the lines of a report; what is not shown of a batch is in no line."""

from collections.abc import Iterable, Mapping, Sequence

from national.domain.report import Cell, Group, Line
from national.domain.suppression import Protected

Members = Mapping[Group, Sequence[str]]  # the batches of each group


def tabulate(published: Protected, members: Members, columns: Sequence[str], *, is_nation: bool) -> tuple[Line, ...]:
    """Give one line per group; the totals of columns are used only for the nation as a whole."""
    return tuple(_line(published, group, rows, columns, is_nation=is_nation) for group, rows in members.items())


def _line(published: Protected, group: Group, rows: Sequence[str], columns: Sequence[str], *, is_nation: bool) -> Line:
    counted = [row for row in rows if row in published.totals]
    withheld = len(rows) - len(counted)
    hidden = bool(withheld and not counted)
    cells = _cells(published, counted, columns, is_nation=is_nation)
    return Line(
        group=group,
        batches=len(rows),
        withheld=withheld,
        total=None if hidden else sum(published.totals[row] for row in counted),
        hidden=hidden,
        cells=tuple(Cell(name=name, count=None, hidden=True) for name in columns) if hidden else cells,
    )


def _cells(published: Protected, rows: Sequence[str], columns: Iterable[str], *, is_nation: bool) -> tuple[Cell, ...]:
    is_mute = any(row in published.mute for row in rows)
    shown = [published.rows[row] for row in rows if row in published.rows]
    return tuple(_cell(published, shown, column, is_mute=is_mute, is_nation=is_nation) for column in columns)


def _cell(
    published: Protected, rows: Sequence[Mapping[str, int | None]], column: str, *, is_mute: bool, is_nation: bool
) -> Cell:
    counts = [row[column] for row in rows]
    known = [count for count in counts if count is not None]
    if len(known) == len(counts) and not is_mute:
        return Cell(name=column, count=sum(known), hidden=False)
    if is_nation and not is_mute and (total := published.columns[column]) is not None:
        return Cell(name=column, count=total, hidden=False)
    return Cell(name=column, count=None, hidden=True, at_least=sum(known) if len(rows) > 1 else None)
