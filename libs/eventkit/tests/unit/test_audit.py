"""The audit chain: every way to falsify it is planted, and the verifier names the first entry that is not right."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.audit import GENESIS, Anchor, AuditSealedSchema, Entry, Finding, Verdict, anchors_of, link, sealed_event
from eventkit.audit import verify as follow
from eventkit.ids import new_id

Document = dict[str, Any]


def row(status: int = 201) -> Document:
    entry = Entry(
        id=new_id(),
        tenant="35.73",
        at="2026-01-05T08:00:00.000+00:00",
        subject="somebody",
        client="portal",
        roles=["clerk"],
        action="POST /v1/counters",
        object=new_id(),
        outcome="DONE",
        status=status,
        code="",
        correlation="c-1",
        digest="0" * 64,
    )
    return entry.document()


def sealed(count: int = 9) -> list[Document]:
    """Make a log of seals of three entries each."""
    entries: list[Document] = []
    for start in range(0, count, 3):
        entries += link([row() for _ in range(min(3, count - start))], entries[-1] if entries else None)
    return entries


def heads(entries: Sequence[Document]) -> list[Anchor]:
    """Anchor the last entry of each seal, as the sealer does."""
    last = {each["seal"]: each for each in entries}
    return [Anchor(each["_id"], each["hash"]) for each in last.values()]


def rechained(entries: Sequence[Document]) -> list[Document]:
    """Recompute a falsified log, as somebody would who owns the store and knows how it is made."""
    chain: list[Document] = []
    for each in entries:
        plain = {name: value for name, value in each.items() if name not in ("seal", "previous", "hash", "id")}
        head = {**chain[-1], "seal": each["seal"] - 1} if chain else None
        chain += link([{**plain, "_id": each["id"]}], head)
    return chain


def edited(log: list[Document]) -> list[Document]:
    return [*log[:4], {**log[4], "subject": "else"}, *log[5:]]


def extended(log: list[Document]) -> list[Document]:
    return [*log[:4], {**log[4], "note": "a field that was never there"}, *log[5:]]


def deleted(log: list[Document]) -> list[Document]:
    return [*log[:4], *log[5:]]


def deleted_and_closed_up(log: list[Document]) -> list[Document]:
    return [*log[:4], *({**each, "_id": each["_id"] - 1} for each in log[5:])]


def forged(log: list[Document]) -> Document:
    return link([row(403)], log[3])[0]


def inserted(log: list[Document]) -> list[Document]:
    return [*log[:4], forged(log), *({**each, "_id": each["_id"] + 1} for each in log[4:])]


def inserted_between(log: list[Document]) -> list[Document]:
    return [*log[:4], {**forged(log), "_id": 4.5}, *log[4:]]


def replaced(log: list[Document]) -> list[Document]:
    return [*log[:4], forged(log), *log[5:]]


def reordered(log: list[Document]) -> list[Document]:
    return [*log[:4], {**log[5], "_id": 5}, {**log[4], "_id": 6}, *log[6:]]


def first_replaced(log: list[Document]) -> list[Document]:
    return [*link([row(403)], None), *log[1:]]


def first_deleted(log: list[Document]) -> list[Document]:
    return log[1:]


FALSIFIED = [
    (edited, Finding(5, "CHANGED")),
    (extended, Finding(5, "CHANGED")),
    (deleted, Finding(5, "MISSING")),
    (deleted_and_closed_up, Finding(5, "CHANGED")),
    (inserted, Finding(5, "INSERTED")),
    (inserted_between, Finding(5, "INSERTED")),
    (replaced, Finding(5, "CHANGED")),
    (reordered, Finding(5, "CHANGED")),
    (first_replaced, Finding(1, "CHANGED")),
    (first_deleted, Finding(1, "MISSING")),
]


@pytest.mark.parametrize(("falsify", "finding"), FALSIFIED)
@pytest.mark.parametrize("is_anchored", [True, False])
def test_first_bad_entry_is_named(
    falsify: Callable[[list[Document]], list[Document]], finding: Finding, *, is_anchored: bool
) -> None:
    log = sealed()
    assert follow(falsify(log), heads(log) if is_anchored else []).finding == finding


def test_an_untouched_log_holds_up_to_its_last_anchor() -> None:
    log = sealed()
    assert follow(log, heads(log)) == Verdict(9, 9, None)
    assert follow(log, [*heads(log[:6]), *heads(log[:3])]) == Verdict(9, 6, None)
    assert follow([], []) == Verdict(0, 0, None)


@pytest.mark.parametrize("kept", [8, 6, 4, 0])
def test_a_cut_tail_is_found_by_the_anchors_only(kept: int) -> None:
    log = sealed()
    assert follow(log[:kept], []).finding is None
    assert follow(log[:kept], heads(log)).finding == Finding(kept + 1, "CUT")


def test_a_recomputed_chain_is_found_by_the_anchors_only() -> None:
    log = sealed()
    false = rechained(edited(log))
    assert follow(false, []).finding is None
    assert follow(false, heads(log)) == Verdict(5, 3, Finding(4, "RECOMPUTED"))
    whole = rechained([{**each, "tenant": "74.71"} for each in log])
    assert follow(whole, heads(log)).finding == Finding(1, "RECOMPUTED")


def test_a_log_that_grew_again_after_a_cut_is_found() -> None:
    log = sealed()
    grown = log[:5] + link([row() for _ in range(6)], log[4])
    assert follow(grown, heads(log)).finding == Finding(4, "RECOMPUTED")


def test_a_second_anchor_of_the_same_entry_hides_nothing() -> None:
    log = sealed()
    false = rechained(edited(log))
    assert follow(false, [*heads(log), *heads(false)]).finding is not None
    assert follow(log, [*heads(log), *heads(log)]).finding is None


@given(
    place=st.integers(0, 8), field=st.sampled_from(sorted(sealed(1)[0])), value=st.none() | st.integers() | st.text()
)
def test_no_single_field_can_be_changed(place: int, field: str, value: Any) -> None:
    log = sealed()
    false = [*log[:place], {**log[place], field: value}, *log[place + 1 :]]
    verdict = follow(false, heads(log))
    assert (verdict.finding is None) == (log[place][field] == value and type(log[place][field]) is type(value))


def test_the_chain_begins_with_nothing_before_it() -> None:
    first = sealed(1)[0]
    assert (first["_id"], first["seal"], first["previous"]) == (1, 1, GENESIS)


def test_anchors_are_read_from_events_and_nothing_else() -> None:
    event = sealed_event("sample")(number=3, hash="a" * 64, count=3, at=datetime.now(UTC))
    assert event.type == "id.bina.sample.audit.sealed.v1"
    value = json.dumps(AuditSealedSchema().dump(event)).encode()
    assert anchors_of([value, b"", b"[]", b"\xff", b'{"number": 0}', b"[" * 100_000]) == [Anchor(3, "a" * 64)]
