"""The report shows the same figures on a terminal, as data and as a page, and fails on the one that differs."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rich.console import Console

from bina.demo.report.checking import check_figures
from bina.demo.report.model import Figure, Report
from bina.demo.report.page import render_page
from bina.demo.report.plain import to_plain
from bina.demo.report.terminal import print_report
from bina.demo.report.wording import write

EXPECTED = {"a.jp": "15524", "a.CAMAT": "11"}


def printed(report: Report, expected: dict[str, str], lang: str = "id", width: int = 80) -> str:
    report = replace(report, checks=check_figures(report.figures(), expected))
    sink = io.StringIO()
    print_report(Console(file=sink, width=width, force_terminal=False), report, lang)
    return sink.getvalue()


def test_numbers_and_periods_are_written_in_the_language(report: Report) -> None:
    assert "15.524" in printed(report, EXPECTED)
    assert "16–18 Mei 2025" in printed(report, EXPECTED)
    assert "15,524" in printed(report, EXPECTED, "en")
    assert "disembunyikan" in printed(report, EXPECTED)


def test_the_terminal_report_fits_eighty_columns(report: Report) -> None:
    tables = [line for line in printed(report, EXPECTED).splitlines() if not line.startswith("·")]
    assert max(len(line) for line in tables) <= 80


def test_every_kind_of_figure_says_its_origin_once(report: Report) -> None:
    text = " ".join(printed(report, EXPECTED, width=400).split())
    assert text.count("[registration /v1/figures, 2026-01-02T03:04:05Z]") == 1


def test_a_figure_that_differs_is_named(report: Report) -> None:
    text = printed(report, {**EXPECTED, "a.CAMAT": "12"})
    assert "1/2" in text
    assert "a.CAMAT: diharapkan 12, ditemukan 11" in text


def test_an_expectation_without_a_figure_fails(report: Report) -> None:
    (check,) = check_figures(report.figures(), {"a.nothing": "1"})
    assert not check.agrees
    assert check.found is None


def test_a_figure_shown_two_ways_fails(report: Report) -> None:
    figures = [*report.figures(), replace(next(report.figures()), value=1)]
    (check,) = check_figures(figures, {"a.jp": "15524"})
    assert (check.agrees, check.found) == (False, "1 | 15524")


def test_the_data_holds_every_figure_with_its_provenance(report: Report) -> None:
    data = json.loads(json.dumps(to_plain(replace(report, checks=check_figures(report.figures(), EXPECTED)))))
    assert data["figures"]["a.jp"]["value"] == 15524
    assert data["figures"]["a.jp"]["source"] == "registration /v1/figures"
    assert data["figures"]["a.jp"]["as_of"] == "2026-01-02T03:04:05Z"
    assert data["agrees"] is True


class Outside(HTMLParser):
    """Collects what a page would fetch and whether its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "object"}:
            self.fetched.append(tag)
        if tag not in {"meta", "br", "path"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "path"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_page_stands_alone_and_is_well_formed(report: Report, lang: str) -> None:
    page = render_page(report, lang)
    parser = Outside()
    parser.feed(page)
    assert parser.fetched == []
    assert parser.open == []
    assert f'<html lang="{lang}">' in page
    assert not re.search(r"url\(|@import", page)


def test_the_page_escapes_what_it_shows(report: Report) -> None:
    page = render_page(report, "id")
    assert "<b>Camat</b>" not in page
    assert "&lt;b&gt;Camat&lt;/b&gt;" in page


def test_the_page_marks_the_figure_that_differs(report: Report) -> None:
    wrong = replace(report, checks=check_figures(report.figures(), {"a.CAMAT": "12"}))
    assert "11 ≠ 12" in render_page(wrong, "id")


def test_secrets_stay_out_of_the_page_and_the_data(report: Report) -> None:
    assert ">open<" not in render_page(report, "id")
    assert "open" not in json.dumps(to_plain(report))


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        ("2025-10-12", "12 Okt 2025", "12 Oct 2025"),
        ("2025-07-01/2025-07-01", "1 Jul 2025", "1 Jul 2025"),
        ("2025-09-30/2025-10-02", "30 Sep–2 Okt 2025", "30 Sep–2 Oct 2025"),
        ("2025-12-30/2026-01-02", "30 Des 2025–2 Jan 2026", "30 Dec 2025–2 Jan 2026"),
        ("+0.29", "+0,29", "+0.29"),
        ("53.04", "53.04", "53.04"),
        ("VENUE_UNAVAILABLE", "tempat tidak tersedia", "venue not available"),
        ("WALI_KOTA", "WALI_KOTA", "WALI_KOTA"),
    ],
)
def test_values_are_written_for_people(report: Report, value: str, indonesian: str, english: str) -> None:
    figure = Figure("x", value, next(report.figures()).provenance)
    assert (write(figure, "id"), write(figure, "en")) == (indonesian, english)
