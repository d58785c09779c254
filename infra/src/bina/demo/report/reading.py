"""Reads what the platform knows through its public routes, and keeps from where and when each answer came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bina.demo.drive.access import NATIONAL, Caller, Places, Tokens
from bina.demo.drive.client import Client, Tally
from bina.demo.drive.errors import DriveError
from bina.demo.example.model import Batch, Examples, Programme
from bina.demo.example.roster import BatchRoster
from bina.demo.report.model import Figure, Provenance

SERVICES: Final = ("registration", "curriculum", "monitoring")
ROLE: Final = "tenant_admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One answer with its provenance; `source` names service and route, not the ids in it."""

    body: Any
    source: str
    as_of: str

    def figure(self, key: str, value: int | str, definition: str) -> Figure:
        """Make a figure out of this answer."""
        origin = Provenance(definition=definition, source=self.source, as_of=self.as_of)
        return Figure(key, value, origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFacts:
    """What the tenant's own services know of one batch."""

    example: Batch
    roster: BatchRoster
    key: str  # the programme's code, with the wave where there are several
    id: str
    batch: Read
    headcounts: Read
    versions: Read
    enrolments: Read
    engagements: Read
    sessions: Read
    monitoring: Read
    outcomes: Read
    results: Mapping[str, Read]  # by kind of measure


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFacts:
    """What the tenant's own services know of one programme."""

    example: Programme
    programme: Read
    batches: tuple[BatchFacts, ...]

    @property
    def code(self) -> str:
        return self.example.code

    @property
    def tenant(self) -> str:
        return self.example.facts.tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the report is made from."""

    reader: "Reader"
    examples: Examples
    programmes: tuple[ProgrammeFacts, ...]
    figures: Mapping[tuple[str, str], Read]  # tenant and service
    register: Read
    participation: Read
    jp: Read

    def figure_of(self, tenant: str, service: str, batch: str, name: str) -> int:
        """Give one figure that a service counts of a batch."""
        return int(self.figures[tenant, service].body["batches"].get(batch, {}).get(name, 0))


class Reader:
    """Reads as each tenant's administrator, and as the nation's platform administrator."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._tokens = Tokens(places)
        self._clients: dict[Caller, Client] = {}

    def tenant(self, tenant: str, service: str, route: str, /, *, name: str = "", **query: Any) -> Read:
        """Read as a tenant; `name` is how the route is shown."""
        return self._read(Caller(tenant, ROLE), service, route, name or route, query)

    def nation(self, route: str, /, **query: Any) -> Read:
        """Read from the national view."""
        return self._read(Caller(NATIONAL, "platform_admin"), "national", route, route, query)

    def items(self, tenant: str, service: str, route: str, /, *, name: str = "", **query: Any) -> Read:
        """Read a whole list as a tenant."""
        found = list(self._client(Caller(tenant, ROLE)).items(service, route, **query))
        return Read(body=found, source=f"{service} {name or route}", as_of=_now())

    def lines(self, route: str, part: str, /, **query: Any) -> Read:
        """Read all pages of a national report; `part` names its list."""
        first = self.nation(route, size=200, **query)
        body = dict(first.body)
        while body["next_cursor"]:
            page = self.nation(route, size=200, cursor=body["next_cursor"], **query).body
            body = {**body, part: [*body[part], *page[part]], "next_cursor": page["next_cursor"]}
        return Read(body=body, source=first.source, as_of=first.as_of)

    def _read(self, caller: Caller, service: str, route: str, name: str, query: Mapping[str, Any]) -> Read:
        body = self._client(caller).get(service, route, **query)
        said = body.get("as_of") or body.get("basis", {}).get("as_of") if isinstance(body, dict) else None
        # A day that was asked for is no moment of reading.
        as_of = f"{said[:19]}Z" if isinstance(said, str) and "T" in said else _now()
        return Read(body=body, source=f"{service} {name}", as_of=as_of)

    def _client(self, caller: Caller) -> Client:
        if caller not in self._clients:
            self._clients[caller] = Client(self._places, self._tokens, caller, Tally())
        return self._clients[caller]


def read_programme(
    reader: Reader, programme: Programme, rosters: Mapping[tuple[str, str], BatchRoster]
) -> ProgrammeFacts:
    """Read one programme with its batches; raises DriveError where the platform does not have it."""
    tenant = programme.facts.tenant
    found = reader.items(tenant, "registration", "/v1/programmes", code=programme.code)
    if not found.body:
        raise DriveError(f"the platform has no programme {programme.code}: run `bina demo` first")
    shown = Read(body=found.body[0], source=found.source, as_of=found.as_of)
    listed = reader.items(tenant, "registration", "/v1/batches", programme=shown.body["id"])
    by_number = {batch["number"]: batch["id"] for batch in listed.body}
    missing = [batch.key for batch in programme.batches if batch.key not in by_number]
    if missing:
        raise DriveError(f"the platform has no batch {missing[0]} of {programme.code}: run `bina demo` again")
    batches = [
        _read_batch(reader, programme, batch, by_number[batch.key], rosters[programme.code, batch.key])
        for batch in programme.batches
    ]
    return ProgrammeFacts(example=programme, programme=shown, batches=tuple(batches))


def _read_batch(reader: Reader, programme: Programme, batch: Batch, id_: str, roster: BatchRoster) -> BatchFacts:
    tenant = programme.facts.tenant

    def of_batch(service: str, route: str) -> Read:
        return reader.tenant(tenant, service, f"/v1/batches/{id_}{route}", name=f"/v1/batches/{{batch}}{route}")

    monitoring = of_batch("monitoring", "/monitoring")
    results = {
        measure["kind"]: reader.tenant(
            tenant, "monitoring", f"/v1/measures/{measure['id']}/results", name="/v1/measures/{measure}/results"
        )
        for measure in monitoring.body["measures"]
    }
    return BatchFacts(
        example=batch,
        roster=roster,
        key=key_of(programme, batch),
        id=id_,
        batch=of_batch("registration", ""),
        headcounts=of_batch("registration", "/headcounts"),
        versions=of_batch("registration", "/schedule-versions"),
        enrolments=reader.items(tenant, "registration", "/v1/enrolments", batch=id_),
        engagements=of_batch("curriculum", "/engagements"),
        sessions=of_batch("curriculum", "/sessions"),
        monitoring=monitoring,
        outcomes=of_batch("monitoring", "/outcomes"),
        results=results,
    )


def key_of(programme: Programme, batch: Batch) -> str:
    """Name a batch in the report: a further wave has its own key, the main one the programme's."""
    return f"{programme.code}.{batch.key}" if batch.optional else programme.code


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
