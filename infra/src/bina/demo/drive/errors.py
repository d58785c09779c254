"""Why a run cannot go on, in words that name the request."""

from typing import Any


class DriveError(Exception):
    """The run stops here."""


class UnavailableError(DriveError):
    """Nobody answers, or not yet; worth another try with the same key."""


class RefusedError(DriveError):
    """A service refused a request of the examples."""

    def __init__(self, request: str, status: int, code: str, detail: Any) -> None:
        super().__init__(f"{request} was refused: {status} {code} {detail}")
        self.request = request
        self.status = status
        self.code = code


class TooLateError(DriveError):
    """What was waited for has not happened in time."""


class RowsError(DriveError):
    """A bulk request had rows that were refused."""

    def __init__(self, request: str, rows: list[Any]) -> None:
        shown = "; ".join(str(row) for row in rows[:3])
        super().__init__(f"{request}: {len(rows)} rows were refused, such as {shown}")
        self.rows = rows
