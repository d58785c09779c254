"""The audit log: who did what, in a chain of hashes that any later change breaks, anchored outside the store.

A request leaves an entry beside its change, as a row that exists. The process that holds the service's lease numbers
those rows and links each to the one before (`seal`). The log is a database of its own in which the service may insert
and read only; its head goes to Kafka through the outbox, in the very transaction of the seal.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Final, Literal

from marshmallow import ValidationError, fields
from marshmallow.validate import Range, Regexp
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from eventkit import faults, metrics, outbox
from eventkit.event import Event, EventSchema, TenantId
from eventkit.mongo import Session, UnitOfWork

Document = dict[str, Any]
Fault = Literal["MISSING", "CHANGED", "INSERTED", "CUT", "RECOMPUTED"]

PENDING: Final = "audit_pending"
LOG: Final = "audit_log"
NATION: Final = TenantId("00")  # the chain is one for all tenants
GENESIS: Final = "0" * 64
BATCH: Final = 500
OLDEST_GOOD: Final = timedelta(seconds=30)
_EXISTS: Final = 48
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one request did or was refused; ids and codes only, never a name, a number of a person or free text."""

    id: str
    tenant: str
    at: str  # ISO 8601 in UTC: what is stored is what is hashed
    subject: str
    client: str
    roles: list[str]
    action: str
    object: str
    outcome: Literal["DONE", "REFUSED"]
    status: int
    code: str
    correlation: str
    digest: str

    def document(self) -> Document:
        """Give the pending row."""
        stored = asdict(self)
        return {"_id": stored.pop("id"), **stored}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSealed(Event):
    """Entries were added to the audit log of the service; the last has this number and this hash."""

    type: ClassVar[str] = ""
    number: int
    hash: str
    count: int
    at: datetime


class AuditSealedSchema(EventSchema):
    builds = AuditSealed
    number = fields.Integer(required=True, strict=True, validate=Range(1))
    hash = fields.String(required=True, validate=Regexp(r"^[0-9a-f]{64}$"))
    count = fields.Integer(required=True, strict=True, validate=Range(1, BATCH))
    at = fields.AwareDateTime(required=True)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What Kafka knows of the log: the entry of this number had this hash."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The first entry that is not what was sealed under its number.

    CUT: it and all after it are gone. RECOMPUTED: the chain holds, but from here on it is not the anchored one.
    """

    number: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the log was followed, how far it is anchored, and the first bad entry, if any."""

    entries: int
    anchored: int
    finding: Finding | None


def verify(entries: Iterable[Mapping[str, Any]], anchors: Iterable[Anchor]) -> Verdict:
    """Follow the whole chain, entries in the order of their numbers, and compare it with the anchors, in any order.

    Read the anchors before the entries: an entry is there before its anchor is.
    """
    heads: dict[int, set[str]] = {}
    for anchor in anchors:
        heads.setdefault(anchor.number, set()).add(anchor.hash)
    last: Mapping[str, Any] = {"_id": 0, "hash": GENESIS, "previous": None}
    anchored = 0
    for entry in entries:
        if finding := _judge(entry, last):
            return Verdict(last["_id"], anchored, finding)
        last = entry
        if last["_id"] in heads:
            if heads[last["_id"]] != {last["hash"]}:
                return Verdict(last["_id"] - 1, anchored, Finding(anchored + 1, "RECOMPUTED"))
            anchored = last["_id"]
    cut = Finding(last["_id"] + 1, "CUT") if max(heads, default=0) > last["_id"] else None
    return Verdict(last["_id"], anchored, cut)


def _judge(entry: Mapping[str, Any], last: Mapping[str, Any]) -> Finding | None:
    """Compare one entry with what must follow the last."""
    number, expected = entry.get("_id"), last["_id"] + 1
    if number != expected or isinstance(number, float):
        return Finding(expected, "MISSING" if isinstance(number, int) and number > expected else "INSERTED")
    if (
        expected > 1 and entry.get("previous") == last["previous"]
    ):  # two follow the same one: the last stands where this one stood
        return Finding(expected - 1, "INSERTED")
    if entry.get("hash") != _hash(entry):
        return Finding(expected, "CHANGED")
    if entry.get("previous") != last["hash"]:  # this one is as it was sealed, so the last is not
        return Finding(max(1, expected - 1), "CHANGED")
    return None


def anchors_of(values: Iterable[bytes]) -> list[Anchor]:
    """Read the records of an audit topic; what is no anchor proves nothing and is left out."""
    found = []
    for value in values:
        try:
            sealed = AuditSealedSchema().load(json.loads(value))
        except (ValueError, RecursionError, ValidationError):
            continue
        found.append(Anchor(sealed.number, sealed.hash))
    return found


