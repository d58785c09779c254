"""Watches every command that a test sends to the store: none may touch tenants' documents without naming a tenant."""

from collections.abc import Mapping
from typing import Any, Final

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

# The platform's own books: rows of all tenants, read by processes and never by a request.
PLATFORM: Final = frozenset({
    "outbox", "leases", "checkpoints", "parked", "voids", "idempotency", "audit_pending", "audit_log",
})  # fmt: skip
_FILTERED: Final = {"find": "filter", "count": "query", "distinct": "query", "findAndModify": "query"}


class TenantGuard(CommandListener):
    """Collects the commands that would reach beyond one tenant."""

    def __init__(self, exempt: frozenset[str] = frozenset()) -> None:
        self._exempt = exempt
        self.offences: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Look at one command before it is sent."""
        collection = event.command.get(event.command_name)
        if not isinstance(collection, str) or collection not in self._exempt:
            self.offences += offences(event.command_name, event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Answers are of no interest."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Answers are of no interest."""


def offences(name: str, command: Mapping[str, Any]) -> list[str]:
    """Name what in this command lacks the tenant; empty when nothing does."""
    collection = command.get(name)
    if not isinstance(collection, str) or collection in PLATFORM or collection.startswith(("$", "system.")):
        return []
    return [f"{name} {collection}: {part}" for part in _parts(name, command) if not _names_tenant(part)]


def _parts(name: str, command: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if name in _FILTERED:
        return [command.get(_FILTERED[name], {})]
    if name == "aggregate":
        first = command["pipeline"][0] if command["pipeline"] else {}
        return [] if "$changeStream" in first else [first.get("$match", {})]
    if name == "update":
        return [each["q"] for each in command["updates"]]
    if name == "delete":
        return [each["q"] for each in command["deletes"]]
    return list(command["documents"]) if name == "insert" else []


def _names_tenant(part: Mapping[str, Any]) -> bool:
    return "tenant" in part or any(_names_tenant(each) for each in part.get("$and", ()))
