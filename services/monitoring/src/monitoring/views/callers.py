"""Who may do what: groups of roles that several routes share."""

from typing import Final

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
MANAGERS: Final = ("tenant_admin", "programme_manager")
MEASURERS: Final = ("tenant_admin", "programme_manager", "evaluator", "system")
PLANNERS: Final = ("tenant_admin", "programme_manager", "supervisor", "facilitator")
VERIFIERS: Final = ("tenant_admin", "programme_manager", "supervisor", "evaluator")
VISITORS: Final = ("tenant_admin", "evaluator")
COUNTERS: Final = ("tenant_admin", "programme_manager", "auditor", "system")
