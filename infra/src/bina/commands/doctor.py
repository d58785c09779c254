"""`bina doctor`: everything that can be wrong with this machine or this platform, each with its fix."""

import click

from bina import layout as layouts
from bina.checks import Finding, examine
from bina.commands.output import console, json_option, table, write_json
from bina.launcher.control import Platform

_SIGNS = {"ok": "ok", "warn": "!", "fail": "FAIL"}


@click.command(
    epilog="""\b
Examples:
  bina doctor
  bina doctor --json
\b
Exit status: 0 nothing stands in the way, 1 something does.
"""
)
@json_option
def doctor(*, as_json: bool) -> int:
    """Check the machine, the installation and the platform, and name what repairs it."""
    found = examine(Platform(layouts.find()))
    if as_json:
        write_json(found)
    else:
        console().print(table("", ("", "check", "finding"), [_row(finding) for finding in found]))
    return 1 if any(finding.grade == "fail" for finding in found) else 0


def _row(finding: Finding) -> tuple[str, str, str]:
    return _SIGNS[finding.grade], finding.subject, finding.text + (f"\n→ {finding.fix}" if finding.fix else "")
