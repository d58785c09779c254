"""Which batches a report is about, and how they are grouped into lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from eventkit.mongo import Session
from national import store
from national.domain import Batch, Filter, Group, Programme, checked, regions


@dataclass(frozen=True, slots=True)
class Selection:
    """All batches of the nation by row key, those that are asked for, and the programmes that they belong to."""

    everything: Mapping[str, Batch]
    wanted: Mapping[str, Batch]
    programmes: Mapping[str, Programme]

    def members(self, grouping: str) -> dict[Group, list[str]]:
        """Give the row keys of the wanted batches by group."""
        groups: dict[Group, list[str]] = {}
        for key, batch in self.wanted.items():
            groups.setdefault(self.group(batch, grouping), []).append(key)
        return groups

    def group(self, batch: Batch, grouping: str = "batch") -> Group:
        """Name the line that a batch belongs to."""
        if grouping == "nation":
            return Group()
        region = batch.tenant[:2] if grouping == "province" else batch.tenant
        if grouping in ("province", "tenant"):
            return Group(region=region, region_name=regions.name_of(region))
        programme = self.programmes.get(key_of(batch.tenant, batch.programme))
        is_batch = grouping == "batch"
        return Group(
            region=region,
            region_name=regions.name_of(region),
            programme=batch.programme,
            programme_code=programme.code if programme else None,
            batch=batch.id if is_batch else None,
            batch_number=batch.number if is_batch else None,
        )


def key_of(tenant: str, id_: str) -> str:
    """Name an aggregate across tenants."""
    return f"{tenant}/{id_}"


def select(wanted: Filter, session: Session) -> Selection:
    """Read the register of batches; refuses an unknown region."""
    scope = store.Scope(checked(wanted).region)
    batches = {key_of(each.tenant, each.id): each for each in store.select(store.NATION, store.batches, {}, session)}
    programmes = store.select(scope, store.programmes, {}, session)
    return Selection(
        everything=batches,
        wanted={key: each for key, each in batches.items() if scope.covers(each.tenant) and wanted.meets(each)},
        programmes={key_of(each.tenant, each.id): each for each in programmes},
    )
