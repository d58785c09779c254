"""The relay's decisions, and its conduct with an outbox and a broker in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from fakes import MemoryBroker, MemoryOutbox
from hypothesis import given
from hypothesis import strategies as st

from eventkit.kafka import ACKED, RETRY, Outcome
from eventkit.outbox import Lease, Row
from eventkit.relay import Relay, plan, settle


def row(key: str, sequence: int) -> Row:
    at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)  # never old, always equal
    return Row(id=f"{key}{sequence}", topic="t", key=key, sequence=sequence, headers=[], value=b"{}", at=at)


def test_a_page_that_lacks_the_first_event_of_a_key_sends_none_of_it() -> None:
    assert plan([row("a", 2), row("b", 1)], {"a": 1, "b": 1}) == [row("b", 1)]


def test_rows_of_a_key_go_in_the_order_of_their_sequence_whatever_their_ids() -> None:
    assert [each.sequence for each in plan([row("a", 3), row("a", 1), row("a", 2)], {"a": 1})] == [1, 2, 3]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 6)), unique=True))
def test_what_is_chosen_is_an_unbroken_run_from_the_lowest_pending(pairs: list[tuple[str, int]]) -> None:
    lowest: dict[str, int] = {}
    for key, sequence in pairs:
        lowest[key] = min(sequence, lowest.get(key, sequence))
    chosen = plan([row(*pair) for pair in pairs], lowest)
    for key, first in lowest.items():
        run = [each.sequence for each in chosen if each.key == key]
        assert run == list(range(first, first + len(run)))
        assert (key, first + len(run)) not in pairs


def test_only_what_was_acknowledged_is_deleted() -> None:
    rows = [row("a", 1), row("a", 2), row("b", 1)]
    assert settle(rows, [ACKED, RETRY, ACKED]).delete == ["a1", "b1"]


def test_a_refused_row_is_parked_only_when_nothing_of_its_key_waits_before_it() -> None:
    refused = Outcome("REFUSED", "RECORD_TOO_LARGE")
    rows = [row("a", 1), row("a", 2), row("b", 1), row("b", 2)]
    assert settle(rows, [RETRY, refused, refused, RETRY]).park == [("b1", "RECORD_TOO_LARGE")]


def test_a_refused_row_holds_its_key_and_no_other() -> None:
    outbox = MemoryOutbox([row("a", 1), row("a", 2), row("b", 1)])
    broker = MemoryBroker({"a1": Outcome("REFUSED", "X"), "a2": RETRY})
    relay = Relay(outbox, broker, owner="r")
    assert (relay.step(), relay.step()) == (1, 0)
    assert outbox.parked_rows == {"a1": "X"}
    assert relay.red() == ["1 rows parked"]


def test_parked_rows_are_tried_again_after_a_while() -> None:
    now = [0.0]
    outbox = MemoryOutbox([row("a", 1)])
    broker = MemoryBroker({"a1": Outcome("REFUSED", "X")})
    relay = Relay(outbox, broker, owner="r", clock=lambda: now[0])
    relay.step()
    broker.answers = {}
    assert relay.step() == 0
    now[0] = 31.0
    assert relay.step() == 1
    assert outbox.rows == []


def test_a_relay_without_the_lease_sends_nothing() -> None:
    outbox = MemoryOutbox([row("a", 1)])
    outbox.lease = Lease("another", 7)
    broker = MemoryBroker()
    assert Relay(outbox, broker, owner="r").step() == 0
    assert broker.published == []


def test_a_relay_that_lost_its_lease_while_publishing_deletes_nothing() -> None:
    outbox = MemoryOutbox([row("a", 1)])

    class Usurped(MemoryBroker):
        def publish(self, rows: Sequence[Row]) -> list[Outcome]:
            outbox.lease = Lease("another", 2)
            return super().publish(rows)

    Relay(outbox, Usurped(), owner="r").step()
    assert outbox.rows == [row("a", 1)]


def test_a_silent_broker_leaves_the_rows_and_turns_the_relay_red() -> None:
    outbox = MemoryOutbox([row("a", 1)])
    relay = Relay(outbox, MemoryBroker({"a1": RETRY}), owner="r")
    assert relay.step() == 0
    assert relay.red() == ["kafka does not acknowledge"]
    assert outbox.rows == [row("a", 1)]
