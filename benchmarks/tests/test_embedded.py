"""The embedded outbox keeps what the outbox promises: it passes the suite of the real one on a real mongod."""

from collections.abc import Callable

import pytest
from benchmarks.structure import embedded
from benchmarks.structure.commands import TENANT, Store
from benchmarks.structure.embedded import EmbeddedOutbox
from suites import OutboxSuite

from eventkit import outbox
from eventkit.outbox import Row, document_of

pytestmark = pytest.mark.integration


class TestEmbeddedOutbox(OutboxSuite):
    @pytest.fixture
    def tenant_free_collections(self) -> frozenset[str]:
        return frozenset({embedded.COLLECTION})

    @pytest.fixture
    def outbox(self, mongo_database: Store) -> EmbeddedOutbox:
        outbox.prepare(mongo_database)
        embedded.prepare(mongo_database)
        return EmbeddedOutbox(mongo_database)

    @pytest.fixture
    def add(self, mongo_database: Store) -> Callable[[Row], None]:
        def push(row: Row) -> None:
            change = {"$push": {"pending": document_of(row, TENANT)}, "$min": {"head": row.id}}
            mongo_database[embedded.COLLECTION].update_one({"_id": row.key, "tenant": TENANT}, change, upsert=True)

        return push
