"""Every fact that monitoring publishes, and the schema that checks it before it is stored."""

from collections.abc import Mapping
from typing import Final

from eventkit.event import Event, EventSchema

from monitoring.events.measure import (
    MeasureOpened,
    MeasureOpenedSchema,
    MeasureRescheduled,
    MeasureRescheduledSchema,
    MeasureClosed,
    MeasureClosedSchema,
    MeasureAggregated,
    MeasureAggregatedSchema,
)
from monitoring.events.plan import (
    PlanSubmitted,
    PlanSubmittedSchema,
    PlanApproved,
    PlanApprovedSchema,
    PlanProgressed,
    PlanProgressedSchema,
    PlanVerified,
    PlanVerifiedSchema,
    PlanOverdue,
    PlanOverdueSchema,
)
from monitoring.events.visit import (
    VisitScheduled,
    VisitScheduledSchema,
    VisitRecorded,
    VisitRecordedSchema,
    VisitClosed,
    VisitClosedSchema,
)
from monitoring.events.score import ScoreRecorded, ScoreRecordedSchema
from monitoring.events.outcome import OutcomeComputed, OutcomeComputedSchema

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
    "MeasureOpened",
    "MeasureOpenedSchema",
    "MeasureRescheduled",
    "MeasureRescheduledSchema",
    "MeasureClosed",
    "MeasureClosedSchema",
    "MeasureAggregated",
    "MeasureAggregatedSchema",
    "PlanSubmitted",
    "PlanSubmittedSchema",
    "PlanApproved",
    "PlanApprovedSchema",
    "PlanProgressed",
    "PlanProgressedSchema",
    "PlanVerified",
    "PlanVerifiedSchema",
    "PlanOverdue",
    "PlanOverdueSchema",
    "VisitScheduled",
    "VisitScheduledSchema",
    "VisitRecorded",
    "VisitRecordedSchema",
    "VisitClosed",
    "VisitClosedSchema",
    "ScoreRecorded",
    "ScoreRecordedSchema",
    "OutcomeComputed",
    "OutcomeComputedSchema",
    "SCHEMAS",
]
