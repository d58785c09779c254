"""`bina outbox`: the events of each service that Kafka does not have yet."""

import click

from bina import layout as layouts
from bina.commands.output import console, json_option, table, write_json
from bina.launcher.control import Platform
from bina.stores import each_store, outbox_of


@click.command(
    epilog="""\b
Examples:
  bina outbox
  bina outbox --json registration
"""
)
@click.argument("service", required=False)
@json_option
def outbox(service: str | None, *, as_json: bool) -> int:
    """Show how many events wait to be published, and the age of the oldest."""
    reports = list(each_store(Platform(layouts.find()), service, outbox_of).values())
    if as_json:
        write_json(reports)
        return 0
    rows = [
        (
            report.service,
            str(report.rows),
            f"{report.oldest_seconds:.0f}",
            str(report.parked),
            ", ".join(f"{topic} {count}" for topic, count in report.by_topic.items()),
        )
        for report in reports
    ]
    console().print(table("Events not yet published", ("service", "rows>", "oldest s>", "parked>", "by topic"), rows))
    return 0
