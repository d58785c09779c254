"""A rebuilt view equals the live one, whatever happens meanwhile, and nobody reads half of it."""

import json
from typing import Any

import pytest
from national_events import PERSON, Topics, id_of
from national_world import Ask, Db, FakeFeed, consume

from eventkit.consumer import Consumer
from eventkit.ledger import FencedError, MongoLedger
from eventkit.mongo import UnitOfWork
from national import rebuild, store
from national.app import SERVICE
from national.store.generation import Generation

pytestmark = pytest.mark.integration


def digest(get: Ask) -> dict[str, Any]:
    return get("/v1/digest", "platform_admin").json  # type: ignore[no-any-return] # JSON


def test_a_rebuilt_view_equals_the_live_one(database: Db, topics: Topics, get: Ask) -> None:
    before = digest(get)
    assert before["documents"]["enrolments"] == 163
    rebuilt = rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    assert rebuilt.records == len(topics.records)
    assert digest(get) == before
    assert not [name for name in database.list_collection_names() if name.startswith(store.PREFIX)]


def test_a_damaged_view_is_mended(database: Db, topics: Topics, get: Ask) -> None:
    before = digest(get)
    database["batches"].update_many({"tenant": "35.73"}, {"$set": {"status": "CANCELLED"}})
    assert digest(get) != before
    rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    assert digest(get) == before


def test_the_indexes_move_in_with_the_views(database: Db, topics: Topics) -> None:
    before = sorted(database["enrolments"].index_information())
    rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    assert sorted(database["enrolments"].index_information()) == before


def test_the_live_consumer_goes_on_where_the_rebuild_ended(database: Db, topics: Topics, get: Ask) -> None:
    live = Consumer(FakeFeed(topics), MongoLedger(database, SERVICE.name), SERVICE.projections)
    live.step()
    rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    topics.enrol("74.71", id_of(id_of("74.71", "KDI-RTR-2025"), "W1"), "CAMAT", 99)
    with pytest.raises(FencedError):
        live.step()
    consume(database, topics)
    assert get("/v1/reconciliation?tenant=74.71", "platform_admin").json["figures"]["confirmed"] == 64
    assert database["parked"].count_documents({"tenant": "74.71"}) == 0


def test_readers_wait_while_the_generations_change(database: Db, topics: Topics, get: Ask) -> None:
    switching = Generation(id="current", number=2, is_switching=True)
    UnitOfWork(database).run(lambda session: store.save_generation(store.NATION, switching, session))
    refused = get("/v1/participation", **{"Accept-Language": "en"})
    assert (refused.status_code, refused.json["code"]) == (503, "rebuilding")
    assert int(refused.headers["Retry-After"]) > 0
    rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    assert get("/v1/participation").status_code == 200


def test_nobody_reads_a_view_that_was_lost_even_when_new_events_begin_it_again(
    database: Db, topics: Topics, get: Ask
) -> None:
    before = get("/v1/participation")
    assert before.status_code == 200
    database["enrolments"].drop()
    assert get("/v1/participation").status_code == 503
    topics.enrol("74.71", id_of(id_of("74.71", "KDI-RTR-2025"), "W1"), "CAMAT", 99)
    consume(database, topics)
    assert database["enrolments"].count_documents({"tenant": "74.71"}) == 1
    assert get("/v1/participation").status_code == 503
    rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    assert get("/v1/participation").status_code == 200


def test_a_crash_in_the_middle_of_the_switch_is_mended_by_another_rebuild(
    database: Db, topics: Topics, get: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(get)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(store, "set_positions", crash)
        with pytest.raises(KeyboardInterrupt):
            rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    assert get("/v1/jp").status_code == 503
    rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    assert digest(get) == before


def test_a_rebuilt_view_holds_no_person(database: Db, topics: Topics, stored: Ask) -> None:
    rebuild.rebuild(UnitOfWork(database), FakeFeed(topics))
    assert [name for name, text in stored().items() if PERSON in text] == []
    assert PERSON in str(topics.records)


@pytest.fixture
def environment(database: Db, mongo_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "BINA_HTTP_PORT": "0", "BINA_RELAY_PORT": "0", "BINA_CONSUMER_PORT": "0", "BINA_MONGO_URI": mongo_uri,
        "BINA_MONGO_DATABASE": database.name, "BINA_KAFKA_BOOTSTRAP": "127.0.0.1:9", "BINA_KAFKA_USERNAME": "national",
        "BINA_KAFKA_PASSWORD": "secret", "BINA_OIDC_ISSUER": "https://issuer.test",
        "BINA_OIDC_JWKS_URL": "https://issuer.test/jwks",
    }  # fmt: skip
    for name, value in known.items():
        monkeypatch.setenv(name, value)


def test_the_digest_command_says_what_the_route_says(
    environment: None, topics: Topics, get: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    rebuild.main("digest")
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == digest(get)
