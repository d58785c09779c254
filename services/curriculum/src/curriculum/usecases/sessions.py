"""The plan of a batch: scheduled in one command, moved with the batch, closed session by session."""

from datetime import timedelta

from curriculum import store
from curriculum.domain import attendance, engagement, schedule
from curriculum.domain import session as rules
from curriculum.domain.schedule import BatchPlan, ScheduleSessions
from curriculum.domain.session import BatchMove, CancelSession, CloseSession, RescheduleSession
from curriculum.domain.session import Session as PlannedSession
from eventkit.event import TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import RefusedError

BATCH_CANCELLED = "BATCH_CANCELLED"


def schedule_sessions(uow: Unit, command: ScheduleSessions) -> BatchPlan:
    """Give a batch all sessions of a published version, with their speaker slots."""

    def work(session: Session) -> BatchPlan:
        tenant = command.tenant
        store.hold_batch(tenant, command.batch, session)
        batch = store.seen_batches.load(tenant, command.batch, session)
        version = store.version_by_number(tenant, command.curriculum, command.number, session)
        if store.sessions.count(tenant, {"batch": batch.id}, session):
            raise RefusedError("CONFLICT", "already_scheduled")
        planned = schedule.schedule(batch, version, command)
        slots = [
            slot
            for each, template in zip(planned, version.sessions, strict=True)
            for slot in engagement.plan_slots(each, template.speakers, command.at)
        ]
        saved = store.sessions.save_many(tenant, [(each, [rules.scheduled(each)]) for each in planned], session)
        store.engagements.save_many(tenant, slots, session)
        return BatchPlan(batch=batch.id, sessions=tuple(saved))

    return uow.run(work)


def reschedule_session(uow: Unit, command: RescheduleSession) -> PlannedSession:
    """Move one session and ask its confirmed speakers again."""

    def work(session: Session) -> PlannedSession:
        known = store.sessions.load(command.tenant, command.session, session, expected=command.expected_version)
        moved, events = rules.reschedule(known, command)
        _ask_again(command.tenant, [(known, moved)], session)
        return store.sessions.save(command.tenant, moved, events, session)

    return uow.run(work)


def cancel_session(uow: Unit, command: CancelSession) -> PlannedSession:
    """Call one session off."""

    def work(session: Session) -> PlannedSession:
        known = store.sessions.load(command.tenant, command.session, session, expected=command.expected_version)
        off, events = rules.cancel(known, command.reason_code)
        return store.sessions.save(command.tenant, off, events, session)

    return uow.run(work)


def close_session(uow: Unit, command: CloseSession) -> PlannedSession:
    """Close the attendance list and tell the head count."""

    def work(session: Session) -> PlannedSession:
        known = store.sessions.load(command.tenant, command.session, session, expected=command.expected_version)
        roster = store.roster(command.tenant, known.batch, session)
        sheets = store.sheets_of_session(command.tenant, known.id, session)
        headcount = attendance.count(known, roster.values(), sheets)
        held, events = rules.close(known, headcount, command.at)
        return store.sessions.save(command.tenant, held, events, session)

    return uow.run(work)


def follow_batch(uow: Unit, tenant: TenantId, batch: str, batch_move: BatchMove) -> None:
    """Move the sessions of a rescheduled batch; those with attendance stay and say so."""

    def work(session: Session) -> None:
        known = store.sessions_of_batch(tenant, batch, session)
        followed = [(each, *rules.follow(each, batch_move)) for each in known]
        changes = [(after, events) for before, after, events in followed if after != before]
        store.sessions.save_many(tenant, changes, session)
        _ask_again(tenant, [(before, after) for before, after, events in followed if events], session)

    uow.run(work)


def cancel_batch(uow: Unit, tenant: TenantId, batch: str) -> None:
    """Call off what has not begun when the batch is called off."""

    def work(session: Session) -> None:
        known = store.sessions_of_batch(tenant, batch, session)
        waiting = [each for each in known if each.state is rules.SessionState.SCHEDULED and not each.has_attendance]
        store.sessions.save_many(tenant, [rules.cancel(each, BATCH_CANCELLED) for each in waiting], session)

    uow.run(work)


def _ask_again(tenant: TenantId, moves: list[tuple[PlannedSession, PlannedSession]], session: Session) -> None:
    """Move deadlines along and ask confirmed speakers of the moved sessions again."""
    by_session = {after.id: (before, after) for before, after in moves}
    changes = []
    for slot in store.engagements_of_sessions(tenant, by_session, session):
        before, after = by_session[slot.session]
        shift: timedelta = after.timing.date - before.timing.date
        asked, events = engagement.ask_again(slot, shift.days, after.timing.set_at)
        if asked != slot:
            changes.append((asked, events))
    store.engagements.save_many(tenant, changes, session)
