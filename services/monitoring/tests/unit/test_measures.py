"""Due dates, answers and suppression of measures."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from monitoring_samples import DAY, NOW, given, opened, sheet, uuid

from eventkit.refusal import RefusedError
from monitoring import events
from monitoring.domain import measure
from monitoring.domain.instrument import STANDARD
from monitoring.domain.measure import Answer, MeasureKind, RaterRole


def answered(*values: int) -> list[Answer]:
    return [
        measure.answer(opened(), STANDARD, given(enrolment=100 + place, items=sheet(value)), NOW)
        for place, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("last_day", "plan_due", "follow_ups"),
    [
        (date(2025, 8, 3), date(2025, 8, 17), (date(2025, 9, 2), date(2025, 11, 1), date(2026, 1, 30))),
        (date(2025, 5, 17), date(2025, 5, 31), (date(2025, 6, 16), date(2025, 8, 15), date(2025, 11, 13))),
        (date(2025, 7, 1), date(2025, 7, 15), (date(2025, 7, 31), date(2025, 9, 29), date(2025, 12, 28))),
        (date(2025, 10, 12), date(2025, 10, 26), (date(2025, 11, 11), date(2026, 1, 10), date(2026, 4, 10))),
        (date(2025, 9, 27), date(2025, 10, 11), (date(2025, 10, 27), date(2025, 12, 26), date(2026, 3, 26))),
    ],
)
def test_the_evaluation_clock_counts_from_the_last_day(
    last_day: date, plan_due: date, follow_ups: tuple[date, ...]
) -> None:
    assert tuple(measure.follow_ups(last_day).values()) == follow_ups
    assert measure.plan_due(last_day) == plan_due


def test_baseline_is_due_on_the_day_before_day_one() -> None:
    assert measure.baseline_due(date(2025, 5, 16)) == date(2025, 5, 15)


def test_moved_batch_moves_the_due_date_and_tells_it() -> None:
    moved, told = measure.move(opened(due_on=date(2025, 5, 15)), date(2025, 5, 14), expected=100)
    assert moved.due_on == date(2025, 5, 14)
    assert isinstance(told[0], events.MeasureRescheduled)
    assert (told[0].old_due_on, told[0].due_on, told[0].expected) == (date(2025, 5, 15), date(2025, 5, 14), 100)


def test_same_date_again_tells_nobody_anything() -> None:
    assert measure.move(opened(), DAY, expected=5) == (opened(), [])


def test_closed_measure_does_not_move() -> None:
    closed, _ = measure.close(opened(), "BY_HAND", expected=5)
    assert measure.move(closed, DAY - timedelta(days=1), expected=5) == (closed, [])


def test_baseline_after_the_day_before_day_one_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        measure.answer(opened(), STANDARD, given(on=DAY + timedelta(days=1)), NOW)
    assert [fault.code for fault in refused.value.faults] == ["baseline_too_late"]


def test_late_follow_up_is_still_an_answer() -> None:
    late = given(on=DAY + timedelta(days=3))
    assert measure.answer(opened(MeasureKind.T30), STANDARD, late, NOW).on == late.on


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ({code: value for code, value in sheet().items() if code != "BP1"}, "item_missing"),
        (sheet(XX9=2), "item_unknown"),
        (sheet(BP1=5), "item_off_scale"),
        (sheet(BP1=0), "item_off_scale"),
    ],
)
def test_every_item_must_be_answered_on_the_scale(items: dict[str, int], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        measure.answer(opened(), STANDARD, given(items=items), NOW)
    assert [fault.code for fault in refused.value.faults] == [code]


@pytest.mark.parametrize(
    ("role", "rater", "code"),
    [(RaterRole.SELF, uuid(99), "rater_not_self"), (RaterRole.PEER, None, "rater_missing")],
)
def test_self_rating_is_ones_own_and_another_rater_has_an_id(role: RaterRole, rater: str | None, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        measure.answer(opened(), STANDARD, given(rater=rater, rater_role=role), NOW)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_closed_measure_takes_no_answer() -> None:
    closed, _ = measure.close(opened(), "BY_HAND", expected=5)
    with pytest.raises(RefusedError, match="measure_closed"):
        measure.answer(closed, STANDARD, given(), NOW)


def test_one_rater_has_one_answer_per_participant() -> None:
    first, again = (measure.answer(opened(), STANDARD, given(), NOW) for _ in range(2))
    other = measure.answer(opened(), STANDARD, given(rater=uuid(99), rater_role=RaterRole.PEER), NOW)
    assert first.id == again.id != other.id


def test_participant_score_is_the_mean_over_raters_of_the_mean_over_items() -> None:
    own = measure.answer(opened(), STANDARD, given(items=sheet(2, KOM1=4)), NOW)
    peer = measure.answer(opened(), STANDARD, given(items=sheet(4), rater=uuid(99), rater_role=RaterRole.PEER), NOW)
    scored = measure.scores([own, peer], STANDARD)
    assert scored["COMMUNICATION"] == {uuid(10): (Fraction(8, 3) + 4) / 2}
    assert scored["LEADERSHIP"] == {uuid(10): Fraction(3)}
    assert len(scored) == 10


def test_group_below_five_is_suppressed_and_says_nothing() -> None:
    four = measure.means(answered(1, 2, 3, 4), STANDARD)
    assert {(each.n, each.mean) for each in four} == {(4, None)}
    assert measure.publish_means(opened(), four) == []


def test_group_of_five_is_published_by_dimension() -> None:
    told = measure.publish_means(opened(), measure.means(answered(1, 2, 3, 4, 4), STANDARD))
    means = [each for each in told if isinstance(each, events.MeasureAggregated)]
    assert len(means) == len(told) == 10
    assert {(each.n, each.mean, each.suppressed) for each in means} == {(5, "2.8000", False)}


@settings(max_examples=20)
@examples(st.lists(st.integers(1, 4), min_size=5, max_size=30))
def test_means_stay_on_the_scale(values: list[int]) -> None:
    for each in measure.means(answered(*values), STANDARD):
        assert each.mean == Fraction(sum(values), len(values))


def test_measure_is_overdue_after_its_day_while_open() -> None:
    assert not measure.is_overdue(opened(), DAY)
    assert measure.is_overdue(opened(), DAY + timedelta(days=1))
    assert not measure.is_overdue(replace(opened(), state=measure.MeasureState.CLOSED), DAY + timedelta(days=1))
