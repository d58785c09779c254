"""A nation in a real mongod: events go in through the consumer runtime, reports come out of the app."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that the tests can import their builders

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from national_events import Topics
    from national_world import Ask, Db
    from werkzeug.test import TestResponse

    from testkit.tokens import TokenFactory


@pytest.fixture
def tenant_free_collections() -> frozenset[str]:
    """The books of a rebuild: rows of all tenants, as the platform's own books that they will become."""
    return frozenset({"next_checkpoints", "next_parked", "next_voids"})


@pytest.fixture
def database(mongo_database: "Db") -> "Db":
    from eventkit import ledger, mongo
    from national import store
    from national.app import SERVICE

    mongo.prepare(mongo_database, [*SERVICE.collections, *store.TOPICS.values()])
    ledger.prepare(mongo_database)
    return mongo_database


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
def client(database: "Db", tokens: "TokenFactory") -> "FlaskClient":
    from eventkit.settings import ServiceSettings
    from national.app import create_app

    settings = ServiceSettings(
        service="national", http_host="127.0.0.1", http_port=0, relay_port=0, consumer_port=0,
        mongo_uri="mongodb://x", mongo_database="national", kafka_bootstrap="x:1", kafka_username="",
        kafka_password="", kafka_protocol="PLAINTEXT", kafka_cafile=None, oidc_issuer=tokens.issuer,
        oidc_jwks_url="https://issuer.test/jwks", oidc_audience="national", log_level="INFO", instance="test",
        web_threads=1, web_workers=1, trusted_hosts=(),
    )  # fmt: skip
    return create_app(settings, database, tokens.verifier("national")).test_client()


@pytest.fixture
def get(client: "FlaskClient", tokens: "TokenFactory") -> "Ask":
    def ask(path: str, *roles: str, tenant: str = "00", **headers: str) -> "TestResponse":
        who = tokens.headers(tenant, *(roles or ("bpsdm_analyst",)))
        return client.get(path, headers={**who, **headers})

    return ask
