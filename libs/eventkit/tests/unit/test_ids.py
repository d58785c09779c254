"""Ids sort by time, and a derived id is found again."""

from eventkit.ids import derived_id, new_id


def test_later_ids_sort_later() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000


def test_same_parts_give_the_same_id() -> None:
    assert derived_id("completion", "a", "b") == derived_id("completion", "a", "b")


def test_parts_do_not_run_together() -> None:
    different = {
        derived_id("completion", "ab", "c"),
        derived_id("completion", "a", "bc"),
        derived_id("completion", "abc"),
        derived_id("plan", "ab", "c"),
    }
    assert len(different) == 4
