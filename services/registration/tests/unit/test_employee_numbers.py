"""NIP and NI PPPK: every fault by its name, no number of a real shape is misread."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.domain.number import NumberKind, mask, read_number

TODAY = date(2025, 8, 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("198609262015051999", NumberKind.NIP),
        ("19860926 201505 1 999", NumberKind.NIP),
        ("19860926.201505-1.999", NumberKind.NIP),
        ("200002292019011999", NumberKind.NIP),
        ("199001012024212999", NumberKind.NI_PPPK),
    ],
)
def test_sound_number_is_read(text: str, kind: NumberKind) -> None:
    number = read_number(text, TODAY)
    assert (number.kind, number.faults, number.warnings) == (kind, (), ())
    assert len(number.digits) == 18


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("198613262015051999", ("BIRTH_DATE",)),
        ("198602302015051999", ("BIRTH_DATE",)),
        ("202609262015051999", ("BIRTH_FUTURE", "AGE_AT_APPOINTMENT")),
        ("198609262015131999", ("TMT_MONTH",)),
        ("198609262015201999", ("TMT_MONTH",)),
        ("198609262015301999", ("TMT_MONTH",)),
        ("198609262025091999", ("TMT_FUTURE",)),
        ("199001012026212999", ("TMT_FUTURE",)),
        ("199001012018212999", ("PPPK_YEAR",)),
        ("200801012024212999", ("AGE_AT_APPOINTMENT",)),
        ("198609262000051999", ("AGE_AT_APPOINTMENT",)),
        ("198609262015053999", ("SEX",)),
        ("198609262015051000", ("SERIAL",)),
        ("198613262015133000", ("BIRTH_DATE", "TMT_MONTH", "SEX", "SERIAL")),
        ("19860926201505100", ("LENGTH",)),
        ("1986092620150519990", ("LENGTH",)),
        ("130123456", ("LEGACY_NIP9",)),
        ("3573030101909999", ("LOOKS_LIKE_NIK",)),
        ("19860926201505199A", ("NOT_DIGITS",)),
        ("1.98609E+17", ("NOT_DIGITS",)),
        ("١٩٨٦٠٩٢٦٢٠١٥٠٥١٩٩٩", ("NOT_DIGITS",)),
        ("", ("NOT_DIGITS",)),
    ],
)
def test_every_fault_has_its_name(text: str, faults: tuple[str, ...]) -> None:
    assert read_number(text, TODAY).faults == faults


def test_very_young_official_is_odd_but_possible() -> None:
    assert read_number("199805012015051999", TODAY).warnings == ("AGE_UNDER_18",)
    assert read_number("199805022015051999", TODAY).faults == ()  # sixteen on the first, counted as not yet reached
    assert read_number("199906012015051999", TODAY).faults == ("AGE_AT_APPOINTMENT",)


@given(
    born=st.dates(date(1950, 1, 1), date(2000, 12, 31)),
    month=st.integers(1, 12),
    sex=st.sampled_from("12"),
    serial=st.integers(1, 999),
)
def test_every_number_by_the_rule_is_accepted(born: date, month: int, sex: str, serial: int) -> None:
    number = read_number(f"{born:%Y%m%d}2022{month:02}{sex}{serial:03}", TODAY)
    assert (number.kind, number.faults) == (NumberKind.NIP, ())


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_either_eighteen_digits_or_named_as_wrong(text: str) -> None:
    number = read_number(text, TODAY)
    assert number.faults or (len(number.digits) == 18 and number.digits.isascii() and number.digits.isdigit())


@given(st.from_regex(r"[0-9]{18}", fullmatch=True))
def test_mask_hides_birth_date_and_sex(digits: str) -> None:
    assert mask(digits) == "*" * 15 + digits[15:]
