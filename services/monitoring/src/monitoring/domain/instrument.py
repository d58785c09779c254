"""Instruments: items tagged by dimension on one scale; a published version never changes.

DRAFT → PUBLISHED. Another wording is another version.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from eventkit.event import Aggregate, TenantId
from eventkit.refusal import Fault, RefusedError
from monitoring.domain.reference import BEHAVIOURS, DIMENSIONS, MALANG_ITEMS, STANDARD_INSTRUMENT


class InstrumentState(StrEnum):
    """Whether a version may still change."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One statement that a rater answers."""

    code: str
    dimension: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument(Aggregate):
    """One version of a questionnaire; its id follows from code and version."""

    code: str
    number: int
    title: str
    scale_low: int
    scale_high: int
    items: tuple[Item, ...]
    state: InstrumentState = InstrumentState.DRAFT
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftInstrument:
    """Write a new version of an instrument."""

    tenant: TenantId
    code: str
    number: int
    title: str
    scale_high: int
    items: tuple[Item, ...]


def instrument_id(code: str, number: int) -> str:
    """Name the one instrument with this code and version."""
    return str(uuid5(NAMESPACE_URL, f"bina:instrument:{code}:{number}"))


def draft(command: DraftInstrument) -> Instrument:
    """Write down a version; refuses repeated items and unknown dimensions."""
    faults = _item_faults(command.items)
    if faults:
        raise RefusedError("INVALID", "instrument_invalid", faults)
    if command.code == STANDARD_INSTRUMENT:
        raise RefusedError("CONFLICT", "instrument_reserved", instrument=command.code)
    return Instrument(
        id=instrument_id(command.code, command.number),
        code=command.code,
        number=command.number,
        title=command.title,
        scale_low=1,
        scale_high=command.scale_high,
        items=command.items,
    )


def publish(instrument: Instrument, at: datetime) -> Instrument:
    """Freeze a version for ever."""
    if instrument.state is not InstrumentState.DRAFT:
        raise RefusedError("CONFLICT", "instrument_frozen", instrument=instrument.code, version=instrument.number)
    return replace(instrument, state=InstrumentState.PUBLISHED, published_at=at)


def revise(instrument: Instrument, title: str, items: tuple[Item, ...]) -> Instrument:
    """Change a draft; refused once it is published."""
    if instrument.state is not InstrumentState.DRAFT:
        raise RefusedError("CONFLICT", "instrument_frozen", instrument=instrument.code, version=instrument.number)
    faults = _item_faults(items)
    if faults:
        raise RefusedError("INVALID", "instrument_invalid", faults)
    return replace(instrument, title=title, items=items)


def _item_faults(items: tuple[Item, ...]) -> list[Fault]:
    seen: set[str] = set()
    faults: list[Fault] = []
    for index, item in enumerate(items):
        if item.code in seen:
            faults.append(Fault(f"/items/{index}/code", "item_repeated", (("item", item.code),)))
        if item.dimension not in DIMENSIONS:
            faults.append(Fault(f"/items/{index}/dimension", "dimension_unknown", (("dimension", item.dimension),)))
        seen.add(item.code)
    return faults


def _standard() -> Instrument:
    malang = [Item(code=code, dimension=tag, text=text) for code, (tag, text) in MALANG_ITEMS.items()]
    values = [Item(code=code, dimension=code[:2], text=text) for code, text in BEHAVIOURS.items()]
    return Instrument(
        id=instrument_id(STANDARD_INSTRUMENT, 1),
        version=1,
        code=STANDARD_INSTRUMENT,
        number=1,
        title="Indeks perilaku: komunikasi, kepemimpinan, layanan dan BerAKHLAK",
        scale_low=1,
        scale_high=4,
        items=(*malang, *values),
        state=InstrumentState.PUBLISHED,
    )


# Every tenant has it from the first day, so that a baseline never waits for a questionnaire.
STANDARD: Final = _standard()
