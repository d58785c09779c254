"""What the audit log of a service holds, for tests: sealed entries, those that still wait, and the verdict."""

from collections.abc import Iterable
from typing import Any

from pymongo.database import Database

from eventkit import audit
from eventkit.audit import Verdict

Document = dict[str, Any]


def entries(database: Database[Document]) -> list[Document]:
    """Give the sealed entries in the order of their numbers; `database` is the service's own, with any rights."""
    return list(audit.log_of(database).find({}, sort=[("_id", 1)]))


def pending(database: Database[Document]) -> list[Document]:
    """Give the entries that no sealer has taken yet, oldest first."""
    return list(database[audit.PENDING].find({}, sort=[("_id", 1)]))


def written(database: Database[Document]) -> list[Document]:
    """Give every entry, sealed or not; a test that looks right after an answer need not wait for the sealer."""
    waiting = pending(database)  # first: an entry moves from here to there
    sealed = entries(database)
    known = {each["id"] for each in sealed}
    return sealed + [{**each, "id": each["_id"]} for each in waiting if each["_id"] not in known]


def verdict(database: Database[Document], values: Iterable[bytes]) -> Verdict:
    """Verify the log against the values of the records of the topic `<service>.audit`, read before this call."""
    return audit.verify(entries(database), audit.anchors_of(values))
