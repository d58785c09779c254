"""A nation in a real mongod: events go in through the consumer runtime, reports come out of the app."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that the tests can import their builders

if TYPE_CHECKING:
    from national_events import Topics
    from national_world import Ask, Db

    from testkit.tokens import TokenFactory


@pytest.fixture
def tenant_free_collections() -> frozenset[str]:
    """The books of a rebuild: rows of all tenants, as the platform's own books that they will become."""
    return frozenset({"next_checkpoints", "next_parked", "next_voids"})


@pytest.fixture
def database(mongo_database: "Db") -> "Db":
    from national_world import prepared

    return prepared(mongo_database)


@pytest.fixture
def topics(database: "Db") -> "Topics":
    from national_events import Topics, kendari, malang
    from national_world import consume

    topics = Topics()
    kendari(topics)
    malang(topics)
    consume(database, topics)
    return topics


@pytest.fixture
def stored(mongo_uri: str) -> "Any":
    """Give every stored document as text, read by a client that nobody watches."""
    from testkit.mongo import client_for

    def read() -> dict[str, str]:
        with client_for(mongo_uri) as client:
            database = client.get_default_database()
            return {name: str(list(database[name].find())) for name in database.list_collection_names()}

    return read


@pytest.fixture
def get(database: "Db", tokens: "TokenFactory") -> "Ask":
    from national_world import asking

    return asking(database, tokens)
