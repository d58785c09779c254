"""Shows a report as tables on a terminal, 80 columns wide where the terminal has no more."""

from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as Words

from bina.demo.report import texts
from bina.demo.report.model import Bars, Figure, Report, Section, Table, figures_of
from bina.demo.report.origins import origins_of
from bina.demo.report.wording import HIDDEN, write

BAR_WIDTH = 24


def print_report(console: Console, report: Report, lang: str) -> None:
    """Print every section, the checks and how to go on."""
    console.print(Words(texts.TITLE.pick(lang), style="bold"), Words(f"  {report.made_at}", style="dim"))
    console.print(_pairs((label.pick(lang), write(figure, lang)) for label, figure in report.headline))
    for section in report.sections:
        console.print(_section(section, lang))
    console.print(_checks(report, lang))
    console.print(_doors(report, lang))


def _section(section: Section, lang: str) -> RenderableType:
    parts: list[RenderableType] = [Words(f"\n{section.title.pick(lang)}", style="bold underline")]
    if section.intro:
        parts.append(Words(section.intro.pick(lang)))
    for block in section.blocks:
        if isinstance(block, Table):
            parts.append(_table(block, lang))
        elif isinstance(block, Bars):
            parts.append(_bars(block, lang))
    parts += [Words(line, style="dim") for line in origin_lines(figures_of(section), lang)]
    return Group(*parts)


def _table(table: Table, lang: str) -> RenderableType:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(table.columns):
        justify: Literal["left", "right"] = "right" if column.is_number else "left"
        grid.add_column(column.title.pick(lang), justify=justify, overflow="fold", no_wrap=place == 0)
    for row in table.rows:
        grid.add_row(*(_cell(write(cell, lang), cell) for cell in row))
    parts: list[RenderableType] = [Words(f"\n{table.title.pick(lang)}", style="italic"), grid]
    if table.note is not None:
        parts.append(Words(table.note.pick(lang), style="dim"))
    return Group(*parts)


def _cell(shown: str, cell: object) -> Words:
    value = cell.value if isinstance(cell, Figure) else cell
    return Words(shown, style="dim" if value == HIDDEN else "")


def _bars(bars: Bars, lang: str) -> RenderableType:
    grid = Grid.grid(padding=(0, 1))
    highest = max((bar.value or 0 for bar in bars.bars), default=0) or 1
    for bar in bars.bars:
        length = round(BAR_WIDTH * (bar.value or 0) / highest)
        grid.add_row(bar.label, "█" * length, "–" if bar.value is None else write(bar.value, lang))
    return Padding(
        Group(Words(f"{bars.title.pick(lang)} ({bars.unit.pick(lang)})", style="italic"), grid), (0, 0, 1, 1)
    )


def origin_lines(figures: Iterable[Figure], lang: str) -> list[str]:
    """Write the origins of figures, one to a line."""
    return [
        f"· {texts.DEFINITIONS[origin.definition].pick(lang)} [{origin.source}, {origin.as_of}]"
        for origin in origins_of(figures)
    ]


def _checks(report: Report, lang: str) -> RenderableType:
    wrong = [check for check in report.checks if not check.agrees]
    counted = f"{len(report.checks) - len(wrong)}/{len(report.checks)}"
    style = "bold red" if wrong else "bold green"
    sign = "✗" if wrong else "✓"
    lines: list[RenderableType] = [Words(f"\n{sign} {texts.CHECKS.pick(lang)}: {counted}", style=style)]
    lines += [
        Words(f"  {check.key}: {texts.EXPECTED.pick(lang)} {check.expected}, {texts.FOUND.pick(lang)} {check.found}")
        for check in wrong
    ]
    return Group(*lines)


def _doors(report: Report, lang: str) -> RenderableType:
    doors = report.doors
    lines: list[RenderableType] = [Words(f"\n{texts.GO_ON.pick(lang)}", style="bold")]
    lines.append(_pairs(doors.addresses))
    lines.append(_pairs((f"{login.account} / {login.secret}", login.may.pick(lang)) for login in doors.logins))
    lines.append(Words(f"{texts.STOP.pick(lang)}: {doors.stop}"))
    return Group(*lines)


def _pairs(pairs: Iterable[tuple[str, str]]) -> RenderableType:
    grid = Grid.grid(padding=(0, 2))
    for name, value in pairs:
        grid.add_row(Words(name), Words(value))
    return Padding(grid, (0, 0, 0, 1))
