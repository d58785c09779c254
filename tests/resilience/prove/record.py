"""The ledger of requests: what was asked, what was answered and when, in a file outside the system under test."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

IN_FLIGHT = "request_in_flight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """Something a caller wants once, however often it must be sent; `kind` is the collection that it changes."""

    id: str
    key: str
    tenant: str
    role: str
    service: str
    method: str
    path: str
    kind: str
    body: Any = None
    version: int | None = None  # sent as If-Match
    marker: str = ""  # a text that only what this makes will hold
    amount: int = 0  # rows of a bulk request


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sending of an intention and what came back; status 0 when nothing did."""

    intention: Intention
    number: int
    sent: float
    answered: float
    digest: str
    status: int = 0
    code: str = ""
    version: int | None = None
    made: str = ""
    rows: tuple[str, ...] = ()
    replayed: bool = False
    answer: str = ""  # hash of the answer's body
    seen: tuple[str, ...] = field(default=())  # every id in the answer

    @property
    def is_success(self) -> bool:
        """Say whether this was acknowledged."""
        return 200 <= self.status < 300

    @property
    def is_final(self) -> bool:
        """Say whether the answer tells for certain what became of the intention."""
        return 0 < self.status < 500 and self.status != 429 and self.code != IN_FLIGHT


class Ledger:
    """All attempts, in memory for the checker and appended to a file before anything else is done with them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.attempts: list[Attempt] = []
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")

    def write(self, attempt: Attempt) -> None:
        """Append one attempt."""
        line = json.dumps(asdict(attempt), separators=(",", ":"), default=str)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()
            self.attempts.append(attempt)

    def close(self) -> None:
        """End the file."""
        self._file.close()

    def snapshot(self) -> list[Attempt]:
        """Give what is written so far."""
        with self._lock:
            return list(self.attempts)

    def by_intention(self) -> Iterator[tuple[Intention, list[Attempt]]]:
        """Group the attempts of each intention, in their order."""
        groups: dict[str, list[Attempt]] = {}
        for each in self.snapshot():
            groups.setdefault(each.intention.id, []).append(each)
        for attempts in groups.values():
            yield attempts[0].intention, attempts
