"""Who may do what, the moment of the request, and the keys of personal data."""

from datetime import UTC, datetime
from typing import Final

from eventkit.ids import new_id
from eventkit.web import current_settings
from registration.settings import Settings
from registration.store.vault import Vault

MANAGERS: Final = ("tenant_admin", "programme_manager")
NAME_READERS: Final = (*MANAGERS, "curriculum_manager")
READERS: Final = (*NAME_READERS, "facilitator", "evaluator", "auditor", "system")
FIGURE_READERS: Final = (*MANAGERS, "auditor", "system")


def now() -> datetime:
    """Give the moment at which a command without one happens."""
    return datetime.now(UTC)


def vault() -> Vault:
    """Give the keys of personal data."""
    settings = current_settings(Settings)
    return Vault(settings.master_key, settings.lookup_key)


def new_pair() -> tuple[str, str]:
    """Make the ids of a row: its enrolment's, and its person's if they are new."""
    return new_id(), new_id()
