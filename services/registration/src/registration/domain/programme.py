"""Programmes and the statements published about them.

    PROPOSED ──► APPROVED
        └───────────┴────► CANCELLED

Approval is the tenant's own: no national office has a say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import NotFoundError, RefusedError
from registration.events import (
    ProgrammeApproved,
    ProgrammeCancelled,
    ProgrammeClaimRecorded,
    ProgrammeClaimReviewed,
    ProgrammeProposed,
)


class ProgrammeState(StrEnum):
    """Where a programme stands."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    CANCELLED = "CANCELLED"


class ClaimState(StrEnum):
    """How far a statement is checked."""

    RECORDED = "RECORDED"
    VERIFIED = "VERIFIED"
    DISPUTED = "DISPUTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A published statement with its source: kept beside the facts, never mixed with them."""

    id: str
    subject: str
    value: str
    source: str
    stated_on: date
    status: ClaimState = ClaimState.RECORDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a programme is for, who answers for it and on what basis."""

    code: str
    kind: str
    title: str
    organizer_region: str
    organizer_unit: str | None
    objectives: tuple[str, ...]
    values: tuple[str, ...]
    legal_basis: tuple[str, ...]
    sponsor_office: str
    initiative: str
    preceding_programme: str | None
    minutes_per_jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(Aggregate):
    """A programme of one tenant; its batches are aggregates of their own."""

    outline: Outline
    state: ProgrammeState
    proposed_at: datetime
    decided_at: datetime | None = None
    decided_by_office: str | None = None
    reason_code: str | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeProgramme:
    """Put a programme forward."""

    tenant: TenantId
    programme: str
    outline: Outline
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideProgramme:
    """Approve a programme, or call it off with a reason."""

    tenant: TenantId
    programme: str
    at: datetime
    decided_by_office: str
    reason_code: str | None
    expected_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClaim:
    """Keep a published statement."""

    tenant: TenantId
    programme: str
    claim: Claim
    expected_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClaim:
    """Verify or dispute a statement."""

    tenant: TenantId
    programme: str
    claim: str
    status: ClaimState
    expected_version: int | None


def propose(command: ProposeProgramme) -> tuple[Programme, list[Event]]:
    """Put a programme forward."""
    outline = command.outline
    programme = Programme(id=command.programme, outline=outline, state=ProgrammeState.PROPOSED, proposed_at=command.at)
    event = ProgrammeProposed(
        programme=programme.id,
        code=outline.code,
        kind=outline.kind,
        title=outline.title,
        organizer_region=outline.organizer_region,
        organizer_unit=outline.organizer_unit,
        objectives=outline.objectives,
        values=outline.values,
        initiative=outline.initiative,
        preceding_programme=outline.preceding_programme,
        minutes_per_jp=outline.minutes_per_jp,
    )
    return programme, [event]


def approve(programme: Programme, command: DecideProgramme) -> tuple[Programme, list[Event]]:
    """Approve a proposed programme, so that batches may be scheduled."""
    _require(programme, {ProgrammeState.PROPOSED}, "approve")
    approved = _decided(programme, command, ProgrammeState.APPROVED)
    event = ProgrammeApproved(programme=programme.id, at=command.at, decided_by_office=command.decided_by_office)
    return approved, [event]


def cancel_programme(programme: Programme, command: DecideProgramme) -> tuple[Programme, list[Event]]:
    """Give up a programme that has no batch under way."""
    _require(programme, {ProgrammeState.PROPOSED, ProgrammeState.APPROVED}, "cancel")
    cancelled = _decided(programme, command, ProgrammeState.CANCELLED)
    event = ProgrammeCancelled(
        programme=programme.id,
        at=command.at,
        reason_code=command.reason_code or "NOT_STATED",
        decided_by_office=command.decided_by_office,
    )
    return cancelled, [event]


def record_claim(programme: Programme, claim: Claim) -> tuple[Programme, list[Event]]:
    """Keep a statement with its source."""
    event = ProgrammeClaimRecorded(
        claim=claim.id,
        programme=programme.id,
        subject=claim.subject,
        value=claim.value,
        source=claim.source,
        stated_on=claim.stated_on,
        status=claim.status,
    )
    return replace(programme, claims=(*programme.claims, claim)), [event]


def review_claim(programme: Programme, command: ReviewClaim) -> tuple[Programme, list[Event]]:
    """Say whether a statement holds; a review may be reviewed, but nothing becomes unreviewed."""
    if command.status is ClaimState.RECORDED:
        raise RefusedError("CONFLICT", "claim_state", status=command.status)
    claim = _claim(programme.claims, command.claim)
    if claim.status is command.status:
        return programme, []
    reviewed = replace(claim, status=command.status)
    event = ProgrammeClaimReviewed(
        claim=claim.id,
        programme=programme.id,
        subject=claim.subject,
        value=claim.value,
        source=claim.source,
        stated_on=claim.stated_on,
        status=reviewed.status,
    )
    claims = tuple(reviewed if each.id == claim.id else each for each in programme.claims)
    return replace(programme, claims=claims), [event]


def _claim(claims: Iterable[Claim], wanted: str) -> Claim:
    for each in claims:
        if each.id == wanted:
            return each
    raise NotFoundError


def _require(programme: Programme, allowed: set[ProgrammeState], action: str) -> None:
    if programme.state not in allowed:
        raise RefusedError("CONFLICT", "programme_state", state=programme.state, action=action)


def _decided(programme: Programme, command: DecideProgramme, state: ProgrammeState) -> Programme:
    return replace(
        programme,
        state=state,
        decided_at=command.at,
        decided_by_office=command.decided_by_office,
        reason_code=command.reason_code,
    )
