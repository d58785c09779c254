"""How every command shows what it found: a table for people, JSON for programs, errors on stderr."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, is_dataclass
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bina.errors import OperatorError

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """Give a command the switch for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON for programs instead of text.")(command)


def console() -> Console:
    """Open the terminal; without one, lines are 80 columns wide and carry no colour."""
    return Console(highlight=False, soft_wrap=False)


def write_json(data: Any) -> None:
    """Write one JSON document to stdout."""
    sys.stdout.write(json.dumps(data, indent=2, default=_plain, ensure_ascii=False) + "\n")


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    """Lay out rows; columns whose name ends in `>` are figures and stand on the right."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        is_figure = column.endswith(">")
        made.add_column(column.rstrip(">"), justify="right" if is_figure else "left", overflow="fold")
    for row in rows:
        made.add_row(*[Text(cell) for cell in row])
    return made


def report_error(error: OperatorError, status: int, *, is_json: bool) -> int:
    """Say what is wrong and what to do about it; gives the exit status."""
    if is_json:
        write_json({"error": str(error), "fix": error.fix or None})
        return status
    sys.stderr.write(f"bina: {error}\n" + (f"  fix: {error.fix}\n" if error.fix else ""))
    return status


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)
