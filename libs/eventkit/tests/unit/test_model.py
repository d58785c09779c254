"""Relays and consumers against a store and a broker at their worst: the model holds, and finds every planted fault."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from model.broker import Broker, Group, ModelFeed, ModelPublisher
from model.ledger import ModelLedger
from model.mutations import MUTATIONS, Mutation, planted
from model.outbox import ModelOutbox
from model.scheduler import Clock, Fate
from model.truth import Counterexample
from model.walk import run
from model.world import opened
from suites import PLACE, TOPIC, BrokerSuite, LedgerSuite, OutboxSuite, make_row

from eventkit.consumer import Feed, Ledger
from eventkit.outbox import Row
from eventkit.relay import Publisher

STEPS, SEED = 10_000, 20_250_515
small = st.integers(0, 8)


class TestModelOutbox(OutboxSuite):
    @pytest.fixture
    def outbox(self) -> ModelOutbox:
        clock = Clock()
        clock.now = lambda _zone=None: datetime.now(UTC)  # type: ignore[method-assign] # rows are dated by the suite
        return ModelOutbox(clock)

    @pytest.fixture
    def add(self, outbox: ModelOutbox) -> Callable[[Row], None]:
        return lambda row: outbox.rows.update({row.id: row})


class TestModelBroker(BrokerSuite):
    @pytest.fixture
    def broker(self) -> Broker:
        return Broker()

    @pytest.fixture
    def publisher(self, broker: Broker) -> Publisher:
        return ModelPublisher(broker)

    @pytest.fixture
    def open_feed(self, broker: Broker) -> Callable[[], Feed]:
        return lambda: ModelFeed(Group(broker, TOPIC))


class TestModelLedger(LedgerSuite):
    @pytest.fixture
    def ledger(self) -> Ledger:
        broker = Broker()
        broker.logs[PLACE] = []
        return ModelLedger(Clock(), lambda: datetime.now(UTC), broker)


@settings(max_examples=40, stateful_step_count=80, deadline=None, derandomize=True, database=None)
class Machine(RuleBasedStateMachine):
    """The steps of the model as rules, so that Hypothesis finds the shortest way to a fault."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.world = self._open.enter_context(opened())

    @rule(actor=st.integers(0, 4), fates=st.lists(st.sampled_from(Fate), min_size=1, max_size=8))
    def resume(self, actor: int, fates: list[Fate]) -> None:
        for fate in fates:
            self.world.resume(actor, fate)

    @rule(actor=st.integers(0, 4), steps=st.integers(8, 40))
    def go_on(self, actor: int, steps: int) -> None:
        for _ in range(steps):
            self.world.resume(actor, Fate.GO)

    @rule(aggregate=small, kinds=st.lists(st.integers(0, 2), min_size=1, max_size=3), bad=st.integers(0, 2), late=small)
    def begin(self, aggregate: int, kinds: list[int], bad: int, late: int) -> None:
        self.world.begin(aggregate, kinds, bad, late)

    @precondition(lambda self: self.world.commands)
    @rule(number=small, commit=st.booleans())
    def end(self, number: int, *, commit: bool) -> None:
        self.world.end(number, commit=commit)

    @precondition(lambda self: self.world.broker.flights)
    @rule(number=small, records=st.integers(0, 3))
    def arrive_or_drop(self, number: int, records: int) -> None:
        if records:
            self.world.arrive(number, records)
        else:
            self.world.drop(number)

    @rule(number=st.integers(0, 99), aggregate=small)
    def trouble_the_broker(self, number: int, aggregate: int) -> None:
        self.world.resend(number)
        self.world.refuse(aggregate)
        self.world.litter()

    @rule(reader=st.integers(0, 1), shift=st.integers(0, 3), evict=st.booleans())
    def rebalance(self, reader: int, shift: int, *, evict: bool) -> None:
        self.world.rebalance(reader, shift, evict=evict)

    @rule(seconds=st.sampled_from((0.5, 6.0, 40.0)), actor=small)
    def wait(self, seconds: float, actor: int) -> None:
        self.world.wait(seconds)
        self.world.terminate(actor)

    def teardown(self) -> None:
        with self._open:
            self.world.rest()


TestMachine = Machine.TestCase


def test_a_walk_through_trouble_ends_with_every_event_applied_once() -> None:
    report = run(STEPS, SEED)
    assert report.steps >= STEPS
    assert min(report.counts[each] for each in ("events", "dead letters", "rebalances", "crashed", "FencedError")) > 0


def test_the_same_seed_takes_the_same_steps() -> None:
    first, second = run(1_000, SEED), run(1_000, SEED)
    assert (first.steps, first.counts) == (second.steps, second.counts)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_a_planted_fault_is_found(mutation: Mutation) -> None:
    with planted(mutation), pytest.raises(Counterexample):
        run(STEPS, SEED)


def test_what_no_session_sent_is_found() -> None:
    with opened() as world, pytest.raises(Counterexample, match="I2"):
        world.broker.append(make_row("35.73/a", 1))
