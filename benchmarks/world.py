"""A platform with enough nominations to decide on: a few made through the API, the rest copied from them.

A copy is a whole nomination: its document and the event that waits in the outbox, so that every reader of the
topic sees it like any other.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from bson import Binary
from pymongo import MongoClient
from pymongo.database import Database

from bina.demo.cli import places_of
from bina.demo.drive.access import Caller, Tokens
from bina.demo.drive.client import Client, Tally
from bina.engines import mongod_access
from bina.launcher.control import Platform
from bina.stack import Stack

Document = dict[str, Any]
TENANT: Final = "35.73"
BATCHES: Final = 32
WRITER: Final = "registration.relay"
READERS: Final = ("curriculum.consumer", "monitoring.consumer", "national.consumer")
VIEWS: Final = {"curriculum": "seen_enrolments", "monitoring": "seen_enrolments", "national": "enrolments"}


@dataclass(slots=True)
class World:
    """One tenant's batches on a running platform; nominations are used up from the front."""

    platform: Platform
    stack: Stack
    tokens: Tokens
    batches: list[str] = field(default_factory=list)
    nominees: list[str] = field(default_factory=list)
    used: int = 0

    @property
    def bearer(self) -> str:
        """Give a token of one who may decide."""
        return self.tokens.get(Caller(TENANT, "tenant_admin"))

    @property
    def port(self) -> int:
        """Where registration answers."""
        return self.stack.ports["registration"]

    def client(self, tenant: str, role: str) -> Client:
        """Speak to the services in a role."""
        return Client(places_of(self.stack), self.tokens, Caller(tenant, role), Tally())

    def next_nominees(self, count: int) -> list[str]:
        """Look at the next nominations; `use` says how many were decided."""
        found = self.nominees[self.used : self.used + count]
        if len(found) < count:
            raise RuntimeError("all nominations are used up: make more of them")
        return found

    def use(self, count: int) -> None:
        """Note that so many were decided."""
        self.used += count

    def database(self, service: str) -> Database[Document]:
        """Open a service's database with the operator's rights."""
        client: MongoClient[Document] = mongod_access.root(self._store(service))
        return client[service]

    def _store(self, service: str) -> Any:
        found = self.stack.service(service)
        if found is None:
            raise LookupError(service)
        return self.stack.store(found)

    def pids(self) -> list[int]:
        """Name the root of all processes of the platform."""
        state = self.platform.state()
        return [state.launcher.pid] if state else []


def settle(platform: Platform, nominations: int) -> World:
    """Bring the tenant on board and fill its batches; the relay is held, so the events wait."""
    stack = platform.stack()
    world = World(platform, stack, Tokens(places_of(stack)))
    platform.stop(WRITER)
    world.client("00", "platform_admin").post("registration", "/v1/tenants", {"code": TENANT}, intention="bench")
    admin = world.client(TENANT, "tenant_admin")
    programme = _programme(admin)
    originals = [_batch(admin, programme, number) for number in range(BATCHES)]
    world.batches = [batch for batch, _ in originals]
    _copy(world, originals, nominations // BATCHES)
    return world


def _programme(admin: Client) -> str:
    body = {
        "code": "RTR-BENCH",
        "kind": "RETREAT",
        "title": "Retret",
        "sponsor_office": "WALI_KOTA",
        "initiative": "OWN_INITIATIVE",
    }
    made = admin.post("registration", "/v1/programmes", body, intention="bench").body["id"]
    approval = {"decided_by_office": "SEKDA"}
    admin.post("registration", f"/v1/programmes/{made}/approvals", approval, intention="bench")
    return str(made)


def _batch(admin: Client, programme: str, number: int) -> tuple[str, str]:
    body = {
        "programme": programme,
        "number": f"B{number:03}",
        "planned_start": "2025-08-01",
        "planned_end": "2025-08-03",
        "rule": {"seats_total": 100_000},
    }
    batch = admin.post("registration", "/v1/batches", body, intention="bench").body["id"]
    admin.post("registration", f"/v1/batches/{batch}/open", {}, intention="bench")
    facts = {
        "kind": "ASN",
        "asn_status": "PNS",
        "name": f"Peserta {number:03}",
        "employee_number": f"196001{1 + number % 28:02}20150519{number:02}",
    }
    roster = {"rows": [{"facts": facts}]}
    report = admin.post("registration", f"/v1/batches/{batch}/nominations", roster, intention="bench").body
    return str(batch), str(report["rows"][0]["id"])


def _copy(world: World, originals: Sequence[tuple[str, str]], each: int) -> None:
    store = world.database("registration")
    documents, rows = [], []
    for _, original in originals:
        document = store["enrolments"].find_one({"_id": f"{TENANT}/{original}", "tenant": TENANT})
        row = store["outbox"].find_one({"key": f"{TENANT}/{original}"})
        if document is None or row is None:
            raise RuntimeError("a nomination was not stored, or its event did not wait")
        for _ in range(each):
            copy, copied_row = _copied(document, row, original)
            documents.append(copy)
            rows.append(copied_row)
    for start in range(0, len(documents), 2_000):
        store["enrolments"].insert_many(documents[start : start + 2_000], ordered=False)
        store["outbox"].insert_many(rows[start : start + 2_000], ordered=False)
    by_batch = [documents[start : start + each] for start in range(0, len(documents), each)]
    # One of each batch in turn: no two neighbours want the same batch.
    world.nominees = [one["_id"].partition("/")[2] for turn in zip(*by_batch, strict=True) for one in turn]


def _copied(document: Document, row: Document, original: str) -> tuple[Document, Document]:
    changes = {original: str(uuid.uuid4()), document["person"]: str(uuid.uuid4()), row["_id"]: _later(row["_id"])}

    def renamed(text: str) -> str:
        for old, new in changes.items():
            text = text.replace(old, new)
        return text

    copy = document | {name: renamed(document[name]) for name in ("_id", "person", "holder")}
    copied_row = row | {name: renamed(row[name]) for name in ("_id", "key")}
    copied_row["value"] = Binary(renamed(row["value"].decode()).encode())
    copied_row["headers"] = [[name, Binary(renamed(value.decode()).encode())] for name, value in row["headers"]]
    return copy, copied_row


def _later(event: str) -> str:
    """Make an id of the same moment with another random end, so that the order of ids stays that of time."""
    return event[:19] + str(uuid.uuid4())[19:]


def applied(world: World) -> dict[str, int]:
    """Count, per reader, the events of enrolments that its view holds."""
    total: list[Document] = [{"$match": {"tenant": TENANT}}, {"$group": {"_id": None, "events": {"$sum": "$sequence"}}}]
    return {
        service: sum(each["events"] for each in world.database(service)[view].aggregate(total))
        for service, view in VIEWS.items()
    }


@contextmanager
def held(world: World, *programs: str) -> Iterator[None]:
    """Keep programs down for the length of the block."""
    for each in programs:
        world.platform.stop(each)
    try:
        yield
    finally:
        for each in programs:
            world.platform.start(each, within=120)


def until(holds: Callable[[], bool], *, within: float = 120, every: float = 0.02) -> float:
    """Wait until something holds; gives how long it took."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() > began + within:
            raise TimeoutError("what was waited for did not come")
        time.sleep(every)
    return time.monotonic() - began
