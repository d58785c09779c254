"""Lays out the plots: geometry only, no colour; the page's style sheet gives the classes their look."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from bina.demo.report.model import Bars, Lane, Lines, Timeline
from bina.demo.report.wording import MONTHS, write, write_period

WIDTH: Final = 720
LABELS: Final = 190  # room on the left for the names of bars and lanes
ROW: Final = 28
MARGIN: Final = 12
DAYS_OF_SHORT_AXIS: Final = 40  # up to here the ticks are days, beyond it months
NARROWEST: Final = 6.0
MARKED_ROW: Final = 44  # a lane with marks has their names above and below it


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One mark of a plot; `text` is written, or told as a tooltip where the shape is no text."""

    kind: Literal["rect", "text", "path", "dot"]
    look: str
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    text: str = ""
    anchor: Literal["start", "middle", "end"] = "start"
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A plot ready to be written as SVG."""

    title: str
    height: float
    shapes: tuple[Shape, ...]
    width: float = WIDTH


Plot: TypeAlias = Bars | Timeline | Lines


def draw(plot: Plot, lang: str) -> Drawing:
    """Lay out any plot."""
    if isinstance(plot, Bars):
        return _draw_bars(plot, lang)
    if isinstance(plot, Timeline):
        return _draw_timeline(plot, lang)
    return _draw_lines(plot, lang)


def _draw_bars(bars: Bars, lang: str) -> Drawing:
    highest = max((bar.value or 0 for bar in bars.bars), default=0) or 1
    room = WIDTH - LABELS - 90
    shapes: list[Shape] = []
    for row, bar in enumerate(bars.bars):
        middle = MARGIN + row * ROW + ROW / 2
        shapes.append(Shape(kind="text", look="name", x=LABELS - 10, y=middle + 4, text=bar.label, anchor="end"))
        if bar.value is None:
            hidden = "disembunyikan (< 5)" if lang == "id" else "hidden (< 5)"
            shapes.append(Shape(kind="text", look="quiet", x=LABELS + 4, y=middle + 4, text=hidden))
            continue
        length = max(room * bar.value / highest, 1.0)
        shown = write(bar.value, lang)
        tooltip = f"{bar.label}: {shown}"
        shapes.append(Shape(kind="rect", look="bar", x=LABELS, y=middle - 9, width=length, height=18, text=tooltip))
        shapes.append(Shape(kind="text", look="value", x=LABELS + length + 6, y=middle + 4, text=shown))
    title = f"{bars.title.pick(lang)} ({bars.unit.pick(lang)})"
    return Drawing(title=title, height=2 * MARGIN + ROW * len(bars.bars), shapes=tuple(shapes))


@dataclass(frozen=True, slots=True)
class _Axis:
    first: date
    last: date

    def x(self, day: date) -> float:
        room = WIDTH - LABELS - 24
        return LABELS + room * (day - self.first).days / max((self.last - self.first).days, 1)


def _draw_timeline(timeline: Timeline, lang: str) -> Drawing:
    days = [date.fromisoformat(day) for lane in timeline.lanes for day in _days(lane)]
    axis = _Axis(min(days) - timedelta(days=1), max(days) + timedelta(days=2))
    row = MARKED_ROW if any(lane.marks for lane in timeline.lanes) else ROW
    bottom = MARGIN + row * len(timeline.lanes)
    shapes = _ticks(axis, bottom, lang)
    for place, lane in enumerate(timeline.lanes):
        shapes += _lane(lane, MARGIN + place * row + row / 2, axis, lang)
    return Drawing(title=timeline.title.pick(lang), height=bottom + 26, shapes=tuple(shapes))


def _days(lane: Lane) -> list[str]:
    return [day for span in lane.spans for day in (span.start, span.end)] + [day for day, _ in lane.marks]


def _ticks(axis: _Axis, bottom: float, lang: str) -> list[Shape]:
    is_short = (axis.last - axis.first).days <= DAYS_OF_SHORT_AXIS
    shapes: list[Shape] = []
    day = axis.first
    while day <= axis.last:
        if is_short or day.day == 1:
            x = axis.x(day)
            shown = str(day.day) if is_short else MONTHS[lang][day.month - 1]
            shapes.append(Shape(kind="path", look="tick", path=f"M{x:.1f} {MARGIN}V{bottom}"))
            shapes.append(Shape(kind="text", look="axis", x=x, y=bottom + 16, text=shown, anchor="middle"))
        day += timedelta(days=1)
    return shapes


def _lane(lane: Lane, middle: float, axis: _Axis, lang: str) -> list[Shape]:
    shapes = [Shape(kind="text", look="name", x=LABELS - 10, y=middle + 4, text=lane.label, anchor="end")]
    for span in lane.spans:
        left = axis.x(date.fromisoformat(span.start))
        right = axis.x(date.fromisoformat(span.end) + timedelta(days=1))
        tooltip = f"{span.label}: {write_period(span.start, span.end, lang)}"
        look = "plan" if span.is_plan else "held"
        width = max(right - left, NARROWEST)
        height = 18 if span.is_plan else 12
        shapes.append(
            Shape(kind="rect", look=look, x=left, y=middle - height / 2, width=width, height=height, text=tooltip)
        )
    for place, (day, label) in enumerate(lane.marks):
        x = axis.x(date.fromisoformat(day))
        beside = middle - 9 if place % 2 else middle + 18  # neighbours may be close
        dot = Shape(kind="dot", look="due", x=x, y=middle, text=f"{label}: {write(day, lang)}")
        shapes += [dot, Shape(kind="text", look="mark", x=x, y=beside, text=label, anchor="middle")]
    return shapes


def _draw_lines(lines: Lines, lang: str) -> Drawing:
    height, left, right = 220.0, 40.0, WIDTH - LABELS
    shapes: list[Shape] = []

    def y(value: float) -> float:
        return height - (height - MARGIN) * (value - lines.low) / (lines.high - lines.low)

    step = (right - left) / max(len(lines.times) - 1, 1)
    for index, time in enumerate(lines.times):
        x = left + index * step
        shapes.append(Shape(kind="path", look="tick", path=f"M{x:.1f} {MARGIN}V{height}"))
        shapes.append(Shape(kind="text", look="axis", x=x, y=height + 18, text=time, anchor="middle"))
    shapes += [
        Shape(kind="text", look="axis", x=left - 8, y=y(mark) + 4, text=f"{mark:g}", anchor="end")
        for mark in (lines.low, (lines.low + lines.high) / 2, lines.high)
    ]
    ends: list[tuple[float, int, str]] = []
    for number, line in enumerate(lines.lines):
        points = [(left + at * step, y(value)) for at, value in enumerate(line.values) if value is not None]
        path = "M" + "L".join(f"{x:.1f} {at:.1f}" for x, at in points)
        shapes.append(Shape(kind="path", look=f"line s{number}", path=path if points else "", text=line.label))
        shapes += [Shape(kind="dot", look=f"point s{number}", x=x, y=at, text=line.label) for x, at in points]
        if points:
            ends.append((points[-1][1], number, line.label))
    shapes += _end_labels(ends, right + 12)
    return Drawing(title=lines.title.pick(lang), height=height + 30, shapes=tuple(shapes))


def _end_labels(ends: list[tuple[float, int, str]], x: float) -> list[Shape]:
    shapes: list[Shape] = []
    lowest = -1e9
    for wanted, number, label in sorted(ends):
        lowest = max(wanted, lowest + 16)  # labels of close lines must not cover each other
        shapes.append(Shape(kind="text", look=f"name s{number}", x=x, y=lowest + 4, text=label))
    return shapes
