"""Why a request is refused, without a word of HTTP: domain modules raise these, `problem` renders them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["INVALID", "NOT_FOUND", "CONFLICT", "STALE", "FORBIDDEN", "UNAVAILABLE"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong field: a JSON pointer (`/rows/3/number`), a stable code, values for the text."""

    pointer: str
    code: str
    values: tuple[tuple[str, str], ...] = ()


class RefusedError(Exception):
    """A command that the rules do not allow; `code` is stable and has a text in both languages."""

    def __init__(self, kind: Kind, code: str, faults: Sequence[Fault] = (), **values: object) -> None:
        super().__init__(code)
        self.kind = kind
        self.code = code
        self.faults = tuple(faults)
        self.values = {name: str(value) for name, value in values.items()}


class NotFoundError(RefusedError):
    """There is no such object in this tenant; another tenant's object looks exactly the same."""

    def __init__(self) -> None:
        super().__init__("NOT_FOUND", "not_found")


class StaleVersionError(RefusedError):
    """Somebody else changed the object first."""

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__("STALE", "stale_version", expected=expected, actual=actual)
