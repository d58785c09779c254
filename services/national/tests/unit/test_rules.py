"""Regions, filters, figures, tables and texts, without a store."""

import string

import pytest

from eventkit.refusal import NotFoundError, RefusedError
from national.domain import (
    EXACT,
    FIGURES,
    Amount,
    Filter,
    Group,
    Line,
    Paging,
    by_batch,
    checked,
    definitions,
    in_all,
    page_of,
    protect,
    regions,
    require_province,
    tabulate,
    without_exact,
)
from national.domain.definition import DEFINITIONS
from national.store import NATION, Scope
from national.texts import TEXTS


def test_the_published_list_has_38_provinces_and_514_regencies_and_cities() -> None:
    kinds = [each.kind for each in regions.known().values()]
    assert (kinds.count("PROVINSI"), kinds.count("KABUPATEN"), kinds.count("KOTA")) == (38, 416, 98)
    assert regions.name_of("74.71") == "Kota Kendari"
    assert regions.name_of("99") is None
    assert all(each.parent in regions.known() for each in regions.known().values() if each.parent)
    assert sum(len(regions.children(each.code)) for each in regions.provinces()) == 514


def test_a_province_stands_for_its_children_and_a_tenant_for_itself() -> None:
    assert Scope("53").covers("53.04")
    assert Scope("53").covers("53")
    assert not Scope("53").covers("35.73")
    assert not Scope("53", is_tenant_only=True).covers("53.04")
    assert NATION.covers("96.71")
    assert Scope("53").match() == {"tenant": {"$gte": "53", "$lte": "53.99"}}
    assert Scope("53.04").match() == {"tenant": "53.04"}


def test_unknown_regions_and_provinces_are_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        checked(Filter(region="99"))
    assert refused.value.faults[0].pointer == "/query/region"
    with pytest.raises(NotFoundError):
        require_province("74.71")
    assert checked(Filter(region="74")).region == "74"


def test_figures_sum_over_batches_and_keep_what_belongs_to_none() -> None:
    amounts = [Amount("b", "confirmed", 3), Amount("b", "confirmed", 2), Amount(None, "visits_closed", 1)]
    assert by_batch(["a"], amounts)["b"]["confirmed"] == 5
    assert by_batch(["a"], [])["a"] == dict.fromkeys(FIGURES, 0)
    assert in_all(amounts)["visits_closed"] == 1


def test_an_analyst_sees_no_exact_count_of_persons() -> None:
    blank = without_exact(dict.fromkeys(FIGURES, 3))
    assert {name for name, amount in blank.items() if amount is None} == EXACT


def test_a_group_with_a_hidden_cell_shows_at_least_what_its_batches_show() -> None:
    published = protect({"a": {"X": 2, "Y": 20, "Z": 3}, "b": {"X": 10, "Y": 20, "Z": 0}})
    (line,) = tabulate(published, {Group(): ["a", "b"]}, ["X", "Y", "Z"], is_nation=False)
    cells = {each.name: (each.count, each.at_least) for each in line.cells}
    assert cells["X"] == (None, 10)
    assert cells["Z"] == (None, 0)
    assert line.total == 55


def test_a_muted_batch_hides_its_cells_in_every_group() -> None:
    published = protect({"a": dict.fromkeys("VWXYZ", 1), "b": {"V": 10}})
    (line,) = tabulate(published, {Group(): ["a", "b"]}, list("VWXYZ"), is_nation=True)
    assert all(each.hidden for each in line.cells)
    assert line.total == 15


def test_pages_follow_the_keys_of_lines() -> None:
    lines = [
        Line(group=Group(region=code), batches=1, withheld=0, total=9, hidden=False, cells=())
        for code in ("74.71", "35.73", "53")
    ]
    first, cursor = page_of(lines, Paging(size=2))
    assert [each.group.region for each in first] == ["35.73", "53"]
    rest, end = page_of(lines, Paging(cursor=cursor, size=2))
    assert [each.group.region for each in rest] == ["74.71"]
    assert end is None


def test_every_figure_has_a_definition() -> None:
    assert set(FIGURES) <= set(DEFINITIONS)
    assert definitions(["persons"]) == {"persons": DEFINITIONS["persons"]}


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_texts_say_the_same_in_both_languages(code: str) -> None:
    indonesian, english = TEXTS[code]
    names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (indonesian, english)]
    assert names[0] == names[1]
    assert indonesian != english
