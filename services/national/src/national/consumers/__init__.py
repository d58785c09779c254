"""What national reads: one document per aggregate of the other services, folded from their events, no reactions."""

from typing import Any, Final

from eventkit.consumer import Projection
from national import store
from national.consumers import follow_up, participation, register, teaching

PROJECTIONS: Final[tuple[Projection[Any], ...]] = (
    Projection("registration.unit", store.units, register.UNIT),
    Projection("registration.programme", store.programmes, register.PROGRAMME),
    Projection("registration.batch", store.batches, register.BATCH),
    Projection("registration.enrolment", store.enrolments, participation.ENROLMENT),
    Projection("curriculum.version", store.versions, teaching.VERSION),
    Projection("curriculum.session", store.sessions, teaching.SESSION),
    Projection("curriculum.engagement", store.engagements, teaching.ENGAGEMENT),
    Projection("curriculum.completion", store.completions, participation.COMPLETION),
    Projection("curriculum.certificate", store.certificates, participation.CERTIFICATE),
    Projection("monitoring.measure", store.measures, follow_up.MEASURE),
    Projection("monitoring.plan", store.plans, follow_up.PLAN),
    Projection("monitoring.visit", store.visits, follow_up.VISIT),
    Projection("monitoring.score", store.scores, follow_up.SCORE),
    Projection("monitoring.outcome", store.outcomes, follow_up.OUTCOME),
)
