"""The programme register: what every tenant planned, what really happened, and what others claim about it."""

from collections.abc import Iterable
from typing import Any

from eventkit.event import TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import NotFoundError
from national import store
from national.domain import (
    Batch,
    BatchEntry,
    Filter,
    Paging,
    Programme,
    ProgrammeEntry,
    RegisterReport,
    Speaker,
    Version,
    checked,
    regions,
)
from national.usecases.snapshot import basis, read

_TOPICS = ("registration.programme", "registration.batch", "curriculum.version", "curriculum.engagement")
_NAMES = ("register", "jp_curriculum")


def list_programmes(uow: Unit, wanted: Filter, paging: Paging) -> RegisterReport:
    """Give the programmes of a region, kind and year, by tenant and then in the order in which they were proposed."""

    def work(session: Session) -> RegisterReport:
        scope = store.Scope(checked(wanted).region)
        found = store.select(
            scope, store.programmes, _where(scope, wanted, paging, session), session, limit=paging.size + 1
        )
        shown = found[: paging.size]
        return RegisterReport(
            basis=basis(session, _TOPICS, _NAMES),
            items=_entries(shown, session),
            next_cursor=_cursor(shown[-1]) if len(found) > paging.size else None,
        )

    return read(uow, work)


def show_programme(uow: Unit, tenant: TenantId, programme: str) -> RegisterReport:
    """Give one programme; raises NotFoundError."""

    def work(session: Session) -> RegisterReport:
        found = store.programmes.find(tenant, programme, session)
        if found is None:
            raise NotFoundError
        return RegisterReport(basis=basis(session, _TOPICS, _NAMES), items=_entries([found], session), next_cursor=None)

    return read(uow, work)


def _where(scope: store.Scope, wanted: Filter, paging: Paging, session: Session) -> dict[str, Any]:
    where: dict[str, Any] = {"kind": wanted.kind} if wanted.kind else {}
    if paging.cursor:
        where["_id"] = {"$gt": paging.cursor.replace(":", "/", 1)}
    if wanted.year is not None:
        batches = store.select(scope, store.batches, {"year": wanted.year}, session)
        ids = {"$in": sorted({f"{each.tenant}/{each.programme}" for each in batches})}
        where["_id"] = {**where.get("_id", {}), **ids}
    return where


def _cursor(programme: Programme) -> str:
    return f"{programme.tenant}:{programme.id}"


def _entries(programmes: Iterable[Programme], session: Session) -> tuple[ProgrammeEntry, ...]:
    return tuple(_entry(each, session) for each in programmes)


def _entry(programme: Programme, session: Session) -> ProgrammeEntry:
    scope = store.Scope(programme.tenant, is_tenant_only=True)
    of_programme = {"programme": programme.id}
    versions = store.select(scope, store.versions, of_programme, session)
    batches = store.select(scope, store.batches, of_programme, session)
    return ProgrammeEntry(
        id=programme.id,
        tenant=programme.tenant,
        tenant_name=regions.name_of(programme.tenant),
        code=programme.code,
        kind=programme.kind,
        title=programme.title,
        status=programme.status,
        organizer_region=programme.organizer_region,
        organizer_unit=programme.organizer_unit,
        objectives=programme.objectives,
        values=programme.values,
        initiative=programme.initiative,
        preceding_programme=programme.preceding_programme,
        minutes_per_jp=programme.minutes_per_jp,
        jp_curriculum=newest_jp(versions),
        claims=programme.claims,
        batches=tuple(_batch(scope, each, session) for each in batches),
    )


def newest_jp(versions: Iterable[Version]) -> int | None:
    """Give the JP of the newest published curriculum; None while there is none."""
    newest = max(versions, key=lambda each: (each.seen_at, each.version), default=None)
    return newest.jp_total if newest else None


def _batch(scope: store.Scope, batch: Batch, session: Session) -> BatchEntry:
    latest = batch.schedules[-1] if batch.schedules else None
    venue = latest.venue_region if latest else None  # may lie below a regency, where the list of names ends
    return BatchEntry(
        id=batch.id,
        number=batch.number,
        status=batch.status,
        planned=batch.schedules[0] if batch.schedules else None,
        schedules=batch.schedules,
        provisional=batch.provisional,
        time_zone=batch.time_zone,
        venue_region=venue,
        venue_name=regions.name_of(venue[:5]) if venue else None,
        seats_total=batch.seats_total,
        actual_start=batch.started_on,
        actual_end=batch.ended_on,
        started_at=batch.started_at,
        ended_at=batch.ended_at,
        speakers=tuple(
            Speaker(office_code=each.office_code, government_level=each.government_level, status=each.status)
            for each in store.select(scope, store.engagements, {"batch": batch.id}, session)
        ),
    )
