"""Two generations of the views in one database: the live one, and the next one under names of its own.

Their books hold all tenants, as the platform's own do; the scope is always the nation.
"""

from collections.abc import Mapping
from typing import Final

from pymongo.collection import Collection
from pymongo.database import Database

from eventkit import ledger, mongo
from eventkit.mongo import Document, Documents, Session
from national.store.scope import Scope
from national.store.views import TOPICS

PREFIX: Final = "next_"
_MOVED: Final = (*(view.name for view in TOPICS.values()), ledger.PARKED, ledger.VOIDS)


class NextGeneration(Database[Document]):
    """The same database, seen so that nothing of the live generation is touched."""

    def __getitem__(self, name: str) -> Collection[Document]:
        return super().__getitem__(f"{PREFIX}{name}")


def next_generation(scope: Scope, session: Session) -> NextGeneration:
    """Give an empty next generation with its indexes; one that was left unfinished is dropped."""
    drop_next_generation(scope, session)
    views = [Documents(f"{PREFIX}{each.name}", each.kind, indexes=each.indexes) for each in TOPICS.values()]
    mongo.prepare(session.database, views)
    following = NextGeneration(session.database.client, session.database.name)
    ledger.prepare(following)
    return following


def identities(scope: Scope, session: Session) -> dict[str, str]:
    """Give the identity of each view's collection; one that was dropped and made again has another."""
    del scope
    names = {"name": {"$in": [view.name for view in TOPICS.values()]}}
    found = session.database.list_collections(filter=names)
    return {each["name"]: str(each["info"]["uuid"]) for each in found}


def drop_next_generation(scope: Scope, session: Session) -> None:
    """Remove what is left of a next generation."""
    del scope
    for name in session.database.list_collection_names():
        if name.startswith(PREFIX):
            session.database.drop_collection(name)


def reached(scope: Scope, session: Session) -> dict[str, int]:
    """Give how far the next generation has read, by checkpoint."""
    del scope
    return {each["_id"]: each["offset"] for each in session.collection(f"{PREFIX}{ledger.CHECKPOINTS}").find()}


def fence_live_consumer(scope: Scope, positions: Mapping[str, int], session: Session) -> None:
    """Take the partitions away from the live consumer, whose next batch is then refused as a whole."""
    del scope
    ours = {"_id": {"$in": sorted(positions)}}
    session.collection(ledger.CHECKPOINTS).update_many(ours, {"$inc": {"epoch": 1}}, session=session.transaction)


def move_in(scope: Scope, session: Session) -> None:
    """Let the collections of the next generation take the places of the live ones; no transaction can do that."""
    del scope
    for name in _MOVED:
        session.collection(f"{PREFIX}{name}").rename(name, dropTarget=True)


def set_positions(scope: Scope, positions: Mapping[str, int], session: Session) -> None:
    """Let the live consumer read on where the new generation ends, and fence it once more."""
    del scope
    for checkpoint, offset in positions.items():
        session.collection(ledger.CHECKPOINTS).update_one(
            {"_id": checkpoint},
            {"$set": {"offset": offset}, "$inc": {"epoch": 1}},
            upsert=True,
            session=session.writing(),
        )
