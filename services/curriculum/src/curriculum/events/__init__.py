"""Every event that curriculum publishes, each beside its wire form; one module per topic.

No event holds a name, a free text or a test score; a public official is an office code.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from curriculum.events.certificate import (
    CertificateIssued,
    CertificateIssuedSchema,
    CertificateRevoked,
    CertificateRevokedSchema,
    CertificateSigned,
    CertificateSignedSchema,
)
from curriculum.events.codes import (
    EchelonGroup,
    EngagementStatus,
    EnrolmentKind,
    GovernmentLevel,
    Obligation,
    Outcome,
    SessionKind,
)
from curriculum.events.completion import (
    CompletionCorrected,
    CompletionCorrectedSchema,
    CompletionRecorded,
    CompletionRecordedSchema,
)
from curriculum.events.engagement import (
    EngagementPlanned,
    EngagementPlannedSchema,
    EngagementStatusChanged,
    EngagementStatusChangedSchema,
)
from curriculum.events.session import (
    SessionCancelled,
    SessionCancelledSchema,
    SessionHeld,
    SessionHeldSchema,
    SessionRecounted,
    SessionRecountedSchema,
    SessionRescheduled,
    SessionRescheduledSchema,
    SessionScheduled,
    SessionScheduledSchema,
)
from curriculum.events.version import (
    VersionPublished,
    VersionPublishedSchema,
)
from eventkit.event import Event, EventSchema

__all__ = [
    "SCHEMAS",
    "CertificateIssued",
    "CertificateIssuedSchema",
    "CertificateRevoked",
    "CertificateRevokedSchema",
    "CertificateSigned",
    "CertificateSignedSchema",
    "CompletionCorrected",
    "CompletionCorrectedSchema",
    "CompletionRecorded",
    "CompletionRecordedSchema",
    "EchelonGroup",
    "EngagementPlanned",
    "EngagementPlannedSchema",
    "EngagementStatus",
    "EngagementStatusChanged",
    "EngagementStatusChangedSchema",
    "EnrolmentKind",
    "GovernmentLevel",
    "Obligation",
    "Outcome",
    "SessionCancelled",
    "SessionCancelledSchema",
    "SessionHeld",
    "SessionHeldSchema",
    "SessionKind",
    "SessionRecounted",
    "SessionRecountedSchema",
    "SessionRescheduled",
    "SessionRescheduledSchema",
    "SessionScheduled",
    "SessionScheduledSchema",
    "VersionPublished",
    "VersionPublishedSchema",
]


def _by_event(schemas: Iterable[type[EventSchema]]) -> Mapping[type[Event], type[EventSchema]]:
    return {schema.builds: schema for schema in schemas}


SCHEMAS: Final[Mapping[type[Event], type[EventSchema]]] = _by_event(
    (
        VersionPublishedSchema,
        SessionScheduledSchema,
        SessionRescheduledSchema,
        SessionCancelledSchema,
        SessionHeldSchema,
        SessionRecountedSchema,
        EngagementPlannedSchema,
        EngagementStatusChangedSchema,
        CompletionRecordedSchema,
        CompletionCorrectedSchema,
        CertificateIssuedSchema,
        CertificateSignedSchema,
        CertificateRevokedSchema,
    )
)
