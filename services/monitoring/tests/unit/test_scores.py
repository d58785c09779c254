"""The service index, official scores, rubrics and simulations."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monitoring_samples import MALANG, NOW, UNIT, uuid

from eventkit.refusal import RefusedError
from monitoring import events
from monitoring.domain import rubric, score
from monitoring.domain.number import rounded, text_of
from monitoring.domain.reference import SERVICE_ELEMENTS, SKM_VERSION
from monitoring.domain.rubric import OFFICIAL, SERVICE_BANDS, WEIGHT_SETS, Band, Component, WeightSet
from monitoring.domain.score import ElementTotal, RecordScore, RecordServiceIndex, Simulate

WORKED = (17, 15, 16, 19, 16, 17, 18, 16, 15)  # five respondents: NRR 3.4 3.0 3.2 3.8 3.2 3.4 3.6 3.2 3.0


def survey(*totals: int, respondents: int = 5) -> tuple[ElementTotal, ...]:
    pairs = zip(SERVICE_ELEMENTS, totals, strict=False)
    return tuple(ElementTotal(element=code, total=total, respondents=respondents) for code, total in pairs)


def issued(value: str, instrument: str = "SAKIP", version: str = "SAKIP-2021") -> RecordScore:
    return RecordScore(
        tenant=MALANG,
        unit=UNIT,
        instrument=instrument,
        instrument_version=version,
        period="2024",
        score=Decimal(value),
        source="KEMENPAN_RB",
        at=NOW,
    )


def exercise(weights: WeightSet, percent: str, key: str | None = None) -> Simulate:
    achieved = {each.code: Decimal(percent) for each in weights.components}
    marked = None if key is None else {each.code: Decimal(key) for each in weights.components}
    return Simulate(
        tenant=MALANG, id=uuid(50), unit=None, batch=None, weight_set=weights.id, achieved=achieved, key=marked, at=NOW
    )


def test_worked_example_of_the_service_index() -> None:
    index = score.service_index(survey(*WORKED))
    assert (index.score, index.grade) == (Decimal("82.78"), "B")
    assert text_of(index.mean) == "3.3111"
    assert index.weakest == ("U2", "U9")


def test_rounded_weights_would_be_wrong() -> None:
    full = score.service_index(survey(*[20] * 9))
    assert full.score == Decimal("100.00")
    assert Decimal("0.11") * 9 * 4 * 25 == Decimal("99.00")


@pytest.mark.parametrize(
    ("value", "grade"),
    [
        ("100", "A"),
        ("88.31", "A"),
        ("88.30", "B"),
        ("76.61", "B"),
        ("76.60", "C"),
        ("65.00", "C"),
        ("64.99", "D"),
        ("25.00", "D"),
    ],
)
def test_service_bands_are_closed_below(value: str, grade: str) -> None:
    assert rubric.predicate(SERVICE_BANDS, Decimal(value), is_closed=True) == grade


def test_index_between_the_published_bands_is_rounded_first() -> None:
    # 9 elements over 10 000 answers: 88.305 exactly lies in the gap of the regulation and rounds up to A.
    totals = [31_790] * 8 + [31_788 + 10]
    index = score.service_index(survey(*totals, respondents=9_000))
    assert index.score == rounded(index.value)
    exact = Fraction(88_305, 1_000)
    assert rubric.predicate(SERVICE_BANDS, rounded(exact), is_closed=True) == "A"


@given(st.lists(st.integers(100, 400), min_size=9, max_size=9))
def test_index_is_exact_and_within_its_range(totals: list[int]) -> None:
    index = score.service_index(survey(*totals, respondents=100))
    assert index.value == Fraction(sum(totals), 100) * 25 / 9
    assert Decimal(25) <= index.score <= Decimal(100)


@pytest.mark.parametrize(
    ("elements", "code"),
    [
        (survey(*WORKED[:8]), "element_missing"),
        ((*survey(*WORKED), ElementTotal(element="U9", total=15, respondents=5)), "element_unknown"),
        (survey(21, *WORKED[1:]), "element_off_scale"),
        (survey(4, *WORKED[1:]), "element_off_scale"),
        (survey(*WORKED, respondents=0), "element_off_scale"),
    ],
)
def test_survey_needs_the_nine_elements_on_the_scale(elements: tuple[ElementTotal, ...], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        score.service_index(elements)
    assert {fault.code for fault in refused.value.faults} == {code}


def test_survey_becomes_a_score_with_its_source() -> None:
    command = RecordServiceIndex(tenant=MALANG, unit=UNIT, period="2025-S1", elements=survey(*WORKED), at=NOW)
    recorded, told = score.record_service_index(command)
    assert (recorded.score, recorded.predicate, recorded.source) == ("82.78", "B", "SURVEY")
    assert isinstance(told[0], events.ScoreRecorded)
    assert (told[0].instrument, told[0].version, told[0].score) == ("IKM", SKM_VERSION, "82.78")


@pytest.mark.parametrize(
    ("value", "predicate"),
    [("90.01", "AA"), ("90", "A"), ("80", "BB"), ("70", "B"), ("60", "CC"), ("50", "C"), ("30", "D"), ("0", "D")],
)
def test_sakip_bands_are_open_below(value: str, predicate: str) -> None:
    assert score.record(issued(value))[0].predicate == predicate


@pytest.mark.parametrize(
    ("value", "version", "predicate"),
    [("85.92", "RB-2023", "A-"), ("73.51", "RB-2023", "BB"), ("69.76", "RB-2023", "B"), ("85.92", "RB-2020", "A"),
     ("100.01", "RB-2023", "AA"), ("100", "RB-2023", "A")],
)  # fmt: skip
def test_reform_predicates_depend_on_the_version(value: str, version: str, predicate: str) -> None:
    assert score.record(issued(value, "RB", version))[0].predicate == predicate


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (issued("100.01"), "score_off_range"),
        (issued("24.9", "IKM", SKM_VERSION), "score_off_range"),
        (issued("100.01", "RB", "RB-2020"), "score_off_range"),
        (issued("80", "RB", "RB-1999"), "rubric_unknown"),
    ],
)
def test_issued_score_needs_a_known_version_and_its_range(command: RecordScore, code: str) -> None:
    with pytest.raises(RefusedError, match=code):
        score.record(command)


def test_every_built_in_rubric_sums_to_its_total() -> None:
    for weights in WEIGHT_SETS.values():
        assert sum(Decimal(each.weight) for each in weights.components) == Decimal(weights.total)
    assert [each.id for each in WEIGHT_SETS.values() if each.provisional] == ["RB-2023"]
    assert {version for instrument, version in OFFICIAL if instrument == "RB"} == {"RB-2020", "RB-2023"}


def weights_of(*weights: str, total: str = "100") -> WeightSet:
    parts = tuple(Component(code=f"C{place}", name="x", weight=each) for place, each in enumerate(weights))
    return WeightSet(
        id="TEST", regulation="uji", total=total, components=parts, bands=(Band(predicate="D", lower="0"),)
    )


@pytest.mark.parametrize("weights", [("30", "30", "15", "20"), ("33.3333", "33.3333", "33.3333")])
def test_weights_off_the_total_are_refused(weights: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match="weights_off_total"):
        rubric.checked(weights_of(*weights))


def test_repeated_component_is_refused() -> None:
    twice = weights_of("50", "50")
    same = WeightSet(id="TEST", regulation="uji", total="100", components=(twice.components[0],) * 2, bands=twice.bands)
    with pytest.raises(RefusedError, match="weights_invalid"):
        rubric.checked(same)


@given(st.lists(st.integers(1, 9_999), min_size=1, max_size=20))
def test_exact_weights_pass_and_one_hundredth_more_does_not(cents: list[int]) -> None:
    parts = [f"{each / 100:.2f}" for each in cents]
    total = f"{sum(map(Decimal, parts))}"
    assert rubric.checked(weights_of(*parts, total=total))
    with pytest.raises(RefusedError):
        rubric.checked(weights_of(*parts, "0.01", total=total))


@given(st.sampled_from(sorted(WEIGHT_SETS)), st.lists(st.decimals(0, 100, places=4), min_size=12, max_size=12))
def test_points_of_the_components_add_up_exactly(name: str, percents: list[Decimal]) -> None:
    weights = WEIGHT_SETS[name]
    achieved = {each.code: percent for each, percent in zip(weights.components, percents, strict=False)}
    command = Simulate(
        tenant=MALANG, id=uuid(50), unit=None, batch=None, weight_set=name, achieved=achieved, key=None, at=NOW
    )
    result = score.simulate(command, weights)
    assert sum(Decimal(each.points) for each in result.components) == Decimal(result.total)
    assert result.score == f"{rounded(Fraction(result.total)):.2f}"


def test_two_versions_of_the_same_exercise_are_two_results() -> None:
    older, newer = (
        score.simulate(exercise(WEIGHT_SETS[name], "80"), WEIGHT_SETS[name]) for name in ("RB-2020", "RB-2023")
    )
    assert (older.score, older.predicate, older.provisional) == ("80.00", "BB", False)
    assert (newer.score, newer.predicate, newer.provisional) == ("96.00", "A", True)


def test_answer_key_is_scored_beside_the_exercise() -> None:
    weights = WEIGHT_SETS["RB-2020"]
    result = score.simulate(exercise(weights, "50", key="75"), weights)
    assert (result.score, result.key_score, result.components[0].key_points) == ("50.00", "75.00", "15")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PEMENUHAN": None}, "component_missing"),
        ({"LAIN": Decimal(1)}, "component_unknown"),
        ({"PEMENUHAN": Decimal("100.1")}, "percent_off_range"),
        ({"PEMENUHAN": Decimal(-1)}, "percent_off_range"),
    ],
)
def test_exercise_must_fit_its_rubric(change: dict[str, Decimal | None], code: str) -> None:
    weights = WEIGHT_SETS["RB-2020"]
    full = {**exercise(weights, "50").achieved, **change}
    achieved = {name: value for name, value in full.items() if value is not None}
    command = Simulate(
        tenant=MALANG, id=uuid(50), unit=None, batch=None, weight_set="RB-2020", achieved=achieved, key=None, at=NOW
    )
    with pytest.raises(RefusedError) as refused:
        score.simulate(command, weights)
    assert [fault.code for fault in refused.value.faults] == [code]


@pytest.mark.parametrize(
    ("value", "text"), [("0.125", "0.13"), ("-0.125", "-0.13"), ("2.675", "2.68"), ("3", "3.00"), ("0.004", "0.00")]
)
def test_halves_are_rounded_away_from_zero(value: str, text: str) -> None:
    assert text_of(Fraction(value), 2) == text
