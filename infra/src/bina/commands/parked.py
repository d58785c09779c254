"""`bina parked`: events that were set aside with their reason, and their release for another try."""

import click

from bina import layout as layouts
from bina.commands.output import console, json_option, table, write_json
from bina.launcher.control import Platform
from bina.stores import ParkedEvent, each_store, parked_of, retry

_AT_MOST = 1000


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  bina parked                                  list what is set aside
  bina parked --service monitoring --json
  bina parked retry --service monitoring       try one reader's again
  bina parked retry --key 74.71/0190f0c2-…     try one aggregate again
""",
)
@click.option("--service", help="Only this service.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, _AT_MOST), help="At most so many.")
@json_option
@click.pass_context
def parked(context: click.Context, service: str | None, limit: int, *, as_json: bool) -> None:
    """List events that readers set aside or that Kafka refused; never their content."""
    if context.invoked_subcommand:
        return
    lists = each_store(Platform(layouts.find()), service, lambda database: parked_of(database, limit))
    events = [event for found in lists.values() for event in found]
    if as_json:
        write_json(events)
        return
    rows = [(event.service, event.topic, event.key, str(event.sequence or "-"), _why(event)) for event in events]
    shown = table("Events set aside", ("service", "topic", "key", "no.>", "reason"), rows)
    console().print(shown if rows else "Nothing is parked.")


@parked.command("retry")
@click.option("--service", help="Only this service.")
@click.option("--key", help="Only this aggregate, as in the list.")
@json_option
def again(service: str | None, key: str | None, *, as_json: bool) -> int:
    """Let parked events be tried again now instead of at their next turn."""
    counts = each_store(Platform(layouts.find()), service, lambda database: retry(database, key))
    released = sum(counts.values())
    if as_json:
        write_json({"released": released})
    else:
        console().print(f"{released} event(s) will be tried again now.")
    return 0


def _why(event: ParkedEvent) -> str:
    return " ".join(part for part in (event.reason, event.detail, f"({event.attempts} tries)") if part)
