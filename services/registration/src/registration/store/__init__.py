"""Registration's collections and the queries on them: the only place that knows MongoDB, tenant first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from pymongo import IndexModel

from eventkit.event import TenantId
from eventkit.mongo import Aggregates, Records, Session
from eventkit.refusal import RefusedError
from registration.domain.batch import Batch
from registration.domain.codes import EnrolmentKind, PersonKind
from registration.domain.enrolment import LEFT, SEATED, Enrolment, EnrolmentState
from registration.domain.figures import Tally
from registration.domain.person import Person
from registration.domain.programme import Programme
from registration.domain.region import Region, parse_regions
from registration.domain.unit import Unit
from registration.events import SCHEMAS, StatusCount
from registration.store.vault import Identity, TenantVault, Vault, WrappedKey

PLATFORM: Final = TenantId("00")  # the register of tenants belongs to the platform itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarded:
    """A regional government that uses the platform; the id is its region code."""

    id: str
    name: str
    kind: str
    time_zone: str
    at: datetime


def _unique(*fields: str) -> IndexModel:
    return IndexModel([(name, 1) for name in ("tenant", *fields)], unique=True)


def _unique_text(field: str) -> IndexModel:
    """Make values unique where there is one; several documents may have none."""
    return IndexModel([("tenant", 1), (field, 1)], unique=True, partialFilterExpression={field: {"$type": "string"}})


def _by(*fields: str) -> IndexModel:
    return IndexModel([(name, 1) for name in ("tenant", *fields, "_id")])


tenants: Final = Records("tenants", Onboarded)
tenant_keys: Final = Records("tenant_keys", WrappedKey)
person_keys: Final = Records("person_keys", WrappedKey)
units: Final = Aggregates("units", Unit, schemas=SCHEMAS, indexes=[_by("kind")])
persons: Final = Aggregates("persons", Person, schemas=SCHEMAS, indexes=[_unique_text("lookup"), _by("unit")])
programmes: Final = Aggregates("programmes", Programme, schemas=SCHEMAS, indexes=[_unique("outline.code")])
batches: Final = Aggregates("batches", Batch, schemas=SCHEMAS, indexes=[_unique("programme", "number")])
enrolments: Final = Aggregates(
    "enrolments",
    Enrolment,
    schemas=SCHEMAS,
    indexes=[_unique_text("holder"), _by("batch"), _by("batch", "state"), _by("person"), _by("delegates")],
)
COLLECTIONS: Final = (tenants, tenant_keys, person_keys, units, persons, programmes, batches, enrolments)


@cache
def regions() -> Mapping[str, Region]:
    """Give the provinces, regencies and cities that ship with the package."""
    return parse_regions(resources.files("registration").joinpath("regions.csv").read_text("utf-8"))


def open_vault(tenant: TenantId, vault: Vault, session: Session) -> TenantVault:
    """Open the tenant's vault; refuses a tenant that was never onboarded."""
    key = tenant_keys.find(tenant, tenant, session)
    if key is None:
        raise RefusedError("CONFLICT", "tenant_not_onboarded", tenant=tenant)
    return vault.open(tenant, key)


def persons_by_lookup(tenant: TenantId, lookups: Iterable[str], session: Session) -> dict[str, Person]:
    """Give the persons whose numbers have these keyed hashes."""
    wanted = sorted(set(lookups))
    found = persons.select(tenant, {"lookup": {"$in": wanted}}, session) if wanted else []
    return {each.lookup: each for each in found if each.lookup is not None}


def identities(
    tenant: TenantId, vault: Vault, people: Mapping[str, Person], session: Session
) -> dict[str, Identity | None]:
    """Decrypt who these persons are."""
    own = open_vault(tenant, vault, session)
    keys = person_keys.many(tenant, people, session)
    return {identity: own.reveal(person, keys.get(identity)) for identity, person in people.items()}


def held(tenant: TenantId, holders: Iterable[str], session: Session) -> dict[str, str]:
    """Give the enrolments by holder that are already there."""
    found = enrolments.select(tenant, {"holder": {"$in": sorted(set(holders))}}, session)
    return {each.holder: each.id for each in found if each.holder is not None}


def delegated_elsewhere(tenant: TenantId, enrolment: Enrolment, persons: Iterable[str], session: Session) -> list[str]:
    """Give the persons who are delegates of another unit in the same batch."""
    wanted = sorted(set(persons))
    where = {"batch": enrolment.batch, "delegates": {"$in": wanted}, "state": {"$nin": sorted(LEFT)}}
    others = [each for each in enrolments.select(tenant, where, session) if each.id != enrolment.id]
    taken = {person for each in others for person in each.delegates}
    return [person for person in wanted if person in taken]


def has_batch_under_way(tenant: TenantId, programme: str, session: Session) -> bool:
    """Say whether a batch of the programme is still planned or running."""
    where = {"programme": programme, "state": {"$ne": "CANCELLED"}}
    return batches.count(tenant, where, session) > 0


def status_counts(tenant: TenantId, batch: str, session: Session) -> list[StatusCount]:
    """Count the enrolments of a batch by status."""
    stages: list[dict[str, Any]] = [
        {"$match": {"batch": batch}},
        {"$group": {"_id": "$state", "count": {"$sum": 1}}},
        {"$sort": {"_id": 1}},
    ]
    found = enrolments.aggregate(tenant, stages, session)
    return [StatusCount(status=each["_id"], count=each["count"]) for each in found]


def covers(tenant: TenantId, batch: str, session: Session) -> list[Enrolment]:
    """Give the enrolments of a batch that have an acting official."""
    where = {"batch": batch, "cover": {"$ne": None}, "state": {"$in": sorted(SEATED)}}
    return enrolments.select(tenant, where, session)


def tallies(tenant: TenantId, session: Session, *, batch: str | None = None) -> list[Tally]:
    """Count enrolments by everything that a figure looks at."""
    grouped = {name: f"${name}" for name in ("batch", "category", "state", "kind", "person_kind")}
    stages: list[dict[str, Any]] = [
        {"$match": {} if batch is None else {"batch": batch}},
        {"$group": {"_id": grouped, "enrolments": {"$sum": 1}, "delegates": {"$sum": {"$size": "$delegates"}}}},
        {"$sort": {"_id": 1}},
    ]
    return [_tally(each) for each in enrolments.aggregate(tenant, stages, session)]


def _tally(row: Mapping[str, Any]) -> Tally:
    key = row["_id"]
    person_kind = key.get("person_kind")
    return Tally(
        batch=key["batch"],
        category=key["category"],
        state=EnrolmentState(key["state"]),
        kind=EnrolmentKind(key["kind"]),
        person_kind=None if person_kind is None else PersonKind(person_kind),
        enrolments=row["enrolments"],
        delegates=row["delegates"],
    )
