"""The engines of a measurement: one mongod and one broker on loopback, as the platform starts them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pymongo.database import Database

from eventkit import mongo
from eventkit.kafka import KafkaSettings
from testkit.kafka import KafkaEngine
from testkit.mongo import MongoEngine

PARTITIONS: Final = 12


@dataclass(frozen=True, slots=True)
class Engines:
    """A store and a broker that are there for one measurement."""

    mongod: MongoEngine
    kafka: KafkaEngine

    def new_store(self, name: str) -> tuple[str, Database[dict[str, Any]]]:
        """Make an empty database with a user of its own; gives its address and the open database."""
        uri = self.mongod.new_database(name)
        return uri, mongo.connect(uri, name, service="bench", timeout=None)

    def store_version(self) -> str:
        """Ask the store for its version; every user may."""
        return str(self.new_store("asked")[1].client.server_info()["version"])

    def new_topic(self, name: str) -> str:
        """Make a topic with the platform's number of partitions."""
        self.kafka.create_topic(name, PARTITIONS)
        return name

    def kafka_settings(self) -> KafkaSettings:
        """Give the administrator's access."""
        return KafkaSettings(bootstrap=self.kafka.bootstrap, username=self.kafka.username, password=self.kafka.password)


@contextmanager
def started() -> Iterator[Engines]:
    """Run both for the length of the block, in a folder that goes away with them."""
    with tempfile.TemporaryDirectory(prefix="bina-bench-") as folder:
        home = Path(folder)
        with MongoEngine.started(home / "mongod") as mongod, KafkaEngine.started(home / "kafka") as kafka:
            yield Engines(mongod, kafka)
