"""L01: the owner of a store tampers with its audit log; the verifier names the first entry that is not as it was."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from attacker import Attacker

from bina import audits
from eventkit.audit import LOG, link

SERVICE: Final = "registration"
Tamper = Callable[[Any, list[dict[str, Any]]], object]


@pytest.fixture
def log(stage: Any, attacker: Attacker) -> Iterator[Any]:
    """Wait until everything is sealed and anchored, give the log, and put it back as it was."""
    deadline = time.monotonic() + 120
    while True:
        (report,) = audits.verify(stage.platform, SERVICE)
        if report.fault is None and report.pending == 0 and report.anchored == report.entries > 5:
            break
        assert time.monotonic() < deadline, report
    collection = attacker.database(SERVICE).client[f"{SERVICE}_audit"][LOG]
    honest = list(collection.find({}))
    yield collection
    collection.delete_many({})
    collection.insert_many(honest)
    assert audits.verify(stage.platform, SERVICE)[0].fault is None


def swap(log: Any, entries: list[dict[str, Any]]) -> None:
    """Exchange the contents of two entries."""
    log.replace_one({"_id": 2}, {**entries[2], "_id": 2})
    log.replace_one({"_id": 3}, {**entries[1], "_id": 3})


def insert(log: Any, entries: list[dict[str, Any]]) -> None:
    """Push one in and move the others up."""
    log.delete_many({"_id": {"$gte": 3}})
    log.insert_one({**entries[2], "subject": "planted"})
    log.insert_many([{**each, "_id": each["_id"] + 1} for each in entries[2:]])


def recompute(log: Any, entries: list[dict[str, Any]]) -> None:
    """Change one entry and chain all of them anew, as only who knows the code can."""
    rows = [
        {name: value for name, value in each.items() if name not in ("hash", "previous", "seal", "id")}
        for each in entries
    ]
    rows = [{**row, "_id": each["id"], **({"subject": "planted"} if number == 1 else {})}
            for number, (row, each) in enumerate(zip(rows, entries, strict=True))]  # fmt: skip
    log.delete_many({})
    log.insert_many(link(rows, None))


TAMPERS: Final[dict[str, tuple[Tamper, str, int]]] = {
    "edited": (lambda log, _: log.update_one({"_id": 2}, {"$set": {"subject": "planted"}}), "CHANGED", 2),
    "deleted": (lambda log, _: log.delete_one({"_id": 2}), "MISSING", 2),
    "inserted": (insert, "CHANGED", 3),
    "reordered": (swap, "CHANGED", 2),
    "tail cut": (lambda log, entries: log.delete_one({"_id": entries[-1]["_id"]}), "CUT", -1),
    "recomputed": (recompute, "RECOMPUTED", 0),
}


@pytest.mark.parametrize(("tamper", "fault", "number"), TAMPERS.values(), ids=TAMPERS)
def test_the_first_falsified_entry_is_named(stage: Any, log: Any, tamper: Tamper, fault: str, number: int) -> None:
    entries = sorted(log.find({}), key=lambda each: each["_id"])
    tamper(log, entries)
    (report,) = audits.verify(stage.platform, SERVICE)
    assert report.fault == fault
    assert report.bad_entry == (entries[number]["_id"] if number < 0 else number or report.bad_entry)
    assert stage.bina("audit", "verify", "--service", SERVICE).status == 1
