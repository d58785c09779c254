"""A broker in memory, a consumer that reads all of it into the store, and a caller of the app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from national_events import Topics
from pymongo.database import Database
from werkzeug.test import TestResponse

from eventkit import ledger, mongo
from eventkit.consumer import Consumer
from eventkit.feed import Partition, Record
from eventkit.ledger import MongoLedger
from eventkit.settings import ServiceSettings
from national import store
from national.app import SERVICE, create_app
from testkit.settings import settings_of
from testkit.tokens import TokenFactory

Ask = Callable[..., Any]
Db = Database[dict[str, Any]]


@dataclass
class FakeFeed:
    """Serves the records of `Topics` as a broker would; assigned once, positions set by the consumer."""

    topics: Topics
    at: dict[Partition, int] = field(default_factory=dict)
    told: bool = False

    def poll(self, timeout_ms: int, limit: int) -> list[Record]:
        found = [each for each in self.topics.records if each.offset >= self.at.get(each.partition, 0)][:limit]
        for each in found:
            self.at[each.partition] = each.offset + 1
        return found if self.told else []

    def changes(self) -> list[tuple[str, frozenset[Partition]]]:
        told, self.told = self.told, True
        return [] if told else [("assigned", self.assignment())]

    def assignment(self) -> frozenset[Partition]:
        return frozenset(Partition(each.topic, 0) for each in SERVICE.projections)

    def seek(self, partition: Partition, offset: int) -> None:
        self.at[partition] = offset

    def commit(self, offsets: object) -> None:
        pass

    def pause(self) -> None:
        pass

    def resume(self) -> None:
        pass

    def lag(self) -> int:
        return sum(each.offset >= self.at.get(each.partition, 0) for each in self.topics.records)

    def ends(self, topics: object) -> dict[Partition, int]:
        return {each: self.topics.size(each.topic) for each in self.assignment()}

    def close(self) -> None:
        pass


def consume(database: Db, topics: Topics) -> None:
    """Let a consumer read everything that there is."""
    feed = FakeFeed(topics)
    consumer = Consumer(feed, MongoLedger(database, SERVICE.name), SERVICE.projections)
    consumer.step()
    while feed.lag() or consumer.details()["lag_records"]:
        consumer.step()


def prepared(database: Db) -> Db:
    """Create what the service's processes expect."""
    mongo.prepare(database, [*SERVICE.collections, *store.TOPICS.values()])
    ledger.prepare(database)
    return database


def asking(database: Db, tokens: TokenFactory) -> Ask:
    """Make a caller: an analyst of the nation unless told otherwise."""
    settings = settings_of("national", ServiceSettings, BINA_OIDC_ISSUER=tokens.issuer)
    client = create_app(settings, database, tokens.verifier("national")).test_client()

    def ask(path: str, *roles: str, tenant: str = "00", **headers: str) -> TestResponse:
        who = tokens.headers(tenant, *(roles or ("bpsdm_analyst",)))
        return client.get(path, headers={**who, **headers})

    return ask
