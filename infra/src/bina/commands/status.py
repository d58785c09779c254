"""`bina status`: each program with its readiness and reason, its backlog, and the memory of all."""

import click

from bina import layout as layouts
from bina.commands.output import console, json_option, table, write_json
from bina.errors import NotRunningError
from bina.figures import MEMORY_GOAL_MB, ProgramReport, observe
from bina.launcher.control import Platform
from bina.launcher.state import Phase, PlatformState

_NOT_READY = 1


@click.command(
    epilog="""\b
Examples:
  bina status
  bina status --json | jq '.programs[] | select(.is_ready | not)'
\b
Exit status: 0 all ready, 1 something is not, 3 not running.
Memory is the proportional share (PSS): shared pages count once.
"""
)
@json_option
def status(*, as_json: bool) -> int:
    """Show every program: readiness, outbox, lag, parked events, memory."""
    platform = Platform(layouts.find())
    state = platform.state()
    if state is None or state.phase in (Phase.STOPPED, Phase.FAILED):
        reason = state.reason if state else ""
        raise NotRunningError(f"the platform is not running{': ' + reason if reason else ''}", fix="bina up")
    reports = observe(platform, state)
    total = sum(report.memory_mb for report in reports)
    is_ready = state.phase is Phase.UP and all(report.is_ready for report in reports)
    if as_json:
        data = {"phase": state.phase, "is_ready": is_ready, "programs": reports}
        write_json({**data, "memory_mb": total, "memory_goal_mb": MEMORY_GOAL_MB, "ports": state.ports})
    else:
        _show(state, reports, total)
    return 0 if is_ready else _NOT_READY


def _show(state: PlatformState, reports: list[ProgramReport], total: int) -> None:
    out = console()
    ready = sum(report.is_ready for report in reports)
    title = f"Platform {state.phase}: {ready} of {len(reports)} programs ready"
    rows = [
        (report.name, str(report.pid or "-"), "yes" if report.is_ready else "no", str(report.memory_mb), _note(report))
        for report in reports
    ]
    out.print(table(title, ("program", "pid>", "ready", "MB>", "backlog or reason"), rows))
    out.print(f"\nMemory {total} MB in all, goal {MEMORY_GOAL_MB} MB")


def _note(report: ProgramReport) -> str:
    """Say what is worth a look; a program without a backlog and without trouble needs no words."""
    figures, parts = report.figures, list(report.reasons)
    if "outbox_rows" in figures:
        parts.append(f"outbox {figures['outbox_rows']:.0f}, oldest {figures.get('outbox_oldest_seconds', 0):.0f} s")
    if "lag_records" in figures:
        parts.append(f"lag {figures['lag_records']:.0f}, {figures.get('lag_seconds', 0):.0f} s")
    if parked := figures.get("parked", 0) + figures.get("outbox_parked", 0):
        parts.append(f"parked {parked:.0f}")
    if report.restarts:
        parts.append(f"restarted {report.restarts}x")
    return "; ".join(parts)
