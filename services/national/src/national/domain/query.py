"""What a reader asks for: a region, a kind of programme, a year, a way to group, a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from eventkit.refusal import Fault, NotFoundError, RefusedError
from national.domain import regions
from national.domain.register import Batch

GROUPINGS: Final = ("nation", "province", "tenant", "programme", "batch")
PARTITIONS: Final = ("category", "arrival", "completion", "credit_limit", "standing", "delegations", "plans")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which batches are meant; a province stands for itself and its regencies and cities."""

    region: str | None = None
    kind: str | None = None
    year: int | None = None

    @property
    def is_empty(self) -> bool:
        return self.region is None and self.kind is None and self.year is None

    def meets(self, batch: Batch) -> bool:
        """Is this batch of the kind and the year that are meant?"""
        return self.kind in (None, batch.kind) and self.year in (None, batch.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How many lines, and after which."""

    cursor: str | None = None
    size: int = 50


class Keyed(Protocol):
    """A line that knows its place in the order of lines."""

    @property
    def key(self) -> str: ...


L = TypeVar("L", bound=Keyed)


def checked(wanted: Filter) -> Filter:
    """Give the filter back; refuses a region that is not in the published list."""
    if wanted.region is not None and wanted.region not in regions.known():
        fault = Fault("/query/region", "region_unknown", (("region", wanted.region),))
        raise RefusedError("INVALID", "region_unknown", [fault], region=wanted.region)
    return wanted


def require_province(code: str) -> regions.Region:
    """Give a province; raises NotFoundError."""
    found = regions.known().get(code)
    if found is None or found.parent is not None:
        raise NotFoundError
    return found


def page_of(lines: Iterable[L], paging: Paging) -> tuple[tuple[L, ...], str | None]:
    """Give the lines after the cursor in the order of their keys, and the cursor of the next page."""
    ordered: Sequence[L] = sorted(lines, key=lambda line: line.key)
    following = [line for line in ordered if paging.cursor is None or line.key > paging.cursor]
    page = tuple(following[: paging.size])
    return page, page[-1].key if len(following) > paging.size else None