def link(rows: Sequence[Mapping[str, Any]], head: Mapping[str, Any] | None) -> list[Document]:
    """Number the rows after the head and chain them; all of one call are one seal."""
    last = head or {"_id": 0, "seal": 0, "hash": GENESIS}
    seal, chained = last["seal"] + 1, []
    for number, row in enumerate(rows, start=last["_id"] + 1):
        entry: Document = {**row, "_id": number, "id": row["_id"], "seal": seal, "previous": last["hash"]}
        entry["hash"] = _hash(entry)
        chained.append(entry)
        last = entry
    return chained


def _hash(entry: Mapping[str, Any]) -> str:
    content = {name: value for name, value in entry.items() if name not in ("hash", "previous")}
    # A value that no JSON has was never written here; as text it cannot give the old hash.
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=repr)
    return hashlib.sha256(f"{entry.get('previous')}{text}".encode("utf-8", "backslashreplace")).hexdigest()


class RivalError(Exception):
    """Another sealer took these rows first."""


class Sealer:
    """Moves pending entries of one service into its log; two at once cannot fork the chain.

    Numbers are unique and each row is deleted by the transaction that numbers it: the later of two loses whole.
    """

    def __init__(self, database: Database[Document], service: str) -> None:
        self._database = database
        self._unit = UnitOfWork(database)
        self._event = sealed_event(service)
        self._trouble: list[str] = []
        self._schemas: Mapping[type[Event], EventSchema] = {self._event: AuditSealedSchema()}

    def seal(self) -> int:
        """Seal what is pending, at most one batch, and announce the new head; gives how many entries.

        A log that cannot be written holds no event up: the entries wait, and `red` says so.
        """
        try:
            rows = list(self._database[PENDING].find({}, sort=[("_id", 1)], limit=BATCH))
            if rows:
                self._unit.run(lambda session: self._seal(rows, session))
                faults.reach("R9")
        except (RivalError, PyMongoError) as error:
            self._trouble = [f"audit log: {type(error).__name__}"]
            log.warning("audit entries wait", extra={"error": type(error).__name__})
            return 0
        self._trouble = []
        metrics.count("audit_sealed", len(rows))
        return len(rows)

    def _seal(self, rows: Sequence[Document], session: Session) -> None:
        entries = log_of(self._database)
        head = entries.find_one({}, sort=[("_id", -1)], session=session.transaction)
        chained = link(rows, head)
        entries.insert_many(chained, session=session.writing())
        faults.reach("R7")
        taken = {"_id": {"$in": [each["_id"] for each in rows]}}
        if session.collection(PENDING).delete_many(taken, session=session.writing()).deleted_count != len(rows):
            raise RivalError
        last = chained[-1]
        sealed = self._event(number=last["_id"], hash=last["hash"], count=len(rows), at=session.at)
        origin = outbox.Origin(tenant=NATION, aggregate="audit", at=session.at, trace=session.trace)
        anchor = outbox.rows(origin, last["seal"] - 1, [sealed], self._schemas)
        session.collection(outbox.COLLECTION).insert_many(anchor, session=session.writing())
        faults.reach("R8")

    def red(self) -> list[str]:
        """Say why the log is not kept up; empty when it is."""
        oldest = self._database[PENDING].find_one({}, {"at": 1}, sort=[("_id", 1)])
        age = timedelta() if oldest is None else datetime.now(UTC) - datetime.fromisoformat(oldest["at"])
        late = [f"oldest audit entry waits {age.total_seconds():.0f} s"] if age > OLDEST_GOOD else []
        return self._trouble + late

    def details(self) -> dict[str, object]:
        """Give the figures of the log and bring its gauge up to date."""
        pending = self._database[PENDING].estimated_document_count()
        metrics.gauge("audit_pending", pending)
        return {"audit_pending": pending}


@cache
def sealed_event(service: str) -> type[AuditSealed]:
    """Give the event by which one service anchors its log."""
    return type("AuditSealed", (AuditSealed,), {"type": sealed_type(service), "__slots__": ()})


def sealed_type(service: str) -> str:
    """Name the type of that event."""
    return f"id.bina.{service}.audit.sealed.v1"


def pend(database: Database[Document], entry: Entry, session: ClientSession | None = None) -> None:
    """Leave an entry for the sealer: within the transaction of what it tells of, or by itself."""
    database[PENDING].insert_one(entry.document(), session=session)


def log_of(database: Database[Document]) -> Collection[Document]:
    """Open the log that belongs to a service's database; the service may only insert and read there."""
    return database.client[f"{database.name}_audit"][LOG]


def prepare(database: Database[Document]) -> None:
    """Create the pending rows and the log; safe to repeat."""
    for each in (database[PENDING], log_of(database)):
        try:
            each.database.create_collection(each.name, check_exists=False)  # listing is not among its rights
        except OperationFailure as error:
            if error.code != _EXISTS:
                raise
