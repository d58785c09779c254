"""Instruments are frozen once published."""

from dataclasses import replace

import pytest
from monitoring_samples import MALANG, NOW

from eventkit.refusal import RefusedError
from monitoring.domain import instrument
from monitoring.domain.instrument import STANDARD, DraftInstrument, InstrumentState, Item
from monitoring.domain.reference import BEHAVIOURS, CORE_VALUES, DIMENSIONS, MALANG_DIMENSIONS

ITEM = Item(code="KOM1", dimension="COMMUNICATION", text="Mendengarkan")


def drafting(*items: Item, code: str = "MLG-360") -> DraftInstrument:
    return DraftInstrument(tenant=MALANG, code=code, number=1, title="360", scale_high=5, items=items or (ITEM,))


def test_standard_instrument_asks_three_dimensions_and_21_behaviours() -> None:
    asked = {item.dimension for item in STANDARD.items}
    assert asked == set(DIMENSIONS) == {*MALANG_DIMENSIONS, *CORE_VALUES}
    assert len(BEHAVIOURS) == 21
    assert {code[:2] for code in BEHAVIOURS} == set(CORE_VALUES)
    assert STANDARD.state is InstrumentState.PUBLISHED


def test_published_version_never_changes() -> None:
    published = instrument.publish(instrument.draft(drafting()), NOW)
    with pytest.raises(RefusedError, match="instrument_frozen"):
        instrument.publish(published, NOW)
    with pytest.raises(RefusedError, match="instrument_frozen"):
        instrument.revise(published, "x", (ITEM,))


def test_draft_may_change() -> None:
    revised = instrument.revise(instrument.draft(drafting()), "360 lagi", (replace(ITEM, text="Menyimak"),))
    assert (revised.title, revised.items[0].text) == ("360 lagi", "Menyimak")


@pytest.mark.parametrize(
    ("items", "code"),
    [((ITEM, ITEM), "item_repeated"), ((replace(ITEM, dimension="HUMOUR"),), "dimension_unknown")],
)
def test_repeated_items_and_unknown_dimensions_are_refused(items: tuple[Item, ...], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        instrument.draft(drafting(*items))
    assert [fault.code for fault in refused.value.faults] == [code]
    with pytest.raises(RefusedError):
        instrument.revise(instrument.draft(drafting()), "x", items)


def test_code_of_the_standard_instrument_is_reserved() -> None:
    with pytest.raises(RefusedError, match="instrument_reserved"):
        instrument.draft(drafting(code=STANDARD.code))
