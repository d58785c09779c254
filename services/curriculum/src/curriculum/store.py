"""The only module that knows MongoDB; every function takes the tenant first."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pymongo import ASCENDING, IndexModel

from curriculum.domain.attendance import AttendanceSheet
from curriculum.domain.certificate import Certificate, Series
from curriculum.domain.completion import Completion
from curriculum.domain.curriculum import Curriculum, CurriculumVersion
from curriculum.domain.engagement import Engagement
from curriculum.domain.scores import Commitment, TestScore
from curriculum.domain.seen import SeenBatch, SeenEnrolment, SeenPlan
from curriculum.domain.session import Session as PlannedSession
from curriculum.events import SCHEMAS
from eventkit.event import TenantId
from eventkit.mongo import Aggregates, Documents, Records, Session, key_filter
from eventkit.refusal import NotFoundError


def _index(*fields: str, unique: bool = False) -> IndexModel:
    return IndexModel([("tenant", ASCENDING), *((field, ASCENDING) for field in fields)], unique=unique)


_PERSON: Final = "result.credits.person"
_COMPLETED: Final = {"$cond": [{"$eq": ["$result.outcome", "COMPLETED"]}, 1, 0]}
_HELD: Final = {"$cond": [{"$eq": ["$state", "HELD"]}, 1, 0]}

curricula: Final = Aggregates("curricula", Curriculum, schemas=SCHEMAS, indexes=[_index("code", unique=True)])
versions: Final = Aggregates(
    "versions", CurriculumVersion, schemas=SCHEMAS, indexes=[_index("curriculum", "number", unique=True)]
)
sessions: Final = Aggregates("sessions", PlannedSession, schemas=SCHEMAS, indexes=[_index("batch")])
engagements: Final = Aggregates(
    "engagements", Engagement, schemas=SCHEMAS, indexes=[_index("batch"), _index("session")]
)
completions: Final = Aggregates(
    "completions", Completion, schemas=SCHEMAS, indexes=[_index("batch"), _index(_PERSON, "ledger_year")]
)
certificates: Final = Aggregates(
    "certificates", Certificate, schemas=SCHEMAS, indexes=[_index("batch"), _index("number", unique=True)]
)
series: Final = Aggregates("series", Series, schemas=SCHEMAS)
attendance: Final = Records("attendance", AttendanceSheet, indexes=[_index("session"), _index("batch", "enrolment")])
scores: Final = Records("scores", TestScore, indexes=[_index("batch", "enrolment")])
commitments: Final = Records("commitments", Commitment, indexes=[_index("batch", "enrolment")])
seen_batches: Final = Documents("seen_batches", SeenBatch)
seen_enrolments: Final = Documents(
    "seen_enrolments", SeenEnrolment, indexes=[_index("batch"), _index("person"), _index("delegates")]
)
seen_plans: Final = Documents("seen_plans", SeenPlan, indexes=[_index("enrolment")])

COLLECTIONS: Final[tuple[Documents[Any], ...]] = (
    curricula,
    versions,
    sessions,
    engagements,
    completions,
    certificates,
    series,
    attendance,
    scores,
    commitments,
)


def hold_batch(tenant: TenantId, batch: str, session: Session) -> None:
    """Make commands and events about one batch take turns: two that hold it at once meet, and one runs again.

    Without this, sessions placed by the old dates could be missed by a reschedule that is stored meanwhile.
    """
    held = {"$inc": {"holds": 1}}
    session.collection(seen_batches.name).update_one(key_filter(tenant, batch), held, session=session.writing())


def version_by_number(tenant: TenantId, curriculum: str, number: int, session: Session) -> CurriculumVersion:
    """Give one version of a curriculum; raises NotFoundError."""
    found = versions.select(tenant, {"curriculum": curriculum, "number": number}, session, limit=1)
    if not found:
        raise NotFoundError
    return found[0]


def sessions_of_batch(tenant: TenantId, batch: str, session: Session) -> list[PlannedSession]:
    """Give the sessions of a batch in the order of their time."""
    found = sessions.select(tenant, {"batch": batch}, session)
    return sorted(found, key=lambda each: (each.timing.start, each.code))


def engagements_of_sessions(tenant: TenantId, ids: Iterable[str], session: Session) -> list[Engagement]:
    """Give the speaker slots of these sessions."""
    return engagements.select(tenant, {"session": {"$in": list(ids)}}, session)


def roster(tenant: TenantId, batch: str, session: Session) -> dict[str, SeenEnrolment]:
    """Give every enrolment of a batch by id, whatever its state."""
    return {each.id: each for each in seen_enrolments.select(tenant, {"batch": batch}, session)}


def sheets_of_session(tenant: TenantId, session_id: str, session: Session) -> dict[str, AttendanceSheet]:
    """Give the attendance of one session by enrolment."""
    return {each.enrolment: each for each in attendance.select(tenant, {"session": session_id}, session)}


def sheets_of_batch(
    tenant: TenantId, batch: str, enrolments: Iterable[str] | None, session: Session
) -> dict[str, dict[str, AttendanceSheet]]:
    """Give the attendance of a batch, or of some of its enrolments, by enrolment and session."""
    found: dict[str, dict[str, AttendanceSheet]] = {}
    for each in attendance.select(tenant, _of_batch(batch, enrolments), session, sort=()):
        found.setdefault(each.enrolment, {})[each.session] = each
    return found


def scores_of_batch(
    tenant: TenantId, batch: str, enrolments: Iterable[str] | None, session: Session
) -> dict[str, TestScore]:
    """Give the test scores of a batch, or of some of its enrolments, by id."""
    return {each.id: each for each in scores.select(tenant, _of_batch(batch, enrolments), session)}


def commitments_of_batch(
    tenant: TenantId, batch: str, enrolments: Iterable[str] | None, session: Session
) -> dict[str, Commitment]:
    """Give the commitments of a batch, or of some of its enrolments, by id."""
    return {each.id: each for each in commitments.select(tenant, _of_batch(batch, enrolments), session)}


def planned_enrolments(tenant: TenantId, enrolments: Iterable[str], session: Session) -> frozenset[str]:
    """Name those of these enrolments that have submitted an action plan."""
    wanted = {"enrolment": {"$in": list(enrolments)}, "is_submitted": True}
    return frozenset(each.enrolment for each in seen_plans.select(tenant, wanted, session))


def completions_of_people(
    tenant: TenantId, people: Iterable[str], year: int, session: Session
) -> dict[str, list[Completion]]:
    """Give the completions of a year by person."""
    wanted = {_PERSON: {"$in": list(people)}, "ledger_year": year}
    found: dict[str, list[Completion]] = {}
    for each in completions.select(tenant, wanted, session):
        for credit in each.result.credits:
            found.setdefault(credit.person, []).append(each)
    return found


def certificates_of_enrolments(tenant: TenantId, enrolments: Iterable[str], session: Session) -> list[Certificate]:
    """Give the certificates of these enrolments, superseded ones too."""
    return certificates.select(tenant, {"enrolment": {"$in": list(enrolments)}}, session)


def is_known(tenant: TenantId, person: str, session: Session) -> bool:
    """Say whether the person was ever put forward or named as a delegate in the tenant."""
    anywhere = {"$or": [{"person": person}, {"delegates": person}]}
    return bool(seen_enrolments.select(tenant, anywhere, session, limit=1))


def figures(tenant: TenantId, session: Session) -> dict[str, dict[str, int]]:
    """Count sessions, JP and completions of each batch of the tenant."""
    by_batch: dict[str, dict[str, int]] = {}
    scheduled = {"_id": "$batch", "sessions_held": {"$sum": _HELD}, "jp_scheduled": {"$sum": "$jp"}}
    stages = ({"$match": {"state": {"$ne": "CANCELLED"}}}, {"$group": scheduled})
    for row in sessions.aggregate(tenant, stages, session):
        by_batch.setdefault(row.pop("_id"), {}).update(row)
    recorded = {
        "_id": "$batch",
        "completed": {"$sum": _COMPLETED},
        "incomplete": {"$sum": {"$subtract": [1, _COMPLETED]}},
        "jp_credited": {"$sum": {"$sum": "$result.credits.jp"}},
    }
    for row in completions.aggregate(tenant, ({"$group": recorded},), session):
        by_batch.setdefault(row.pop("_id"), {}).update(row)
    return by_batch


def _of_batch(batch: str, enrolments: Iterable[str] | None) -> Mapping[str, Any]:
    return {"batch": batch} if enrolments is None else {"batch": batch, "enrolment": {"$in": list(enrolments)}}
