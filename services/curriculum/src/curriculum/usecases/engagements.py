"""Speakers: open a slot, take it through its states, give it to somebody else."""

from datetime import date

from curriculum import store
from curriculum.domain import engagement as rules
from curriculum.domain.engagement import Board, ChangeEngagement, Engagement, PlanEngagement, ReplaceSpeaker
from eventkit.event import TenantId
from eventkit.mongo import Session, Unit


def plan_engagement(uow: Unit, command: PlanEngagement) -> Engagement:
    """Add a speaker slot to a session."""

    def work(session: Session) -> Engagement:
        planned_for = store.sessions.load(command.tenant, command.session, session)
        planned, events = rules.plan(planned_for, command.slot, command.engagement, command.at)
        return store.engagements.save(command.tenant, planned, events, session)

    return uow.run(work)


def change_engagement(uow: Unit, command: ChangeEngagement) -> Engagement:
    """Take a slot to its next state."""

    def work(session: Session) -> Engagement:
        known = store.engagements.load(command.tenant, command.engagement, session, expected=command.expected_version)
        changed, events = rules.change(known, command)
        return store.engagements.save(command.tenant, changed, events, session)

    return uow.run(work)


def replace_speaker(uow: Unit, command: ReplaceSpeaker) -> Engagement:
    """Close a slot as replaced and open its successor in the same session."""

    def work(session: Session) -> Engagement:
        known = store.engagements.load(command.tenant, command.engagement, session, expected=command.expected_version)
        planned_for = store.sessions.load(command.tenant, known.session, session)
        ended, opened = rules.substitute(known, planned_for, command)
        return store.engagements.save_many(command.tenant, [ended, opened], session)[1]

    return uow.run(work)


def read_engagements(session: Session, tenant: TenantId, batch: str) -> list[Engagement]:
    """Give the speaker slots of a batch, replaced ones too."""
    store.seen_batches.load(tenant, batch, session)
    return store.engagements.select(tenant, {"batch": batch}, session)


def read_board(session: Session, tenant: TenantId, batch: str, as_of: date) -> Board:
    """Show which speakers of a batch are settled on a day."""
    return rules.board(batch, read_engagements(session, tenant, batch), as_of)
