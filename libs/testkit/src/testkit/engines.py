"""Real engines as fixtures: started on free ports at first use, ended with the session; a missing one fails."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pymongo.database import Database

    from testkit.kafka import KafkaEngine
    from testkit.mongo import MongoEngine
    from testkit.tokens import TokenFactory


@pytest.fixture(scope="session")
def kafka_engine(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[KafkaEngine]":
    """One broker with passwords and access rights for the whole session."""
    from testkit.kafka import KafkaEngine

    with KafkaEngine.started(tmp_path_factory.mktemp("kafka")) as engine:
        yield engine


@pytest.fixture(scope="session")
def mongo_engine(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[MongoEngine]":
    """One mongod, a replica set with passwords, for the whole session."""
    from testkit.mongo import MongoEngine

    with MongoEngine.started(tmp_path_factory.mktemp("mongod")) as engine:
        yield engine


@pytest.fixture
def kafka(kafka_engine: "KafkaEngine") -> "KafkaEngine":
    """Give the session's broker; topics are the test's own, by names that it draws."""
    kafka_engine.ensure_running()
    return kafka_engine


@pytest.fixture
def mongo_uri(mongo_engine: "MongoEngine") -> Iterator[str]:
    """Address of a fresh database with a user that may read and write it and nothing else."""
    mongo_engine.ensure_running()
    name = f"test_{time.time_ns():x}"
    yield mongo_engine.new_database(name)
    mongo_engine.drop_database(name)


@pytest.fixture
def tenant_free_collections() -> frozenset[str]:
    """Name the collections that a service reads across tenants on purpose; none unless a service says so."""
    return frozenset()


@pytest.fixture
def mongo_database(mongo_uri: str, tenant_free_collections: frozenset[str]) -> "Iterator[Database[dict[str, Any]]]":
    """Open a fresh database; a command that reaches beyond one tenant fails the test."""
    from testkit.mongo import client_for
    from testkit.tenancy import TenantGuard

    guard = TenantGuard(tenant_free_collections)
    with client_for(mongo_uri, guard) as client:
        yield client.get_default_database()
    assert guard.offences == []


@pytest.fixture(scope="session")
def tokens() -> "TokenFactory":
    """Give the issuer of this run: it signs any claims, and its verifier needs no network."""
    from testkit.tokens import TokenFactory

    return TokenFactory()
