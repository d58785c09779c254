"""What comes over the wire: copies, disorder, poison, a newer version, and the return of dead letters."""

import time
from collections.abc import Sequence
from typing import Final

from bina import dead_letters, stores
from prove.arena import Arena
from prove.scenario import Counterexample, Scenario
from prove.topics import RawRecord
from prove.wire import READERS, TOPIC, Unit, copy_of

BUSY_S: Final = 20.0  # more for a machine that does other things too
SHARE: Final = 0.2
TENANT_OF_OLD: Final = "74.71"


def copies(arena: Arena) -> None:
    """F20: a random fifth of every topic comes again, the oldest records too."""
    arena.drive(60)
    arena.converge()
    for topic in arena.stack.topics:
        records = arena.topic(topic.name)
        if not records:
            continue
        oldest = min(records, key=lambda each: (each.timestamp_ms, each.partition, each.offset))
        again = arena.random.sample(records, max(1, int(len(records) * SHARE)))
        arena.produce(topic.name, [copy_of(oldest), *(copy_of(each) for each in again)])
    arena.drive(20)
    arena.recovered("all copies read and dropped", arena.converge())
    arena.check()


def disorder(arena: Arena) -> None:
    """F21: 5 before 4, and 3 after 9; a gap holds its aggregate alone, what is stale is dropped."""
    late, early, other = Unit(), Unit(), Unit()
    arena.produce(TOPIC, [late.event(number) for number in (1, 2, 3, 5)])
    arena.produce(TOPIC, [early.event(number) for number in range(1, 10)])
    took = _until_at(arena, early, 9)
    for reader in READERS:
        arena.recovered(f"{reader} red for a gap", arena.expect_red(f"{reader}.consumer"))
        _hold(arena, reader, late, at=3, parked=["GAP"])
    arena.produce(TOPIC, [other.event(1), early.event(3)])
    arena.recovered("another aggregate of the topic goes on beside a gap", _until_at(arena, other, 1), took)
    arena.produce(TOPIC, [late.event(4)])
    arena.recovered("an aggregate after its gap is closed", _until_at(arena, late, 5))
    for reader in READERS:
        arena.expect_green(f"{reader}.consumer")
        _hold(arena, reader, early, at=9, parked=[])
    arena.check()


def poison(arena: Arena) -> None:
    """F22: bytes that are no event become dead letters at once, events with a bad payload wait, all else goes on."""
    arena.converge()
    before = {reader: _dead(arena, reader) for reader in READERS}
    bytes_of_none, bad = _poison(Unit()), [Unit() for _ in PAYLOADS]
    with arena.load(rate=10, writers=2):
        began = time.monotonic()
        arena.produce(TOPIC, bytes_of_none)
        for reader in READERS:
            wanted = before[reader] + len(bytes_of_none)
            arena.until(lambda r=reader, n=wanted: _dead(arena, r) >= n, BUSY_S, f"{reader} has set all poison aside")
        arena.recovered("all poison set aside by both readers, aim 1 s", time.monotonic() - began)
        if any(_dead_reasons(arena, reader) & {None, ""} for reader in READERS):
            raise Counterexample("I8", "poison", reasons=_dead_reasons(arena, "national"))
        arena.produce(TOPIC, [unit.with_data(1, data) for unit, data in zip(bad, PAYLOADS, strict=True)])
        well = Unit()
        arena.produce(TOPIC, [well.event(1)])
        arena.recovered("an event behind poison", _until_at(arena, well, 1))
        arena.expect_red("national.consumer")
    for unit in bad:  # the owner publishes the same number again, rightly
        arena.produce(TOPIC, [unit.event(1)])
        _until_at(arena, unit, 1)
    arena.check()


def newer_version(arena: Arena) -> None:
    """F24: a release of national that is a version behind parks what it cannot read; the next release takes it in."""
    arena.rebuild(BINA_SABOTAGE="reader-of-old-version", BINA_DISTURBED="national")
    try:
        unit = Unit()
        arena.produce(TOPIC, [unit.event(1), unit.event(2)])
        arena.recovered("red for an unknown version", arena.expect_red("national.consumer"))
        arena.until(lambda: _reasons(arena, "national", unit) == ["UNKNOWN_VERSION", "BEHIND_PARKED"], 10, "parked")
        arena.drive(20)
    finally:
        arena.rebuild()
    _retry(arena, "national")
    arena.recovered("right state after the upgrade", _until_at(arena, unit, 2))
    arena.check()


