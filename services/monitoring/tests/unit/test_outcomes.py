"""Matched pairs, intervals, named statuses and gains."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitoring_samples import BATCH, uuid

from monitoring import events
from monitoring.domain import outcome
from monitoring.domain.measure import MeasureKind
from monitoring.domain.outcome import Comparison, GainBand, OutcomeStatus

SCORES = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=5, max_size=40)


def comparing(before: list[int] | None, after: list[int]) -> Comparison:
    base = None if before is None else {uuid(place): Fraction(each) for place, each in enumerate(before)}
    people = {uuid(place): Fraction(each) for place, each in enumerate(after)}
    return Comparison(BATCH, MeasureKind.T90, "LEADERSHIP", base, people)


def test_five_pairs_are_shown_with_difference_and_interval() -> None:
    result = outcome.compare(comparing([2, 2, 2, 3, 3], [3, 3, 2, 4, 3]))
    assert (result.status, result.pairs, result.difference) == (OutcomeStatus.SHOWN, 5, "0.6000")
    assert result.interval_low is not None
    assert result.interval_high is not None
    assert 0 <= float(result.interval_low) <= 0.6 <= float(result.interval_high) <= 1


def test_four_pairs_are_too_few() -> None:
    result = outcome.compare(comparing([2, 2, 2, 2], [3, 3, 3, 3, 3, 3]))
    assert (result.status, result.pairs, result.unmatched) == (OutcomeStatus.TOO_FEW, 4, 2)
    assert (result.difference, result.interval_low, result.interval_high) == (None, None, None)


@pytest.mark.parametrize("before", [None, []])
def test_without_a_baseline_of_the_same_version_there_is_no_difference(before: list[int] | None) -> None:
    result = outcome.compare(comparing(before, [3] * 9))
    assert (result.status, result.pairs, result.difference) == (OutcomeStatus.NO_BASELINE, 0, None)


def test_only_matched_pairs_count() -> None:
    before = {uuid(place): Fraction(1) for place in range(7)}
    after = {uuid(place): Fraction(4 if place >= 7 else 2) for place in range(2, 12)}
    result = outcome.compare(Comparison(BATCH, MeasureKind.T30, "BP", before, after))
    assert (result.pairs, result.unmatched, result.difference) == (5, 7, "1.0000")


@settings(max_examples=25)
@given(SCORES)
def test_interval_is_repeatable_and_holds_the_difference(pairs: list[tuple[int, int]]) -> None:
    before, after = [pre for pre, _ in pairs], [post for _, post in pairs]
    result, again = (outcome.compare(comparing(before, after)) for _ in range(2))
    assert result == again
    assert float(result.interval_low or 9) <= float(result.difference or 9) <= float(result.interval_high or -9)


def test_symmetric_differences_claim_no_effect() -> None:
    differences = [Fraction(each) for each in (-1, 1, 0, 0, 1, -1, 2, -2, 1, -1, 0, 0)]
    interval = outcome.bootstrap(differences, seed="fixed")
    assert interval.low < 0 < interval.high


@pytest.mark.parametrize("size", [6, 12])
def test_data_without_effect_claim_one_in_about_one_of_twenty_runs(size: int) -> None:
    runs, source = 200, random.Random(20)
    claims = 0
    for run in range(runs):
        differences = [Fraction(round(source.gauss(0, 1.2) * 3), 3) for _ in range(size)]
        interval = outcome.bootstrap(differences, seed=f"run {run}")
        claims += not interval.low <= 0 <= interval.high
    assert claims <= 0.09 * runs  # 5 % and the play of chance of 200 runs


def test_planted_effect_lies_in_the_interval_of_nearly_every_run() -> None:
    runs, source = 60, random.Random(40)
    held = 0
    for run in range(runs):
        differences = [Fraction(round((0.5 + source.gauss(0, 0.8)) * 30), 30) for _ in range(20)]
        interval = outcome.bootstrap(differences, seed=f"planted {run}")
        held += interval.low <= Fraction(1, 2) <= interval.high
    assert held >= 0.9 * runs


@pytest.mark.parametrize(("size", "share"), [(5, 0.001), (20, 0.0159), (352, 0.0244)])
def test_fewer_pairs_cut_less(size: int, share: float) -> None:
    assert outcome.tail(size) == pytest.approx(share, abs=0.0003)


def test_equal_differences_leave_no_doubt() -> None:
    assert outcome.bootstrap([Fraction(1, 3)] * 5, seed="fixed") == (Fraction(1, 3), Fraction(1, 3))


def test_same_result_again_tells_nobody_anything() -> None:
    first, told = outcome.renew(None, outcome.compare(comparing([2] * 5, [3] * 5)))
    assert isinstance(told[0], events.OutcomeComputed)
    stored = replace(first, version=1, sequence=1)
    assert outcome.renew(stored, outcome.compare(comparing([2] * 5, [3] * 5))) == (stored, [])


def test_another_result_takes_its_place_and_is_told() -> None:
    stored = replace(outcome.compare(comparing([2] * 5, [3] * 5)), version=3, sequence=2)
    renewed, told = outcome.renew(stored, outcome.compare(comparing([2] * 6, [3] * 6)))
    assert (renewed.version, renewed.sequence, renewed.pairs, len(told)) == (3, 2, 6, 1)


def test_class_gain_differs_from_the_mean_of_individual_gains() -> None:
    pairs = [(Fraction(40), Fraction(70)), (Fraction(80), Fraction(90))]
    gain = outcome.n_gain(pairs)
    assert gain.of_class == Fraction(20, 40)
    assert gain.individual == (Fraction(30, 60) + Fraction(10, 20)) / 2
    gain = outcome.n_gain([(Fraction(20), Fraction(60)), (Fraction(90), Fraction(91))])
    assert gain.of_class == Fraction(41, 90)
    assert gain.individual == (Fraction(1, 2) + Fraction(1, 10)) / 2


def test_gain_is_undefined_where_nothing_was_left_to_gain() -> None:
    gain = outcome.n_gain([(Fraction(100), Fraction(100)), (Fraction(50), Fraction(75))])
    assert (gain.undefined, gain.individual) == (1, Fraction(1, 2))
    assert outcome.n_gain([(Fraction(100), Fraction(90))]) == (None, None, 1, None)
    assert outcome.n_gain([]) == (None, None, 0, None)


def test_gain_may_be_negative() -> None:
    assert outcome.n_gain([(Fraction(90), Fraction(70))]).of_class == -2


@pytest.mark.parametrize(
    ("gain", "band"),
    [
        (Fraction(29, 100), GainBand.LOW),
        (Fraction(3, 10), GainBand.MEDIUM),
        (Fraction(7, 10), GainBand.MEDIUM),
        (Fraction(71, 100), GainBand.HIGH),
    ],
)
def test_gain_bands_close_at_their_edges(gain: Fraction, band: GainBand) -> None:
    assert outcome.gain_band(gain) is band
