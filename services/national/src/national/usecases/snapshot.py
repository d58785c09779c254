"""Reports read one snapshot of whole views, and say what they stand on."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from eventkit.mongo import Session, Unit
from eventkit.problem import RefusedRequestError
from national import store
from national.domain import Basis, Source, definitions

T = TypeVar("T")


def read(uow: Unit, work: Callable[[Session], T]) -> T:
    """Run the work on one snapshot; refuses with 503 while a rebuilt generation is being moved in."""

    def whole(session: Session) -> T:
        if store.current_generation(store.NATION, session).is_switching:
            raise RefusedRequestError(503, "rebuilding", headers={"Retry-After": "2"})
        return work(session)

    return uow.run(whole)


def basis(session: Session, topics: Iterable[str], names: Iterable[str]) -> Basis:
    """Say which events a report stands on, and what its figures mean."""
    wanted = tuple(topics)
    newest = [at for _, _, at in store.newest_events(store.NATION, wanted, session)]
    positions = store.positions(store.NATION, session)
    sources = tuple(Source(topic=topic, position=positions.get(topic, 0)) for topic in wanted)
    return Basis(as_of=max(newest, default=None), provenance=sources, definitions=definitions(names))
