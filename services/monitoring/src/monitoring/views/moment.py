"""The clock of the views: the only place of this service that asks for the time."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """Give the moment in whole milliseconds, which is what the store keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def today() -> date:
    """Give the day in UTC."""
    return now().date()
