"""Every fact that monitoring publishes, and the schema that checks it before it is stored."""

from collections.abc import Mapping
from typing import Final

from eventkit.event import Event, EventSchema
from monitoring.events.measure import (
    MeasureAggregated,
    MeasureAggregatedSchema,
    MeasureClosed,
    MeasureClosedSchema,
    MeasureOpened,
    MeasureOpenedSchema,
    MeasureRescheduled,
    MeasureRescheduledSchema,
)
from monitoring.events.outcome import OutcomeComputed, OutcomeComputedSchema
from monitoring.events.plan import (
    PlanApproved,
    PlanApprovedSchema,
    PlanOverdue,
    PlanOverdueSchema,
    PlanProgressed,
    PlanProgressedSchema,
    PlanSubmitted,
    PlanSubmittedSchema,
    PlanVerified,
    PlanVerifiedSchema,
)
from monitoring.events.score import ScoreRecorded, ScoreRecordedSchema
from monitoring.events.visit import (
    VisitClosed,
    VisitClosedSchema,
    VisitRecorded,
    VisitRecordedSchema,
    VisitScheduled,
    VisitScheduledSchema,
)

SCHEMAS: Final[Mapping[type[Event], type[EventSchema]]] = {
    schema.builds: schema
    for schema in (
        MeasureOpenedSchema,
        MeasureRescheduledSchema,
        MeasureClosedSchema,
        MeasureAggregatedSchema,
        PlanSubmittedSchema,
        PlanApprovedSchema,
        PlanProgressedSchema,
        PlanVerifiedSchema,
        PlanOverdueSchema,
        VisitScheduledSchema,
        VisitRecordedSchema,
        VisitClosedSchema,
        ScoreRecordedSchema,
        OutcomeComputedSchema,
    )
}

__all__ = [
    "SCHEMAS",
    "MeasureAggregated",
    "MeasureAggregatedSchema",
    "MeasureClosed",
    "MeasureClosedSchema",
    "MeasureOpened",
    "MeasureOpenedSchema",
    "MeasureRescheduled",
    "MeasureRescheduledSchema",
    "OutcomeComputed",
    "OutcomeComputedSchema",
    "PlanApproved",
    "PlanApprovedSchema",
    "PlanOverdue",
    "PlanOverdueSchema",
    "PlanProgressed",
    "PlanProgressedSchema",
    "PlanSubmitted",
    "PlanSubmittedSchema",
    "PlanVerified",
    "PlanVerifiedSchema",
    "ScoreRecorded",
    "ScoreRecordedSchema",
    "VisitClosed",
    "VisitClosedSchema",
    "VisitRecorded",
    "VisitRecordedSchema",
    "VisitScheduled",
    "VisitScheduledSchema",
]
