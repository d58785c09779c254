"""A new generation of the views: begun beside the live one, switched to when it has caught up.

mark (readers get 503) → fence the live consumer → move each collection in → set its positions → unmark
A crash on the way loses nothing: the mark stays, and another rebuild begins anew and ends the switch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from eventkit.mongo import Session, Unit
from national import store


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did."""

    generation: int
    records: int
    seconds: float


def begin_generation(uow: Unit) -> store.NextGeneration:
    """Give an empty database for the next generation; readers and the live consumer go on undisturbed."""
    return store.next_generation(store.NATION, uow.reading())


def read_so_far(uow: Unit) -> dict[str, int]:
    """Give how far the next generation has read, by checkpoint."""
    return store.reached(store.NATION, uow.reading())


def switch_generation(uow: Unit, positions: Mapping[str, int]) -> int:
    """Move the next generation in; what the live consumer stores meanwhile is fenced off or read again."""
    generation = uow.run(_begin)
    store.fence_live_consumer(store.NATION, positions, uow.reading())
    store.move_in(store.NATION, uow.reading())
    uow.run(lambda session: store.set_positions(store.NATION, positions, session))
    moved_in = store.identities(store.NATION, uow.reading())
    uow.run(lambda session: _end(moved_in, session))
    store.drop_next_generation(store.NATION, uow.reading())
    return generation


def _begin(session: Session) -> int:
    current = store.current_generation(store.NATION, session)
    following = replace(current, number=current.number + 1, is_switching=True)
    store.save_generation(store.NATION, following, session)
    return following.number


def views_are_whole(uow: Unit) -> bool:
    """Say whether every view is still the collection that was filled; its identity is noted when first asked."""
    session = uow.reading()
    known, found = store.current_generation(store.NATION, session).views, store.identities(store.NATION, session)
    if not known and len(found) == len(store.TOPICS):
        uow.run(lambda session: _note(found, session))
        return True
    return found == known


def _note(views: Mapping[str, str], session: Session) -> None:
    current = store.current_generation(store.NATION, session)
    if not current.views:
        store.save_generation(store.NATION, replace(current, views=views), session)


def _end(views: Mapping[str, str], session: Session) -> None:
    current = store.current_generation(store.NATION, session)
    store.save_generation(store.NATION, replace(current, is_switching=False, views=views), session)
