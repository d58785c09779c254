"""Turns a report into plain data for `--json`: every figure with its provenance and its check."""

from typing import Any

from bina.demo.report import texts
from bina.demo.report.model import Figure, Report, Section, Table, Text


def to_plain(report: Report) -> dict[str, Any]:
    """Give the whole report as data that json can write."""
    expected = {check.key: check for check in report.checks}
    return {
        "made_at": report.made_at,
        "scale": report.scale,
        "agrees": report.agrees,
        "figures": {figure.key: _figure(figure) for figure in report.figures()},
        "checks": {
            key: {"expected": check.expected, "found": check.found, "agrees": check.agrees}
            for key, check in expected.items()
        },
        "sections": [_section(section) for section in report.sections],
        "addresses": dict(report.doors.addresses),
        "logins": [login.account for login in report.doors.logins],
        "stop": report.doors.stop,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    origin = figure.provenance
    return {
        "value": figure.value,
        "as_of": origin.as_of,
        "definition": texts.DEFINITIONS[origin.definition].en,
        "source": origin.source,
    }


def _section(section: Section) -> dict[str, Any]:
    tables = [block for block in section.blocks if isinstance(block, Table)]
    return {
        "key": section.key,
        "title": section.title.en,
        "tables": [
            {
                "title": table.title.en,
                "columns": [column.title.en for column in table.columns],
                "rows": [[_cell(cell) for cell in row] for row in table.rows],
            }
            for table in tables
        ],
    }


def _cell(cell: object) -> Any:
    if isinstance(cell, Figure):
        return {"figure": cell.key, "value": cell.value}
    return cell.en if isinstance(cell, Text) else cell
