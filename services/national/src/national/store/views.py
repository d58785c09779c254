"""The collections: one document per aggregate of another service, every index beginning with the tenant."""

from typing import Any, Final

from pymongo import IndexModel

from eventkit.mongo import Documents
from national import domain


def _index(*names: str) -> IndexModel:
    return IndexModel([("tenant", 1), *((name, 1) for name in names)])


_FRESH: Final = _index("seen_at")

units: Final = Documents("units", domain.Unit, indexes=[_FRESH])
programmes: Final = Documents("programmes", domain.Programme, indexes=[_FRESH, _index("kind", "_id")])
batches: Final = Documents("batches", domain.Batch, indexes=[_FRESH, _index("programme"), _index("year", "kind")])
enrolments: Final = Documents(
    "enrolments", domain.Enrolment, indexes=[_FRESH, _index("batch", "status", "kind", "category")]
)
versions: Final = Documents("versions", domain.Version, indexes=[_FRESH, _index("programme")])
sessions: Final = Documents("sessions", domain.Session, indexes=[_FRESH, _index("batch", "status")])
engagements: Final = Documents("engagements", domain.Engagement, indexes=[_FRESH, _index("batch")])
completions: Final = Documents("completions", domain.Completion, indexes=[_FRESH, _index("batch", "outcome")])
certificates: Final = Documents("certificates", domain.Certificate, indexes=[_FRESH])
measures: Final = Documents("measures", domain.Measure, indexes=[_FRESH, _index("batch", "kind")])
plans: Final = Documents("plans", domain.Plan, indexes=[_FRESH, _index("batch", "status")])
visits: Final = Documents("visits", domain.Visit, indexes=[_FRESH, _index("batch", "status")])
scores: Final = Documents("scores", domain.Score, indexes=[_FRESH])
outcomes: Final = Documents("outcomes", domain.Result, indexes=[_FRESH, _index("batch", "status")])

TOPICS: Final[dict[str, Documents[Any]]] = {
    "registration.unit": units,
    "registration.programme": programmes,
    "registration.batch": batches,
    "registration.enrolment": enrolments,
    "curriculum.version": versions,
    "curriculum.session": sessions,
    "curriculum.engagement": engagements,
    "curriculum.completion": completions,
    "curriculum.certificate": certificates,
    "monitoring.measure": measures,
    "monitoring.plan": plans,
    "monitoring.visit": visits,
    "monitoring.score": scores,
    "monitoring.outcome": outcomes,
}
