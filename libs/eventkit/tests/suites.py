"""What every outbox, broker and ledger must do, whether in memory or real; subclasses give the fixtures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sample import TENANT, TYPE, CounterRaised, CounterRaisedSchema, Seen, seen

from eventkit.consumer import Feed, Ledger
from eventkit.envelope import Envelope, Trace
from eventkit.event import EventId
from eventkit.feed import Partition, Record
from eventkit.gate import Handler, Known, Projection, judge
from eventkit.ids import new_id
from eventkit.kafka import ACKED
from eventkit.ledger import Batch, FencedError, Judged, Position
from eventkit.outbox import Row
from eventkit.relay import Outbox, Publisher

TOPIC = "sample.counter"
PLACE = Partition(TOPIC, 0)


def make_row(key: str, sequence: int, *, id: str | None = None) -> Row:
    headers = [("ce_x", b"1")]
    at = datetime.now(UTC).replace(microsecond=0)
    return Row(id=id or new_id(), topic=TOPIC, key=key, sequence=sequence, headers=headers, value=b"{}", at=at)


class OutboxSuite:
    """Give `outbox` and `add` as fixtures."""

    def test_pending_rows_come_oldest_first_as_they_were_written(
        self, outbox: Outbox, add: Callable[[Row], None]
    ) -> None:
        first, second = make_row("t/a", 1), make_row("t/b", 1)
        add(second)
        add(first)
        assert outbox.pending(10) == ([first, second], {"t/a": 1, "t/b": 1})
        assert outbox.depth() == 2

    def test_the_lowest_row_of_a_key_is_given_even_when_its_id_is_late(
        self, outbox: Outbox, add: Callable[[Row], None]
    ) -> None:
        second, filler, first = make_row("t/a", 2), make_row("t/b", 1), make_row("t/a", 1)
        for each in (second, filler, first):
            add(each)
        rows, lowest = outbox.pending(1)
        assert (rows, lowest) == ([second, first], {"t/a": 1})

    def test_one_relay_holds_the_lease_at_a_time(self, outbox: Outbox) -> None:
        lease = outbox.acquire("one")
        assert lease is not None
        assert outbox.acquire("one") == lease
        assert outbox.acquire("two") is None
        outbox.release(lease)
        after = outbox.acquire("two")
        assert after is not None
        assert after.token > lease.token

    def test_only_the_holder_of_the_lease_deletes(self, outbox: Outbox, add: Callable[[Row], None]) -> None:
        row = make_row("t/a", 1)
        add(row)
        old = outbox.acquire("one")
        assert old is not None
        outbox.release(old)
        new = outbox.acquire("two")
        assert new is not None
        assert not outbox.delete([row.id], old)
        assert outbox.pending(10)[0] == [row]
        assert outbox.delete([row.id], new)
        assert outbox.pending(10) == ([], {})

    def test_a_parked_row_holds_its_key_until_it_is_released(self, outbox: Outbox, add: Callable[[Row], None]) -> None:
        first, second, other = make_row("t/a", 1), make_row("t/a", 2), make_row("t/b", 1)
        for each in (first, second, other):
            add(each)
        outbox.park(first.id, "REFUSED")
        assert outbox.pending(10)[0] == [other]
        assert outbox.parked() == 1
        assert outbox.release_parked() == 1
        assert outbox.pending(10)[0] == [first, second, other]

    def test_age_is_that_of_the_oldest(self, outbox: Outbox, add: Callable[[Row], None]) -> None:
        assert outbox.oldest_age() == timedelta()
        add(replace(make_row("t/a", 1), at=datetime.now(UTC) - timedelta(hours=1)))
        add(make_row("t/b", 1))
        assert outbox.oldest_age() > timedelta(minutes=59)


class BrokerSuite:
    """Give `publisher` and `open_feed` as fixtures; each test sees its own topic empty from `start` on."""

    def publish(self, publisher: Publisher, rows: list[Row]) -> None:
        publisher.publish([make_row("t/warm-up", 1)])  # the first one also connects, which takes its time
        assert publisher.publish(rows) == [ACKED] * len(rows)

    def read(self, feed: Feed, count: int) -> list[Record]:
        """Read from the test's start until so many records have come, the warm-up left out."""
        found: list[Record] = []
        deadline = datetime.now(UTC) + timedelta(seconds=60)
        while len(found) < count and datetime.now(UTC) < deadline:
            found += [each for each in feed.poll(100, 500) if each.key != b"t/warm-up"]
            for change, places in feed.changes():
                if change == "assigned":
                    found = []
                    self.rewind(feed, places)
        return found

    def rewind(self, feed: Feed, places: Iterable[Partition]) -> None:
        for each in places:
            feed.seek(each, 0)

    def test_records_of_a_key_come_in_the_order_they_were_published(
        self, publisher: Publisher, open_feed: Callable[[], Feed]
    ) -> None:
        rows = [make_row(f"t/{key}", n) for n in range(1, 11) for key in "abc"]
        self.publish(publisher, rows)
        records = self.read(open_feed(), 30)
        for key in "abc":
            mine = [each.offset for each in records if each.key == f"t/{key}".encode()]
            assert len(mine) == 10
            assert mine == sorted(mine)

    def test_a_record_arrives_as_it_was_written(self, publisher: Publisher, open_feed: Callable[[], Feed]) -> None:
        row = replace(make_row("t/ü", 1), value='{"é":1}'.encode(), headers=[("a", b"\x00\xff"), ("b", b"")])
        self.publish(publisher, [row])
        (record,) = self.read(open_feed(), 1)
        assert (record.key, record.value, record.headers) == ("t/ü".encode(), row.value, row.headers)

    def test_after_a_seek_reading_goes_on_from_there(self, publisher: Publisher, open_feed: Callable[[], Feed]) -> None:
        self.publish(publisher, [make_row("t/a", n) for n in range(1, 6)])
        feed = open_feed()
        records = self.read(feed, 5)
        feed.seek(records[3].partition, records[3].offset)
        assert [each.offset for each in self.read(feed, 2)] == [each.offset for each in records[3:]]


