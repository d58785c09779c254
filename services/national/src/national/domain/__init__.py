"""What national keeps of the other services, and the rules by which figures may be shown; no I/O."""

from national.domain import regions
from national.domain.follow_up import Measure, Plan, Result, Score, Visit
from national.domain.participation import Certificate, Completion, Enrolment
from national.domain.register import Batch, Claim, Programme, Schedule, Unit, with_claim, with_schedule
from national.domain.seen import Seen
from national.domain.suppression import SLACK, THRESHOLD, Protected, Table, protect
from national.domain.teaching import Engagement, Session, Version

__all__ = [
    "SLACK",
    "THRESHOLD",
    "Batch",
    "Certificate",
    "Claim",
    "Completion",
    "Engagement",
    "Enrolment",
    "Measure",
    "Plan",
    "Programme",
    "Protected",
    "Result",
    "Schedule",
    "Score",
    "Seen",
    "Session",
    "Table",
    "Unit",
    "Version",
    "Visit",
    "protect",
    "regions",
    "with_claim",
    "with_schedule",
]
