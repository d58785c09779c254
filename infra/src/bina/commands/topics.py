"""`bina topics`: what lies in each topic, and how far each reader has come."""

from dataclasses import dataclass

import click
from kafka.errors import KafkaError

from bina import layout as layouts
from bina.commands.output import console, json_option, table, write_json
from bina.engines import kafka_access
from bina.errors import NotRunningError
from bina.launcher.control import Platform
from bina.stack import Stack
from bina.stores import each_store, positions_of
from bina.topics import to_make


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicReport:
    """One topic: its records by partition, and what each reader has still to apply."""

    name: str
    records: int
    partitions: tuple[int, ...]
    lag: dict[str, int]


@click.command(
    epilog="""\b
Examples:
  bina topics
  bina topics registration.batch --json     with the count of each partition
  bina topics --dead-letters                what readers could not decode
"""
)
@click.argument("topic", required=False)
@click.option("--dead-letters", is_flag=True, help="Show the topics of undecodable records instead.")
@json_option
def topics(topic: str | None, *, dead_letters: bool, as_json: bool) -> int:
    """Show the records of each topic and the lag of each reader."""
    platform = Platform(layouts.find())
    stack = platform.stack()
    positions = each_store(platform, None, positions_of)
    names = [each.name for each in to_make(stack.topics) if each.name.endswith(".dlq") == dead_letters]
    chosen = [name for name in names if topic in (None, name)]
    reports = [_report(stack, name, ends, positions) for name, ends in _ends(stack, chosen).items()]
    if as_json:
        write_json(reports)
        return 0
    rows = [(report.name, str(report.records), str(len(report.partitions)), _lag(report)) for report in reports]
    console().print(table("Topics", ("topic", "records>", "partitions>", "readers' lag"), rows))
    return 0


def _report(
    stack: Stack, name: str, ends: tuple[int, ...], positions: dict[str, dict[tuple[str, int], int]]
) -> TopicReport:
    readers = next((each.readers for each in stack.topics if each.name == name), ())
    lag = {
        reader: sum(end - positions.get(reader, {}).get((name, number), 0) for number, end in enumerate(ends))
        for reader in readers
    }
    return TopicReport(name=name, records=sum(ends), partitions=ends, lag=lag)


def _ends(stack: Stack, names: list[str]) -> dict[str, tuple[int, ...]]:
    counts = {each.name: each.partitions for each in to_make(stack.topics) if each.name in names}
    try:
        admin = kafka_access.connect(stack.broker)
        try:
            return kafka_access.read_ends(admin, counts)
        finally:
            admin.close()
    except KafkaError as error:
        raise NotRunningError(f"Kafka does not answer: {error}", fix="bina status") from error


def _lag(report: TopicReport) -> str:
    return ", ".join(f"{reader} {records}" for reader, records in report.lag.items()) or "-"
