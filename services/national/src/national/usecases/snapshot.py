"""Reports read one snapshot of whole views, and say what they stand on."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from eventkit.mongo import Session, Unit
from eventkit.problem import RefusedRequestError
from national import store
from national.domain import Basis, Source, definitions
from national.usecases.generation import views_are_whole

T = TypeVar("T")


def read(uow: Unit, work: Callable[[Session], T]) -> T:
    """Run the work on one snapshot; refuses with 503 while a view is lost, or a rebuilt generation is moved in."""

    def whole(session: Session) -> T:
        if store.current_generation(store.NATION, session).is_switching:
            raise _rebuilding()
        return work(session)

    result = uow.run(whole)
    if not views_are_whole(uow):  # looked at last: what is whole now was so in the snapshot
        raise _rebuilding()
    return result


def _rebuilding() -> RefusedRequestError:
    return RefusedRequestError(503, "rebuilding", headers={"Retry-After": "2"})


def basis(session: Session, topics: Iterable[str], names: Iterable[str]) -> Basis:
    """Say which events a report stands on, and what its figures mean."""
    wanted = tuple(topics)
    newest = [at for _, _, at in store.newest_events(store.NATION, wanted, session)]
    positions = store.positions(store.NATION, session)
    sources = tuple(Source(topic=topic, position=positions.get(topic, 0)) for topic in wanted)
    return Basis(as_of=max(newest, default=None), provenance=sources, definitions=definitions(names))
