"""R-JP, R-JPDAY and the minutes of one person."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.domain.jp import WITHOUT_JP, Presence, Worth, day_faults, earned, earned_over, jp_of
from curriculum.events import SessionKind

MORNING = datetime(2025, 7, 1, 0, tzinfo=UTC)
minutes = st.integers(0, 1440)


def worth(length: int = 90, jp: int = 2) -> Worth:
    return Worth(minutes=length, jp=jp, minutes_per_jp=45)


@pytest.mark.parametrize(("length", "jp"), [(45, 1), (90, 2), (100, 2), (135, 3), (44, 0), (60, 1), (0, 0)])
def test_jp_are_whole_and_never_rounded_up(length: int, jp: int) -> None:
    assert jp_of(SessionKind.LECTURE, length, 45) == jp


@pytest.mark.parametrize("kind", sorted(WITHOUT_JP))
def test_ceremonies_breaks_and_travel_earn_nothing(kind: SessionKind) -> None:
    assert jp_of(kind, 600, 45) == 0


@given(length=minutes, per_jp=st.integers(30, 120), kind=st.sampled_from(sorted(set(SessionKind) - WITHOUT_JP)))
def test_jp_never_hold_more_minutes_than_the_session(length: int, per_jp: int, kind: SessionKind) -> None:
    jp = jp_of(kind, length, per_jp)
    assert jp * per_jp <= length < (jp + 1) * per_jp


@given(attended=minutes, length=st.integers(1, 1440), more=minutes)
def test_more_minutes_never_earn_less(attended: int, length: int, more: int) -> None:
    session = worth(length, length // 45)
    assert 0 <= earned(session, attended) <= earned(session, attended + more) <= session.jp


def test_leaving_half_an_hour_early_costs_the_rule_s_share_only() -> None:
    assert earned(worth(), 60) == 1


def test_jp_by_hand_are_earned_by_whoever_stayed_to_the_end() -> None:
    assert earned(worth(length=60, jp=2), 60) == 2
    assert earned(worth(length=60, jp=2), 59) == 1


def test_time_shared_by_two_sessions_counts_once() -> None:
    first = Presence(start=MORNING, minutes=90, worth=worth())
    second = Presence(start=MORNING + timedelta(minutes=45), minutes=90, worth=worth())
    assert earned_over([second, first]) == 3


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 180)), max_size=8))
def test_nobody_earns_more_than_the_hours_of_the_day(spans: list[tuple[int, int]]) -> None:
    presences = [
        Presence(start=MORNING + timedelta(minutes=begin), minutes=length, worth=worth(length, length // 45))
        for begin, length in spans
    ]
    covered = {minute for begin, length in spans for minute in range(begin, begin + length)}
    assert earned_over(presences) * 45 <= len(covered)


def test_ten_jp_a_day_pass_eleven_warn_thirteen_are_refused() -> None:
    warnings, errors = day_faults([(0, 10), (1, 6), (1, 5), (2, 13)])
    assert [(each.code, dict(each.values)) for each in warnings] == [("many_jp_in_a_day", {"day": "2", "jp": "11"})]
    assert [(each.code, dict(each.values)) for each in errors] == [("too_many_jp_in_a_day", {"day": "3", "jp": "13"})]
