"""The register of innovations per unit.

PROPOSED → TRIED → ADOPTED; DROPPED from the first two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from eventkit.event import Aggregate, TenantId
from eventkit.refusal import RefusedError


class InnovationState(StrEnum):
    """How far an innovation is."""

    PROPOSED = "PROPOSED"
    TRIED = "TRIED"
    ADOPTED = "ADOPTED"
    DROPPED = "DROPPED"


_NEXT: Final[Mapping[InnovationState, frozenset[InnovationState]]] = {
    InnovationState.PROPOSED: frozenset({InnovationState.TRIED, InnovationState.DROPPED}),
    InnovationState.TRIED: frozenset({InnovationState.ADOPTED, InnovationState.DROPPED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Innovation(Aggregate):
    """Something a unit does in a new way, traceable to a programme's batch and, if known, an enrolment."""

    unit: str
    batch: str | None
    enrolment: str | None
    title: str
    started_on: date
    state: InnovationState = InnovationState.PROPOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterInnovation:
    """Put an innovation on the register."""

    tenant: TenantId
    id: str
    unit: str
    batch: str | None
    enrolment: str | None
    title: str
    started_on: date


def register(command: RegisterInnovation) -> Innovation:
    """Begin an entry as PROPOSED."""
    return Innovation(
        id=command.id,
        unit=command.unit,
        batch=command.batch,
        enrolment=command.enrolment,
        title=command.title,
        started_on=command.started_on,
    )


def advance(innovation: Innovation, state: InnovationState) -> Innovation:
    """Move an entry on; refuses a step that the register does not know."""
    if state not in _NEXT.get(innovation.state, frozenset()):
        raise RefusedError("CONFLICT", "innovation_state", state=innovation.state)
    return replace(innovation, state=state)
