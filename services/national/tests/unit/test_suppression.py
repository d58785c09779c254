"""No cell that is hidden can be computed from what is shown: every table that a reader could imagine is tried."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from national.domain.suppression import SLACK, THRESHOLD, Protected, Table, protect

KENDARI = {
    "STAF_AHLI": 3, "ASISTEN": 3, "KEPALA_PERANGKAT_DAERAH": 30, "KEPALA_BAGIAN": 14, "CAMAT": 11, "UNSPECIFIED": 2,
}  # fmt: skip
MALANG = {"SEKDA": 1, "STAF_AHLI": 3, "KEPALA_PERANGKAT_DAERAH": 31, "DIREKSI_BUMD": 3, "CAMAT": 5, "LURAH": 57}


def hidden_of(shown: Mapping[str, int | None]) -> set[str]:
    return {column for column, count in shown.items() if count is None}


def test_kendari_hides_three_small_categories_and_needs_no_complement() -> None:
    published = protect({"KDI": KENDARI})
    assert hidden_of(published.rows["KDI"]) == {"ASISTEN", "STAF_AHLI", "UNSPECIFIED"}
    assert published.totals == {"KDI": 63}


def test_kendari_and_malang_together_hide_no_more_than_alone() -> None:
    published = protect({"KDI": KENDARI, "MLG": MALANG})
    assert hidden_of(published.rows["KDI"]) == {"ASISTEN", "STAF_AHLI", "UNSPECIFIED"}
    assert hidden_of(published.rows["MLG"]) == {"SEKDA", "STAF_AHLI", "DIREKSI_BUMD"}
    assert published.columns["STAF_AHLI"] == 6
    assert published.columns["SEKDA"] is None


def test_a_single_small_cell_takes_the_smallest_other_one_with_it() -> None:
    published = protect({"W": {"A": 2, "B": 30, "C": 14, "D": 0}}, column_totals=False)
    assert published.rows["W"] == {"A": None, "B": 30, "C": None, "D": 0}


def test_a_batch_shows_no_less_because_of_another_one() -> None:
    published = protect({"W": {"A": 2, "B": 20, "C": 3}, "X": {"A": 10, "B": 20, "C": 0}})
    assert published.rows == {"W": {"A": None, "B": 20, "C": None}, "X": {"A": 10, "B": 20, "C": 0}}
    assert published.columns == {"A": None, "B": 40, "C": None}


def test_a_group_below_the_threshold_shows_nothing() -> None:
    published = protect({"W": {"A": 2, "B": 2}, "X": {"A": 40, "B": 0}})
    assert "W" not in published.rows
    assert "W" not in published.totals
    assert published.small == {"W"}
    assert published.columns == {"A": 40, "B": 0}


def test_cells_that_would_all_be_one_are_muted_altogether() -> None:
    published = protect({"W": dict.fromkeys("ABCDE", 1)})
    assert published.mute == {"W"}
    assert "W" not in published.rows
    assert published.totals == {"W": 5}


def test_nothing_is_hidden_without_need() -> None:
    published = protect({"W": {"A": 5, "B": 0}, "X": {"A": 7, "B": 9}})
    assert published.rows == {"W": {"A": 5, "B": 0}, "X": {"A": 7, "B": 9}}
    assert published.columns == {"A": 12, "B": 9}


class Reader:
    """Knows all that is shown and the rule: a hidden cell is at least one."""

    def __init__(self, table: Table, published: Protected) -> None:
        self.columns = sorted({column for cells in table.values() for column in cells})
        self.cells = [(row, column) for row in published.rows for column in self.columns]
        self.published = published
        self.width = len(self.columns)

    def imagines(self, row: str, column: str, value: int) -> bool:
        """Is there a table with this value that fits everything shown?"""
        rows = {each: self.published.totals[each] for each in self.published.rows}
        shown = self.published.columns
        columns = {each: shown[each] for each in self.columns if shown.get(each) is not None}
        return self._fill(0, rows, {key: int(left or 0) for key, left in columns.items()}, (row, column, value))

    def _fill(self, at: int, rows: dict[str, int], columns: dict[str, int], wish: tuple[str, str, int]) -> bool:
        if at == len(self.cells):
            return not any(columns.values())
        row, column = self.cells[at]
        is_last = (at + 1) % self.width == 0
        for value in self._choices(row, column, rows[row], wish):
            left, over = rows[row] - value, columns.get(column, value) - value
            if over < 0 or left < 0 or (is_last and left):
                continue
            following = {**columns, column: over} if column in columns else columns
            if self._fill(at + 1, {**rows, row: left}, following, wish):
                return True
        return False

    def _choices(self, row: str, column: str, left: int, wish: tuple[str, str, int]) -> range | list[int]:
        shown = self.published.rows[row][column]
        if shown is not None:
            return [shown]
        if (row, column) == wish[:2]:
            return [wish[2]]
        return range(1, left + 1)


CELLS = st.integers(min_value=0, max_value=7)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.dictionaries(
        st.sampled_from("WXY"),
        st.fixed_dictionaries(dict.fromkeys("ABC"[:width], CELLS)),
        min_size=1,
        max_size=3,
    )
)


@settings(max_examples=60, deadline=None)
@given(TABLES, st.booleans())
def test_every_hidden_cell_keeps_at_least_four_possible_values(table: Table, column_totals: bool) -> None:  # noqa: FBT001 - drawn
    published = protect(table, column_totals=column_totals)
    reader = Reader(table, published)
    for row, cells in published.rows.items():
        for column in hidden_of(cells):
            true = table[row][column]
            near = range(max(1, true - SLACK), true + SLACK + 1)
            assert sum(reader.imagines(row, column, value) for value in near) > SLACK, (row, column, published)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_no_small_cell_or_total_is_ever_shown(table: Table) -> None:
    published = protect(table)
    shown = [count for cells in published.rows.values() for count in cells.values()]
    for count in [*shown, *published.totals.values(), *published.columns.values()]:
        assert count is None or count == 0 or count >= THRESHOLD


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_what_is_shown_is_true(table: Table) -> None:
    published = protect(table)
    for row, cells in published.rows.items():
        assert all(count in (None, table[row][column]) for column, count in cells.items())
    for column, total in published.columns.items():
        assert total in (None, sum(table[row].get(column, 0) for row in published.rows))


def test_a_reader_would_see_through_a_table_without_complement() -> None:
    naive = Protected({"W": {"A": None, "B": 30}}, {"W": 32}, {}, frozenset(), frozenset())
    reader = Reader({"W": {"A": 2, "B": 30}}, naive)
    assert [value for value in range(1, 10) if reader.imagines("W", "A", value)] == [2]
