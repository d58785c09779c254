"""What the stages of one programme share: its data, its people, the callers, and the ids that services gave out."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from bina.demo.drive.access import Caller
from bina.demo.drive.client import Client
from bina.demo.drive.errors import RefusedError, RowsError
from bina.demo.drive.progress import Track
from bina.demo.drive.waiting import until
from bina.demo.example.model import Batch, Programme, Tenant
from bina.demo.example.roster import BatchRoster, UnitEntry

CHUNK: Final = 200  # rows of one bulk request
BATCH_VIEWS: Final = {"curriculum": "/v1/batches/{}", "monitoring": "/v1/batches/{}/monitoring"}


class Staff:
    """The callers of one tenant, one for each role."""

    def __init__(self, tenant: str, connect: Callable[[Caller], Client]) -> None:
        self._tenant = tenant
        self._connect = connect
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()

    def role(self, name: str) -> Client:
        """Give the client of the tenant's person in that role."""
        with self._lock:
            return self._clients.setdefault(name, self._connect(Caller(self._tenant, name)))

    @property
    def admin(self) -> Client:
        return self.role("tenant_admin")

    @property
    def manager(self) -> Client:
        return self.role("programme_manager")

    @property
    def curriculum(self) -> Client:
        return self.role("curriculum_manager")

    @property
    def evaluator(self) -> Client:
        return self.role("evaluator")


class People:
    """The pseudonyms of people who are already registered, shared by the programmes of a tenant."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def learn(self, ref: str, person: str) -> None:
        """Remember a person."""
        with self._lock:
            self._known[ref] = person

    def find(self, ref: str) -> str | None:
        """Give the pseudonym, if the person is known."""
        with self._lock:
            return self._known.get(ref)

    def wait(self, ref: str) -> str:
        """Give the pseudonym as soon as another programme has registered the person."""
        return until(f"the person {ref}", lambda: self.find(ref))


@dataclass(slots=True, kw_only=True)
class BatchWork:
    """One batch on its way; `enrolments` maps a person or unit of the examples to its enrolment."""

    batch: Batch
    roster: BatchRoster
    id: str = ""
    enrolments: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.batch.key

    @property
    def heads(self) -> int:
        """How many people there are, delegates counted one by one."""
        return len(self.roster.everyone)

    @property
    def seats(self) -> int:
        """How many enrolments there are; a unit is one."""
        return len(self.roster.people) + len(self.roster.delegations)

    @property
    def last_day(self) -> date:
        return self.batch.completed.day


@dataclass(kw_only=True)
class Work:
    """One programme on its way."""

    programme: Programme
    tenant: Tenant
    entries: Sequence[UnitEntry]
    batches: Sequence[BatchWork]
    staff: Staff
    units: Mapping[str, str]
    people: People
    track: Track
    id: str = ""
    curriculum: tuple[str, int] = ("", 0)  # its id and the number of the published version

    @property
    def code(self) -> str:
        return self.programme.code

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tenant.time_zone)

    def instant(self, day: date, at: time = time(9)) -> str:
        """Write a local day and time as an instant."""
        return datetime.combine(day, at, self.zone).astimezone(UTC).isoformat()

    def known_in(self, service: str, each: "BatchWork") -> Any | None:
        """Give what a service has learned of the batch, None while it has learned nothing."""
        try:
            return self.staff.manager.get(service, BATCH_VIEWS[service].format(each.id))
        except RefusedError as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def wait_in(self, service: str, each: "BatchWork", what: str, holds: Callable[[Any], bool]) -> None:
        """Wait until a service has learned something of the batch."""

        def look() -> bool | None:
            seen = self.known_in(service, each)
            return True if seen is not None and holds(seen) else None

        until(f"{service} to learn {what} of {self.code}/{each.name}", look)

    def done(self, amount: int) -> None:
        """Say that so much more is done."""
        self.track.advance(amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """A bulk request: where to, under which intention, and which row statuses are fine."""

    client: Client
    service: str
    path: str
    intention: str
    fine: frozenset[str]
    extra: Mapping[str, Any] = field(default_factory=dict)


def send_rows(work: Work, bulk: Bulk, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Send rows in chunks and give their reports in order; raises RowsError for rows that are not fine."""
    reports: list[Any] = []
    for first in range(0, len(rows), CHUNK):
        chunk = rows[first : first + CHUNK]
        body = {**bulk.extra, "rows": list(chunk)}
        answer = bulk.client.post(bulk.service, bulk.path, body, intention=f"{bulk.intention}/{first}")
        reports += answer.body["rows"]
        work.done(len(chunk))
    wrong = [report for report in reports if report["status"] not in bulk.fine]
    if wrong:
        raise RowsError(f"{bulk.service} {bulk.path}", wrong)
    return reports
