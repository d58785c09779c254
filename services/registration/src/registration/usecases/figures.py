"""Readings that span collections: figures, headcounts, the roster with names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventkit.event import TenantId
from eventkit.mongo import Page, Unit
from registration import store
from registration.domain import figures as domain
from registration.domain.enrolment import Enrolment
from registration.domain.figures import Figures, Headcount
from registration.store.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterQuery:
    """Which page of which roster."""

    tenant: TenantId
    batch: str
    cursor: str | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A page of enrolments and who the persons behind them are."""

    page: Page[Enrolment]
    names: Mapping[str, tuple[str, str | None] | None] = field(repr=False)


def count_figures(uow: Unit, tenant: TenantId) -> Figures:
    """Count everything that the national view must agree with."""
    session = uow.reading()
    batches = domain.sum_figures(store.tallies(tenant, session))
    own = {"programmes": store.programmes.count(tenant, {}, session), "units": store.units.count(tenant, {}, session)}
    return Figures(
        tenant=tenant,
        as_of=session.at,
        definitions=domain.DEFINITIONS,
        figures={**own, **domain.total_figures(batches)},
        batches=batches,
    )


def count_heads(uow: Unit, tenant: TenantId, batch: str) -> Headcount:
    """Count the enrolments of one batch."""
    session = uow.reading()
    store.batches.load(tenant, batch, session)
    return domain.count_heads(batch, store.tallies(tenant, session, batch=batch), session.at)


def read_roster(uow: Unit, vault: Vault, query: RosterQuery) -> Roster:
    """Give a page of the roster; names are decrypted here and stored nowhere."""
    session, tenant = uow.reading(), query.tenant
    store.batches.load(tenant, query.batch, session)
    where = {"batch": query.batch}
    page = store.enrolments.page(tenant, where, session, cursor=query.cursor, size=query.size)
    ids = {each.person for each in page.items if each.person is not None}
    ids |= {delegate for each in page.items for delegate in each.delegates}
    people = store.persons.many(tenant, ids, session)
    known = store.identities(tenant, vault, people, session)
    names = {key: None if each is None else (each.name, each.number) for key, each in known.items()}
    return Roster(page=page, names=names)
