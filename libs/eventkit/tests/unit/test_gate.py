"""The consumer's decisions, without any store or broker."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import TYPE, CounterRaised, CounterRaisedSchema, Seen, seen

from eventkit.envelope import Envelope, Trace
from eventkit.event import EventId, TenantId
from eventkit.gate import Handler, Known, Projection, Reaction, Verdict, judge


def raised(sequence: int, *, aggregate: str = "a", by: int = 1, event_type: str = TYPE) -> Envelope:
    return Envelope(
        id=EventId(f"{aggregate}-{sequence}"),
        type=event_type,
        source="/bina/sample",
        tenant=TenantId("35.73"),
        aggregate=aggregate,
        sequence=sequence,
        time=datetime(2025, 5, 15, tzinfo=UTC),
        trace=Trace("c"),
        data=b'{"counter":"%s","by":%d}' % (aggregate.encode(), by),
    )


def fold(state: Seen | None, event: CounterRaised, envelope: Envelope) -> Seen:
    if event.by == 666:
        raise ValueError("unlucky")
    before = state or Seen(id=envelope.aggregate, total=0, times=0)
    return replace(before, total=before.total + event.by, times=before.times + 1)


def ignore(reaction: Reaction[Seen, CounterRaised]) -> None:
    assert reaction.after


PROJECTION = Projection("sample.counter", seen, {TYPE: Handler(CounterRaisedSchema, fold, ignore)})


def decide(envelopes: Sequence[Envelope], stored: dict[str, Known] | None = None, **poisoned: str) -> Verdict:
    return judge(PROJECTION, envelopes, stored or {}, poisoned)


def test_events_in_order_are_folded_and_cause_their_reactions() -> None:
    verdict = decide([raised(1, by=2), raised(2, by=3)])
    assert verdict.known == {"35.73/a": Known(2, Seen(id="a", total=5, times=2))}
    assert [(each.before, each.after.total) for each in verdict.caused][1] == (Seen(id="a", total=2, times=1), 5)


def test_a_copy_changes_nothing() -> None:
    verdict = decide([raised(1), raised(1), raised(2), raised(1)])
    assert (verdict.applied, verdict.dropped, verdict.known["35.73/a"].state.times) == (2, 2, 2)


def test_a_gap_holds_only_its_aggregate() -> None:
    verdict = decide([raised(2), raised(1, aggregate="b")])
    assert [(each.reason, each.due) for each in verdict.parked] == [("GAP", False)]
    assert verdict.known["35.73/b"].sequence == 1


def test_the_missing_event_waits_beside_those_it_frees_and_is_due_at_once() -> None:
    verdict = decide([raised(1)], {"35.73/a": Known(0, None, parked=True)})
    assert [(each.reason, each.due) for each in verdict.parked] == [("BEHIND_PARKED", True)]


def test_a_failing_fold_parks_its_event_and_what_follows() -> None:
    verdict = decide([raised(1), raised(2, by=666), raised(3)])
    assert [each.reason for each in verdict.parked] == ["HANDLER_FAILED", "BEHIND_PARKED"]
    assert verdict.known["35.73/a"].sequence == 1


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        (replace(raised(1), data=b"{"), "INVALID_PAYLOAD"),
        (replace(raised(1), data=b"[1]"), "INVALID_PAYLOAD"),
        (replace(raised(1), data=b'{"counter":"a"}'), "INVALID_PAYLOAD"),
        (replace(raised(1), data=b'{"counter":"a","by":NaN}'), "INVALID_PAYLOAD"),
        (raised(1, event_type="id.bina.sample.counter.raised.v2"), "UNKNOWN_VERSION"),
    ],
)
def test_what_cannot_be_read_is_parked_with_its_reason(envelope: Envelope, reason: str) -> None:
    assert [each.reason for each in decide([envelope]).parked] == [reason]


def test_a_type_that_nobody_listens_to_takes_its_number_and_nothing_else() -> None:
    verdict = decide([raised(1, event_type="id.bina.sample.counter.painted.v1"), raised(2)])
    assert verdict.known["35.73/a"] == Known(2, Seen(id="a", total=1, times=1))


def test_an_event_whose_reaction_failed_is_parked() -> None:
    verdict = judge(PROJECTION, [raised(1), raised(2)], {}, {"a-1": "ValueError"})
    assert (verdict.parked[0].reason, verdict.parked[0].detail) == ("REACTION_FAILED", "ValueError")


def test_a_release_that_fails_on_most_aggregates_is_told_from_a_single_bad_event() -> None:
    assert decide([raised(1, aggregate=f"a{n}", by=666) for n in range(20)]).looks_like_a_bad_release
    good = [raised(1, aggregate=f"b{n}") for n in range(21)]
    assert not decide([raised(1, aggregate=f"a{n}", by=666) for n in range(20)] + good).looks_like_a_bad_release


@given(st.lists(st.integers(1, 8), min_size=1, max_size=60), st.randoms())
def test_whatever_the_wire_does_the_state_is_that_of_the_longest_run_from_the_start(
    order: list[int], randomness: random.Random
) -> None:
    state: dict[str, Known] = {}
    parked: dict[int, Envelope] = {}
    at = 0
    while at < len(order):
        size = randomness.randint(1, 7)
        verdict = decide([raised(n, by=n) for n in order[at : at + size]], state)
        at += size
        parked |= {each.envelope.sequence: each.envelope for each in verdict.parked}
        state |= verdict.known
        last = state.get("35.73/a", Known())
        free = {"35.73/a": replace(last, parked=False)}
        again = decide([parked[n] for n in sorted(parked)], free)
        state |= again.known
        last = state.get("35.73/a", Known())
        parked = {n: each for n, each in parked.items() if n > last.sequence}
        state["35.73/a"] = replace(last, parked=bool(parked))
    arrived = set(order)
    longest = next(n for n in range(10) if n + 1 not in arrived)
    assert state["35.73/a"].sequence == longest
    assert (state["35.73/a"].state or Seen(id="a", total=0, times=0)).total == sum(range(longest + 1))
