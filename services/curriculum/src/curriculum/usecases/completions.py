"""Completion: the rule applied to a batch, again after corrections, and its certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from curriculum import store
from curriculum.domain import certificate as certificates
from curriculum.domain import completion as rules
from curriculum.domain.certificate import Certificate, IssueCertificates, Series
from curriculum.domain.completion import CompleteBatch, Completion, Evidence, Shortfall, Why
from curriculum.domain.ids import derived
from curriculum.domain.ledger import Ledger, ledger
from curriculum.domain.scores import TestKind, takers
from curriculum.domain.seen import SeenBatch, SeenEnrolment
from curriculum.domain.session import Session as PlannedSession
from curriculum.domain.session import SessionState
from curriculum.domain.tally import CompletionReport, tally
from curriculum.events import Outcome
from eventkit.event import Event, TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import NotFoundError, RefusedError

Change = tuple[Completion, list[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificates:
    """The certificates that a command issued."""

    batch: str
    certificates: tuple[Certificate, ...]


def complete_batch(uow: Unit, command: CompleteBatch) -> CompletionReport:
    """Record the completion of every active enrolment; repeated without new facts it changes nothing."""

    def work(session: Session) -> CompletionReport:
        store.hold_batch(command.tenant, command.batch, session)
        enrolments = [each for each in store.roster(command.tenant, command.batch, session).values() if each.is_active]
        why = Why(reason_code=command.reason_code, at=command.at)
        changes = _judge(command.tenant, command.batch, enrolments, why, session)
        _store(command.tenant, changes, session)
        return tally(command.batch, changes)

    return uow.run(work)


def recompute(session: Session, command: CompleteBatch) -> CompletionReport:
    """Say what applying the rule again would do, from stored attendance and events alone; stores nothing."""
    enrolments = [each for each in store.roster(command.tenant, command.batch, session).values() if each.is_active]
    why = Why(reason_code=command.reason_code or "DRY_RUN", at=command.at)
    return tally(command.batch, _judge(command.tenant, command.batch, enrolments, why, session))


def correct_completions(tenant: TenantId, batch: str, enrolments: Iterable[str], why: Why, session: Session) -> None:
    """Apply the rule again to those enrolments that already have a completion."""
    store.hold_batch(tenant, batch, session)
    known = store.completions.many(tenant, [rules.completion_id(each) for each in enrolments], session)
    roster = store.seen_enrolments.many(tenant, [each.enrolment for each in known.values()], session)
    if roster:
        _store(tenant, _judge(tenant, batch, list(roster.values()), why, session), session)


def follow_plan(uow: Unit, tenant: TenantId, enrolment: str, why: Why) -> None:
    """Apply the rule again when the action plan of a recorded enrolment comes in."""

    def work(session: Session) -> None:
        known = store.seen_enrolments.find(tenant, enrolment, session)
        if known is None:
            return
        store.hold_batch(tenant, known.batch, session)
        recorded = store.completions.find(tenant, rules.completion_id(enrolment), session)
        if recorded is not None and Shortfall.PLAN_MISSING in recorded.result.shortfalls:
            correct_completions(tenant, known.batch, [enrolment], why, session)

    uow.run(work)


def issue_certificates(uow: Unit, command: IssueCertificates) -> IssuedCertificates:
    """Give a number to every person of the complete enrolments who has no valid certificate yet."""

    def work(session: Session) -> IssuedCertificates:
        store.seen_batches.load(command.tenant, command.batch, session)
        wanted = {"batch": command.batch, "result.outcome": Outcome.COMPLETED.value}
        complete = store.completions.select(command.tenant, wanted, session)
        if not complete:
            raise RefusedError("CONFLICT", "nothing_completed")
        held = store.certificates_of_enrolments(command.tenant, [each.enrolment for each in complete], session)
        valid = {(each.enrolment, each.person) for each in held if each.is_valid}
        issued = _issue(command.tenant, complete, valid, session)
        return IssuedCertificates(batch=command.batch, certificates=tuple(issued))

    return uow.run(work)


def read_ledger(session: Session, tenant: TenantId, person: str, year: int) -> Ledger:
    """Add up one person's JP of a calendar year over all programmes; raises NotFoundError for a stranger."""
    if not store.is_known(tenant, person, session):
        raise NotFoundError
    found = store.completions_of_people(tenant, [person], year, session)
    return ledger(person, year, found.get(person, ()))


def _issue(
    tenant: TenantId, complete: list[Completion], valid: set[tuple[str, str]], session: Session
) -> list[Certificate]:
    name = certificates.series_of(tenant, complete[0])
    series = store.series.find(tenant, derived(name), session) or Series(id=derived(name))
    changes = []
    last = series
    for completion in complete:
        for credit in completion.result.credits:
            if credit.jp and (completion.enrolment, credit.person) not in valid:
                last, made, events = certificates.issue(last, name, completion, credit)
                changes.append((made, events))
    if changes:
        store.series.save(tenant, last, [], session)
    return store.certificates.save_many(tenant, changes, session)


def _judge(tenant: TenantId, batch: str, enrolments: list[SeenEnrolment], why: Why, session: Session) -> list[Change]:
    evidence = _gather(tenant, batch, enrolments, session)
    known = store.completions.many(tenant, [rules.completion_id(each.id) for each in enrolments], session)
    return [rules.record(each, evidence, known.get(rules.completion_id(each.id)), why) for each in enrolments]


def _store(tenant: TenantId, changes: list[Change], session: Session) -> None:
    changed = [each for each in changes if each[1]]
    corrected = {completion.enrolment for completion, _ in changed if completion.version}
    store.completions.save_many(tenant, changed, session)
    if corrected:
        held = store.certificates_of_enrolments(tenant, corrected, session)
        gone = [certificates.supersede(each) for each in held if each.is_valid]
        store.certificates.save_many(tenant, gone, session)


def _gather(tenant: TenantId, batch: str, enrolments: list[SeenEnrolment], session: Session) -> Evidence:
    seen = store.seen_batches.load(tenant, batch, session)
    ended_on = _ended_on(seen)
    sessions = store.sessions_of_batch(tenant, batch, session)
    version = store.versions.load(tenant, _held(sessions)[0].version_id, session)
    ids = [each.id for each in enrolments]
    people = [person for each in enrolments for person in each.people]
    scores = store.scores_of_batch(tenant, batch, ids, session)
    commitments = store.commitments_of_batch(tenant, batch, ids, session)
    return Evidence(
        batch=seen,
        ended_on=ended_on,
        rule=version.rule,
        sessions=tuple(_held(sessions)),
        sheets=store.sheets_of_batch(tenant, batch, ids, session),
        post_tested=takers(scores.values(), TestKind.POST_TEST),
        planned=store.planned_enrolments(tenant, ids, session),
        committed=frozenset(each.enrolment for each in commitments.values()),
        earlier=store.completions_of_people(tenant, people, ended_on.year, session),
    )


def _ended_on(batch: SeenBatch) -> date:
    if batch.ended_on is None:
        raise RefusedError("CONFLICT", "batch_not_completed")
    return batch.ended_on


def _held(sessions: list[PlannedSession]) -> list[PlannedSession]:
    waiting = [each.code for each in sessions if each.state is SessionState.SCHEDULED]
    if waiting:
        raise RefusedError("CONFLICT", "sessions_open", sessions=", ".join(waiting))
    held = [each for each in sessions if each.state is SessionState.HELD]
    if not held:
        raise RefusedError("CONFLICT", "nothing_held")
    return held
