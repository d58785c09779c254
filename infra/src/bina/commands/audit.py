"""`bina audit`: who did what in a service, and whether anybody has changed that since."""

import click

from bina import audits
from bina import layout as layouts
from bina.audits import AuditReport
from bina.commands.output import console, json_option, table, write_json
from bina.launcher.control import Platform
from bina.stores import each_store

_AT_MOST = 1000


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  bina audit                                list the newest entries
  bina audit --service registration --json
  bina audit verify                         compare every log with its anchors
""",
)
@click.option("--service", help="Only this service.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, _AT_MOST), help="At most so many.")
@json_option
@click.pass_context
def audit(context: click.Context, service: str | None, limit: int, *, as_json: bool) -> None:
    """List who did what or was refused; ids and codes only."""
    if context.invoked_subcommand:
        return
    lists = each_store(Platform(layouts.find()), service, lambda database: audits.newest(database, limit))
    if as_json:
        write_json(lists)
        return
    rows = [
        (name, str(row["_id"]), row["at"], row["tenant"], row["subject"], row["action"], str(row["status"]))
        for name, found in lists.items()
        for row in found
    ]
    shown = table("Audit log", ("service", "no.>", "at", "tenant", "subject", "action", "status>"), rows)
    console().print(shown if rows else "No entry is sealed yet.")


@audit.command("verify")
@click.option("--service", help="Only this service.")
@json_option
def check(service: str | None, *, as_json: bool) -> int:
    """Follow each chain and compare it with its anchors in Kafka; status 1 names the first bad entry."""
    reports = audits.verify(Platform(layouts.find()), service)
    if as_json:
        write_json(reports)
    else:
        rows = [(r.service, str(r.entries), str(r.anchored), str(r.pending), _verdict(r)) for r in reports]
        console().print(table("Audit logs", ("service", "entries>", "anchored up to>", "pending>", "verdict"), rows))
    return int(any(report.fault for report in reports))


def _verdict(report: AuditReport) -> str:
    return "holds" if report.fault is None else f"{report.fault} at entry {report.bad_entry}"
