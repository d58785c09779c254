"""`bina logs`: what the programs say, each line with the name of its program."""

import sys
import time
from collections import deque
from pathlib import Path

import click

from bina import layout as layouts
from bina.commands.output import json_option, write_json
from bina.errors import ConfigurationError, NotRunningError
from bina.launcher.running import LogFollower
from bina.layout import Layout


@click.command(
    epilog="""\b
Examples:
  bina logs                        the last lines of every program
  bina logs -n 100 kafka           more of one program
  bina logs -f curriculum          follow all processes of a service
"""
)
@click.argument("program", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on showing new lines until Ctrl-C.")
@click.option("-n", "--lines", default=10, show_default=True, type=click.IntRange(0, 100_000), help="Per program.")
@json_option
def logs(program: str | None, *, follow: bool, lines: int, as_json: bool) -> int:
    """Show the stored logs; the name of a service means all its processes."""
    layout = layouts.find()
    files = _files(layout, program)
    last = {path.stem: _last(path, lines) for path in files}
    if as_json:
        write_json(last)
        return 0
    following = LogFollower(layout, sys.stdout, names=(program,) if program else ())
    for name, rows in last.items():
        for row in rows:
            click.echo(f"{name:<24} | {row}")
    while follow:
        following.follow()
        time.sleep(0.2)
    return 0


def _files(layout: Layout, program: str | None) -> list[Path]:
    found = sorted(layout.log.glob("*.log"))
    if not found:
        raise NotRunningError("there are no logs yet", fix="bina up")
    named = [path for path in found if not program or path.stem == program or path.stem.startswith(f"{program}.")]
    if not named:
        raise ConfigurationError(f"no program {program}", fix=f"one of: {', '.join(path.stem for path in found)}")
    return named


def _last(path: Path, lines: int) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        return [row.rstrip("\n") for row in deque(file, maxlen=lines)]
