"""What a report is made of, apart from how it is shown and from where it comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


class Text(NamedTuple):
    """One text in Bahasa Indonesia and English."""

    id: str
    en: str

    def pick(self, lang: str) -> str:
        """Give the text in a language."""
        return self.en if lang == "en" else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a figure means, who said it and when."""

    definition: str  # a key of texts.DEFINITIONS
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One value that the report answers for; the key names it in the expectations."""

    key: str
    value: int | str
    provenance: Provenance


Cell: TypeAlias = Text | Figure | int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column; numbers stand on the right."""

    title: Text
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells under their heads."""

    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar; a hidden one has no value."""

    label: str
    value: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Quantities side by side."""

    title: Text
    bars: tuple[Bar, ...]
    unit: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period on a time line, as planned or as it was."""

    start: str
    end: str
    is_plan: bool
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One row of a time line."""

    label: str
    spans: tuple[Span, ...]
    marks: tuple[tuple[str, str], ...] = ()  # date, label


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Periods and due dates along one axis."""

    title: Text
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series over the measuring times; None where nothing may be shown."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Series over the same measuring times, on a known scale."""

    title: Text
    times: tuple[str, ...]
    lines: tuple[Line, ...]
    low: float
    high: float


Block: TypeAlias = Table | Bars | Timeline | Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report."""

    key: str
    title: Text
    blocks: tuple[Block, ...]
    intro: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A figure beside what the examples say it must be; a missing side is None."""

    key: str
    expected: str | None
    found: str | None

    @property
    def agrees(self) -> bool:
        return self.expected == self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A demo account."""

    account: str
    secret: str
    may: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """How to go on from the report: addresses, demo logins, how to stop."""

    addresses: tuple[tuple[str, str], ...] = ()
    logins: tuple[Login, ...] = ()
    stop: str = "bina down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a run shows."""

    made_at: str
    scale: str
    headline: tuple[tuple[Text, Figure], ...]
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()
    doors: Doors = Doors()

    @property
    def agrees(self) -> bool:
        return all(check.agrees for check in self.checks)

    def figures(self) -> Iterator[Figure]:
        """Yield every figure, in order of appearance."""
        yield from (figure for _, figure in self.headline)
        for section in self.sections:
            yield from figures_of(section)


def figures_of(section: Section) -> Iterator[Figure]:
    """Yield the figures in the tables of a section."""
    for block in section.blocks:
        if isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row if isinstance(cell, Figure))
