"""Counts by batch, made by the store itself: no document of a person's enrolment leaves it for a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eventkit.mongo import Documents, Session
from national.store import views
from national.store.scope import Scope

_PERSONS: Final = {"$cond": [{"$eq": ["$kind", "UNIT"]}, "$delegates", 1]}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentTally:
    """Enrolments of a batch that agree in everything that a figure looks at."""

    tenant: str
    batch: str
    status: str
    kind: str
    category: str
    person_kind: str | None
    enrolments: int
    persons: int
    arrived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionTally:
    """Completions of a batch with one outcome; `over_limit` counts the persons above their limit."""

    tenant: str
    batch: str
    outcome: str
    enrolments: int
    persons: int
    over_limit: int
    jp_credited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTally:
    """Sessions of a batch with one status."""

    tenant: str
    batch: str
    status: str
    sessions: int
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTally:
    """Documents of a batch with one status; `batch` is None for those that belong to no batch."""

    tenant: str
    batch: str | None
    status: str
    amount: int


def enrolment_tallies(scope: Scope, session: Session) -> list[EnrolmentTally]:
    """Count enrolments by batch, status, category and kind of person."""
    sums = {
        "enrolments": {"$sum": 1},
        "persons": {"$sum": _PERSONS},
        "arrived": {"$sum": {"$min": ["$arrived", _PERSONS]}},
    }
    key = ("batch", "status", "kind", "category", "person_kind")
    return [EnrolmentTally(**row) for row in _grouped(scope, views.enrolments, key, sums, session)]


def completion_tallies(scope: Scope, session: Session) -> list[CompletionTally]:
    """Count completions by batch and outcome."""
    sums = {
        "enrolments": {"$sum": 1},
        "persons": {"$sum": "$persons"},
        "over_limit": {"$sum": {"$cond": ["$over_limit", "$persons", 0]}},
        "jp_credited": {"$sum": "$jp_credited"},
    }
    return [CompletionTally(**row) for row in _grouped(scope, views.completions, ("batch", "outcome"), sums, session)]


def session_tallies(scope: Scope, session: Session) -> list[SessionTally]:
    """Count sessions and their JP by batch and status."""
    sums = {"sessions": {"$sum": 1}, "jp": {"$sum": "$jp"}}
    return [SessionTally(**row) for row in _grouped(scope, views.sessions, ("batch", "status"), sums, session)]


def status_tallies(scope: Scope, view: Documents[Any], session: Session) -> list[StatusTally]:
    """Count plans, visits, measures or outcomes by batch and status."""
    rows = _grouped(scope, view, ("batch", "status"), {"amount": {"$sum": 1}}, session)
    return [StatusTally(**row) for row in rows]


def verified_plans(scope: Scope, session: Session) -> list[StatusTally]:
    """Count the action plans that are verified, by batch."""
    verified = {**scope.match(), "is_verified": True}
    stages = [
        {"$match": verified},
        {"$group": {"_id": {"tenant": "$tenant", "batch": "$batch"}, "amount": {"$sum": 1}}},
    ]
    rows = session.collection(views.plans.name).aggregate(stages, session=session.transaction)
    return [StatusTally(**row["_id"], status="VERIFIED", amount=row["amount"]) for row in rows]


def _grouped(
    scope: Scope, view: Documents[Any], names: Sequence[str], sums: Mapping[str, Any], session: Session
) -> list[dict[str, Any]]:
    key = {name: f"${name}" for name in ("tenant", *names)}
    stages = [{"$match": scope.match()}, {"$group": {"_id": key, **sums}}, {"$sort": {"_id": 1}}]
    found = session.collection(view.name).aggregate(stages, session=session.transaction)
    return [{**dict.fromkeys(key), **row.pop("_id"), **row} for row in found]