def raised(sequence: int, *, by: int = 1, id: str | None = None) -> Envelope:
    return Envelope(
        id=EventId(id or new_id()),
        type=TYPE,
        source="/bina/sample",
        tenant=TENANT,
        aggregate="a",
        sequence=sequence,
        time=datetime(2025, 5, 15, tzinfo=UTC),
        trace=Trace("c"),
        data=b'{"counter":"a","by":%d}' % by,
    )


def fold(state: Seen | None, event: CounterRaised, envelope: Envelope) -> Seen:
    before = state or Seen(id=envelope.aggregate, total=0, times=0)
    return replace(before, total=before.total + event.by, times=before.times + 1)


PROJECTION: Projection[Any] = Projection(TOPIC, seen, {TYPE: Handler(CounterRaisedSchema, fold)})
KEY = f"{TENANT}/a"


class LedgerSuite:
    """Give `ledger` as a fixture."""

    def take(self, ledger: Ledger, envelopes: list[Envelope], to: Position) -> None:
        before = ledger.known(PROJECTION, envelopes)
        verdict = judge(PROJECTION, envelopes, before, {})
        places = {each.key: PLACE.number for each in envelopes}
        judged = Judged(projection=PROJECTION, before=before, verdict=verdict, partitions=places)
        ledger.store(Batch(judged=[judged], positions={PLACE: to}))

    def test_a_claim_raises_the_epoch_and_gives_the_place_to_read_on(self, ledger: Ledger) -> None:
        assert ledger.claim([PLACE]) == {PLACE: Position(1, 0)}
        self.take(ledger, [raised(1)], Position(1, 7))
        assert ledger.positions([PLACE]) == {PLACE: Position(1, 7)}
        assert ledger.claim([PLACE]) == {PLACE: Position(2, 7)}

    def test_what_was_stored_is_known(self, ledger: Ledger) -> None:
        ledger.claim([PLACE])
        self.take(ledger, [raised(1, by=2), raised(2, by=3)], Position(1, 2))
        assert ledger.known(PROJECTION, [raised(9)]) == {KEY: Known(2, Seen(id="a", total=5, times=2))}

    def test_an_unheard_type_leaves_a_position_without_a_state(self, ledger: Ledger) -> None:
        ledger.claim([PLACE])
        unheard = replace(raised(1), type="id.bina.sample.counter.painted.v1")
        self.take(ledger, [unheard], Position(1, 1))
        assert ledger.known(PROJECTION, [unheard]) == {KEY: Known(1, None)}
        self.take(ledger, [raised(2)], Position(1, 2))
        assert ledger.known(PROJECTION, [unheard])[KEY] == Known(2, Seen(id="a", total=1, times=1))

    def test_a_batch_of_an_older_epoch_stores_nothing(self, ledger: Ledger) -> None:
        ledger.claim([PLACE])
        ledger.claim([PLACE])
        with pytest.raises(FencedError):
            self.take(ledger, [raised(1)], Position(1, 1))
        assert ledger.known(PROJECTION, [raised(1)]) == {}

    def test_a_position_never_goes_back(self, ledger: Ledger) -> None:
        ledger.claim([PLACE])
        self.take(ledger, [raised(1)], Position(1, 5))
        with pytest.raises(FencedError):
            self.take(ledger, [raised(2)], Position(1, 5))

    def test_a_gap_waits_until_the_missing_event_comes(self, ledger: Ledger) -> None:
        ledger.claim([PLACE])
        self.take(ledger, [raised(1), raised(3, by=3)], Position(1, 2))
        now = datetime.now(UTC) + timedelta(minutes=10)
        assert ledger.parked() == 1
        assert ledger.due([PLACE], now) == []
        self.take(ledger, [raised(2, by=2)], Position(1, 3))
        (waiting,) = ledger.due([PLACE], now)
        assert (waiting.partition, waiting.key) == (PLACE, KEY)
        assert [each.sequence for each in waiting.envelopes] == [2, 3]
        ledger.retry(self.attempt(ledger, waiting.envelopes, Position(1, 3)), now)
        assert ledger.parked() == 0
        assert ledger.known(PROJECTION, [raised(9)]) == {KEY: Known(3, Seen(id="a", total=6, times=3))}

    def test_a_failure_is_due_again_later_and_later(self, ledger: Ledger) -> None:
        ledger.claim([PLACE])
        bad = replace(raised(1), data=b"{}")
        self.take(ledger, [bad], Position(1, 1))
        now = datetime.now(UTC)
        assert ledger.due([PLACE], now) == []
        soon = now + timedelta(seconds=2)
        assert [each.id for waiting in ledger.due([PLACE], soon) for each in waiting.envelopes] == [bad.id]
        ledger.retry(self.attempt(ledger, [bad], Position(1, 1)), soon)
        assert ledger.due([PLACE], soon) == []
        assert [each.key for each in ledger.due([PLACE], soon + timedelta(minutes=10))] == [KEY]

    def test_only_the_reader_of_its_partition_tries_an_event_again(self, ledger: Ledger) -> None:
        ledger.claim([PLACE])
        self.take(ledger, [replace(raised(1), data=b"{}")], Position(1, 1))
        soon = datetime.now(UTC) + timedelta(minutes=10)
        assert ledger.due([Partition(TOPIC, 1)], soon) == []
        (waiting,) = ledger.due([PLACE], soon)
        ledger.claim([PLACE])
        with pytest.raises(FencedError):
            ledger.retry(self.attempt(ledger, waiting.envelopes, Position(1, 1)), soon)

    def test_a_parked_copy_of_what_was_applied_leaves(self, ledger: Ledger) -> None:
        ledger.claim([PLACE])
        bad = replace(raised(1), data=b"{}")
        self.take(ledger, [bad], Position(1, 1))
        soon = datetime.now(UTC) + timedelta(minutes=10)
        good = raised(1, id=bad.id)
        ledger.retry(self.attempt(ledger, [good], Position(1, 1)), soon)
        assert (ledger.parked(), ledger.due([PLACE], soon)) == (0, [])
        ledger.retry(self.attempt(ledger, [good], Position(1, 1)), soon)
        assert ledger.known(PROJECTION, [good]) == {KEY: Known(1, Seen(id="a", total=1, times=1))}

    def attempt(self, ledger: Ledger, envelopes: Sequence[Envelope], right: Position) -> Batch:
        before = {key: replace(known, parked=False) for key, known in ledger.known(PROJECTION, envelopes).items()}
        judged = Judged(
            projection=PROJECTION,
            before=before,
            verdict=judge(PROJECTION, envelopes, before, {}),
            partitions={KEY: PLACE.number},
        )
        return Batch(judged=[judged], positions={PLACE: right})