def replayed_dead_letters(arena: Arena) -> None:
    """F41: dead letters of an old release are given back after the upgrade: in any order, and twice."""
    arena.converge()
    arena.rebuild(BINA_SABOTAGE="decoder-of-old-release", BINA_DISTURBED=TENANT_OF_OLD)
    try:
        arena.drive(120)
        arena.until(lambda: not _lagging(arena), 60, "the old release has read everything")
    finally:
        arena.rebuild()
    arena.until(lambda: not _lagging(arena), 60, "the dead letters are on their topics")
    waiting = [each for each in dead_letters.letters(arena.platform) if each.state == dead_letters.WAITING]
    ours = [each for each in waiting if each.reason == "OLD_RELEASE"]
    if len(ours) < 2 * len(READERS):
        raise Counterexample("I8", "dead letters of the old release", found=len(ours))
    began = time.monotonic()
    arena.random.shuffle(ours)
    for each in (*ours, *ours[: len(ours) // 2]):  # some are asked for again while the first is being read
        dead_letters.replay(arena.platform, [each])
    arena.until(lambda: not _replaying(arena), 60, "every replayed record has been read again")
    arena.converge()
    arena.recovered(f"{len(ours)} dead letters given back and applied", time.monotonic() - began)
    dead_letters.replay(arena.platform, ours)  # as they stood before: nothing is waiting any more
    left = [each for each in dead_letters.letters(arena.platform) if each.reason == "OLD_RELEASE"]
    if not left or any(each.state != dead_letters.SETTLED for each in left):
        raise Counterexample("I8", "replayed dead letters", states=sorted({each.state for each in left}))
    arena.check()


def _until_at(arena: Arena, unit: Unit, sequence: int) -> float:
    """Wait until both readers of a unit stand at this number."""
    began = time.monotonic()
    for reader in READERS:
        view = VIEWS[reader]
        query = {"_id": unit.key, "tenant": unit.tenant, "sequence": sequence}
        arena.until(
            lambda v=view, r=reader, q=query: arena.database(r)[v].count_documents(q) == 1,
            BUSY_S,
            f"{reader} applies event {sequence} of {unit.key}",
        )
    return time.monotonic() - began


def _hold(arena: Arena, reader: str, unit: Unit, *, at: int, parked: Sequence[str]) -> None:
    found = arena.database(reader)[VIEWS[reader]].find_one({"_id": unit.key, "tenant": unit.tenant}) or {}
    reasons = _reasons(arena, reader, unit)
    if (found.get("sequence"), reasons) != (at, list(parked)):
        raise Counterexample("I4", f"{reader} {unit.key}", at=found.get("sequence"), expected=at, parked=reasons)


def _reasons(arena: Arena, reader: str, unit: Unit) -> list[str]:
    rows = arena.database(reader)["parked"].find({"key": unit.key, "topic": TOPIC}, sort=[("sequence", 1)])
    return [str(each["reason"]) for each in rows]


def _retry(arena: Arena, reader: str) -> None:
    """Do as `bina parked retry` does."""
    stores.retry(arena.database(reader), None)


def _dead(arena: Arena, reader: str) -> int:
    return arena.database(reader)["parked"].count_documents({"state": "DEAD_LETTER"})


def _dead_reasons(arena: Arena, reader: str) -> set[str | None]:
    return {each.get("detail") for each in arena.database(reader)["parked"].find({"state": "DEAD_LETTER"})}


def _replaying(arena: Arena) -> int:
    return sum(
        arena.database(each.name)["parked"].count_documents({"state": "REPLAYED"}) for each in arena.stack.services
    )


def _lagging(arena: Arena) -> dict[str, object]:
    return {name: value for name, value in arena.backlog().items() if not name.endswith("parked")}


def _poison(unit: Unit) -> list[RawRecord]:
    """Bytes that are no event of the topic, each in its own way, under the key of a unit of its own."""
    key = unit.key.encode()
    whole = unit.event(1)
    return [
        RawRecord(key=key, value=b"\x00\xff\xfe{"),
        RawRecord(key=None, value=b"{}"),
        RawRecord(key=key, value=None),
        RawRecord(key=key, value=b"\x00" * 1_000),
        RawRecord(key=b"\xff\xfe", value=whole.value, headers=whole.headers),
        RawRecord(key=key, value=b"x" * 1_000_000),  # what the broker lets through at most
        RawRecord(key=key, value=whole.value, headers=[("padding", b"x" * 900_000)]),
        RawRecord(key=key, value=whole.value, headers=_with(whole, "ce_sequence", b"9" * 5_000)),
        RawRecord(key=key, value=whole.value, headers=_with(whole, "ce_sequence", b"9223372036854775808")),
        RawRecord(key=key, value=whole.value, headers=_with(whole, "ce_time", b"0001-01-01T00:00:00+23:00")),
        RawRecord(key=key, value=whole.value, headers=_with(whole, "ce_tenantid", b"\xff\xfe")),
        RawRecord(key=key, value=whole.value, headers=_with(whole, "ce_type", b"id.bina.national.unit.changed.v1")),
    ]


def _with(record: RawRecord, name: str, value: bytes) -> list[tuple[str, bytes]]:
    return [(each, value if each == name else old) for each, old in record.headers]


VIEWS: Final = {"monitoring": "seen_units", "national": "units"}
PAYLOADS: Final = (
    b'{"unit":"x","kind":"DINAS"',
    b"[" * 100_000,
    b'{"unit":' + b"[" * 100_000,
    b'{"unit":"x","kind":9223372036854775808}',
    b'{"unit":"x","kind":' + b"9" * 5_000 + b"}",
    b'{"unit":"\\ud800"}',
    b'"\xff\xfe"',
    b"null",
)

SCENARIOS: Final = (
    Scenario(id="F20", title="a fifth of every topic comes again", run=copies, minutes=0.5, in_cross_section=True),
    Scenario(id="F21", title="events of one aggregate in disorder", run=disorder, minutes=0.5),
    Scenario(id="F22", title="poison on a topic", run=poison, minutes=0.7),
    Scenario(id="F24", title="a newer version than the reader knows", run=newer_version, minutes=1.0),
    Scenario(id="F41", title="dead letters given back in any order and twice", run=replayed_dead_letters, minutes=2.0),
)
