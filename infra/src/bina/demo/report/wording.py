"""Writes numbers, dates and periods as people read them in each language."""

import re
from datetime import date
from typing import Final

from bina.demo.report import texts
from bina.demo.report.model import Cell, Figure, Text

MONTHS: Final = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
PERIOD: Final = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})\Z")
DECIMAL: Final = re.compile(r"[+-]\d+\.\d+\Z")  # a region code has dots too, but no sign
HIDDEN: Final = "HIDDEN"


def write(cell: Cell, lang: str) -> str:
    """Write one cell; a known code is put into words."""
    value = cell.value if isinstance(cell, Figure) else cell
    if isinstance(value, Text):
        return value.pick(lang)
    if isinstance(value, int):
        return write_number(value, lang)
    return _write_text(value, lang)


def write_number(value: int, lang: str) -> str:
    """Group thousands by the language's sign."""
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "id" else text


def _write_text(value: str, lang: str) -> str:
    if DECIMAL.match(value) and lang == "id":
        return value.replace(".", ",")
    if DAY.match(value):
        return write_day(value, lang)
    if period := PERIOD.match(value):
        return write_period(period[1], period[2], lang)
    return texts.of(value).pick(lang)


def write_day(value: str, lang: str) -> str:
    """Write an ISO date."""
    day = date.fromisoformat(value)
    return f"{day.day} {MONTHS[lang][day.month - 1]} {day.year}"


def write_period(start: str, end: str, lang: str) -> str:
    """Write a period without repeating month and year."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first == last:
        return write_day(end, lang)
    head = f"{first.day}"
    if (first.month, first.year) != (last.month, last.year):
        head += f" {MONTHS[lang][first.month - 1]}"
    if first.year != last.year:
        head += f" {first.year}"
    return f"{head}–{write_day(end, lang)}"
