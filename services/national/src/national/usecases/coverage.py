"""Coverage: which regional governments ran which kind of programme, for the nation or inside one province."""

from collections.abc import Iterable

from eventkit.mongo import Session, Unit
from national import store
from national.domain import Batch, CoverageReport, Filter, RegionCoverage, regions, require_province
from national.usecases.snapshot import basis, read

_TOPICS = ("registration.programme", "registration.batch")
_NAMES = ("programmes", "batches", "active")


def cover_nation(uow: Unit, wanted: Filter) -> CoverageReport:
    """Give one line per province, each with its regencies and cities in it."""

    def work(session: Session) -> CoverageReport:
        batches = _batches(store.NATION, wanted, session)
        lines = tuple(
            _line(each, [each, *regions.children(each.code)], [b for b in batches if b.tenant[:2] == each.code])
            for each in regions.provinces()
        )
        nation = regions.Region(code="00", name="Indonesia", kind="NEGARA", parent=None)
        total = _line(nation, list(regions.known().values()), batches)
        return CoverageReport(basis=basis(session, _TOPICS, _NAMES), total=total, regions=lines)

    return read(uow, work)


def cover_province(uow: Unit, province: str, wanted: Filter) -> CoverageReport:
    """Give one line for the province's own government and one per regency and city; raises NotFoundError."""
    whole = require_province(province)

    def work(session: Session) -> CoverageReport:
        batches = _batches(store.Scope(province), wanted, session)
        members = [whole, *regions.children(province)]
        lines = tuple(_line(each, [each], [b for b in batches if b.tenant == each.code]) for each in members)
        return CoverageReport(
            basis=basis(session, _TOPICS, _NAMES), total=_line(whole, members, batches), regions=lines
        )

    return read(uow, work)


def _batches(scope: store.Scope, wanted: Filter, session: Session) -> list[Batch]:
    return [each for each in store.select(scope, store.batches, {}, session) if wanted.meets(each)]


def _line(region: regions.Region, members: list[regions.Region], batches: Iterable[Batch]) -> RegionCoverage:
    counted = list(batches)
    codes = {each.code for each in members}
    by_kind: dict[str, int] = {}
    by_status: dict[str, int] = {}
    for each in counted:
        by_kind[each.kind] = by_kind.get(each.kind, 0) + 1
        by_status[each.status] = by_status.get(each.status, 0) + 1
    return RegionCoverage(
        code=region.code,
        name=region.name,
        kind=region.kind,
        regions=len(members),
        active=len({each.tenant for each in counted if each.status != "CANCELLED"} & codes),
        programmes=len({(each.tenant, each.programme) for each in counted}),
        batches=len(counted),
        by_kind=dict(sorted(by_kind.items())),
        by_status=dict(sorted(by_status.items())),
    )
