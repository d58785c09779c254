"""Which roles may do what here, and what a command takes from its request."""

from datetime import UTC, datetime
from typing import Final

BULK_TIMEOUT_S: Final = 12.0  # one transaction over some hundred enrolments, on a busy machine too
READERS: Final = (
    "tenant_admin",
    "programme_manager",
    "curriculum_manager",
    "facilitator",
    "supervisor",
    "evaluator",
    "auditor",
    "system",
)
AUTHORS: Final = ("tenant_admin", "curriculum_manager")
PLANNERS: Final = ("tenant_admin", "programme_manager", "curriculum_manager")
MARKERS: Final = (*PLANNERS, "facilitator")
RECORD_READERS: Final = ("tenant_admin", "programme_manager", "curriculum_manager", "supervisor", "auditor", "system")
COUNTERS: Final = ("tenant_admin", "programme_manager", "auditor", "system")


def now() -> datetime:
    """Take the moment at which the server received the command."""
    return datetime.now(UTC)
