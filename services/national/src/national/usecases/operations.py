"""Whether the view can be trusted: freshness by tenant, reconciliation with the services, the digest of it all."""

import hashlib
from collections.abc import Iterable, Iterator

from eventkit.mongo import Session, Unit
from eventkit.refusal import Fault, RefusedError
from national import store
from national.domain import (
    EXACT,
    FIGURES,
    OF_TENANT,
    SEATED,
    Amount,
    Digest,
    Freshness,
    FreshnessReport,
    Reconciliation,
    by_batch,
    in_all,
    regions,
    without_exact,
)
from national.usecases.snapshot import basis, read


def report_freshness(uow: Unit, region: str | None) -> FreshnessReport:
    """Give the time of the newest applied event by tenant and topic."""

    def work(session: Session) -> FreshnessReport:
        return FreshnessReport(
            basis=basis(session, store.TOPICS, ["freshness"]), tenants=_freshness(store.Scope(region), session)
        )

    return read(uow, work)


def reconcile(uow: Unit, tenant: str, *, is_exact: bool) -> Reconciliation:
    """Give the figures that the services publish about a tenant, from the nation's view; refuses an unknown tenant.

    Without `is_exact` the figures that count persons are blank.
    """
    if tenant not in regions.known():
        fault = Fault("/query/tenant", "region_unknown", (("region", tenant),))
        raise RefusedError("INVALID", "region_unknown", [fault], region=tenant)
    scope = store.Scope(tenant, is_tenant_only=True)

    def work(session: Session) -> Reconciliation:
        amounts = list(_amounts(scope, session))
        known = [each.id for each in store.select(scope, store.batches, {}, session)]
        of_tenant = {name: store.count(scope, view, session) for name, view in _OF_TENANT}
        figures = {**of_tenant, **in_all(amounts)}
        batches = by_batch(known, amounts)
        return Reconciliation(
            basis=basis(session, store.TOPICS, [*OF_TENANT, *FIGURES]),
            tenant=tenant,
            figures=dict(figures) if is_exact else without_exact(figures),
            batches={id_: dict(each) if is_exact else without_exact(each) for id_, each in batches.items()},
            hidden=() if is_exact else tuple(sorted(EXACT)),
            freshness=_freshness(scope, session),
        )

    return read(uow, work)


def digest_views(uow: Unit) -> Digest:
    """Fingerprint every kept document."""

    def work(session: Session) -> Digest:
        found = list(store.fingerprints(store.NATION, session))
        lines = "".join(f"{name} {digest} {amount}\n" for name, digest, amount in sorted(found))
        return Digest(
            digest=hashlib.sha256(lines.encode()).hexdigest(),
            collections={name: digest for name, digest, _ in found},
            documents={name: amount for name, _, amount in found},
        )

    return read(uow, work)


_OF_TENANT = (("programmes", store.programmes), ("units", store.units))


def _freshness(scope: store.Scope, session: Session) -> tuple[Freshness, ...]:
    return tuple(
        Freshness(tenant=tenant, tenant_name=regions.name_of(tenant), topic=topic, last_event_at=at)
        for tenant, topic, at in store.newest_events(scope, store.TOPICS, session)
    )


def _amounts(scope: store.Scope, session: Session) -> Iterator[Amount]:
    yield from _of_enrolments(store.enrolment_tallies(scope, session))
    for credit in store.completion_tallies(scope, session):
        yield Amount(credit.batch, "completed" if credit.outcome == "COMPLETED" else "incomplete", credit.enrolments)
        yield Amount(credit.batch, "jp_credited", credit.jp_credited)
    for taught in store.session_tallies(scope, session):
        yield Amount(taught.batch, "sessions_held", taught.sessions if taught.status == "HELD" else 0)
        yield Amount(taught.batch, "jp_scheduled", taught.jp if taught.status != "CANCELLED" else 0)
    for view, figure, status in _FOLLOWED:
        for each in store.status_tallies(scope, view, session):
            yield Amount(each.batch, figure, each.amount if status in (None, each.status) else 0)
    for plan in store.verified_plans(scope, session):
        yield Amount(plan.batch, "plans_verified", plan.amount)


_FOLLOWED = (
    (store.measures, "measures_opened", None),
    (store.plans, "plans_submitted", None),
    (store.visits, "visits_closed", "CLOSED"),
    (store.outcomes, "outcomes_shown", "SHOWN"),
)


def _of_enrolments(tallies: Iterable[store.EnrolmentTally]) -> Iterator[Amount]:
    for each in tallies:
        yield Amount(each.batch, "nominated", each.enrolments)
        if each.status == "REJECTED":
            yield Amount(each.batch, "rejected", each.enrolments)
        if each.status == "CHECKED_IN":
            yield Amount(each.batch, "checked_in", each.enrolments)
        if each.status in SEATED:
            yield Amount(each.batch, "confirmed", each.enrolments)
            yield Amount(each.batch, "persons", each.persons)
            yield Amount(each.batch, "non_asn", each.enrolments if each.person_kind == "NON_ASN" else 0)
