"""Fixtures shared by the tests of curriculum."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that the tests can import their builders

if TYPE_CHECKING:
    from curriculum_world import World

    from testkit.mongo import MongoEngine
    from testkit.tokens import TokenFactory


@pytest.fixture(scope="session")
def prepared_uri(mongo_engine: "MongoEngine") -> Iterator[str]:
    """Address of a database with every collection and index; making them anew for each test takes seconds."""
    from curriculum.app import SERVICE
    from eventkit.process import prepare
    from testkit.mongo import client_for

    name = f"curriculum_{time.time_ns():x}"
    uri = mongo_engine.new_database(name)
    with client_for(uri) as client:
        prepare(SERVICE, client.get_default_database())
    yield uri
    mongo_engine.drop_database(name)


@pytest.fixture
def world(mongo_engine: "MongoEngine", prepared_uri: str, tokens: "TokenFactory") -> "Iterator[World]":
    """Run curriculum over an empty database; a command that reaches beyond one tenant fails the test."""
    from curriculum_world import World

    from testkit.mongo import client_for
    from testkit.tenancy import TenantGuard

    mongo_engine.ensure_running()
    with client_for(prepared_uri) as client:
        database = client.get_default_database()
        for name in database.list_collection_names():
            database[name].delete_many({})
    guard = TenantGuard()
    with client_for(prepared_uri, guard) as client:
        yield World(client.get_default_database(), tokens)
    assert guard.offences == []
