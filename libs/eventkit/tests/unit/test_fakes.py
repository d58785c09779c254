"""The fakes pass the suites that the real ones pass."""

from collections.abc import Callable

import pytest
from fakes import MemoryBroker, MemoryFeed, MemoryLedger, MemoryOutbox
from suites import TOPIC, BrokerSuite, LedgerSuite, OutboxSuite

from eventkit.consumer import Feed, Ledger
from eventkit.outbox import Row
from eventkit.relay import Publisher


class TestMemoryOutbox(OutboxSuite):
    @pytest.fixture
    def outbox(self) -> MemoryOutbox:
        return MemoryOutbox()

    @pytest.fixture
    def add(self, outbox: MemoryOutbox) -> Callable[[Row], None]:
        return outbox.rows.append


class TestMemoryBroker(BrokerSuite):
    @pytest.fixture
    def publisher(self) -> Publisher:
        return MemoryBroker()

    @pytest.fixture
    def open_feed(self, publisher: MemoryBroker) -> Callable[[], Feed]:
        return lambda: MemoryFeed(publisher, [TOPIC])


class TestMemoryLedger(LedgerSuite):
    @pytest.fixture
    def ledger(self) -> Ledger:
        return MemoryLedger()
