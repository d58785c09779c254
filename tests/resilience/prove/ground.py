"""The platform that scenarios share: started once with a seed, armed by its environment, kept until it is spoilt."""

import os
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient
from pymongo.database import Database

from bina.demo.cli import places_of
from bina.engines import mongod_access
from bina.launcher.control import Platform, running
from bina.stack import Stack
from prove.client import Client
from prove.desk import Desk
from prove.driver import Driver
from prove.facts import Seen, read
from prove.readers import Refolds
from prove.record import Ledger
from prove.setup import open_desks
from prove.topics import Topics
from prove.vitals import Vitals, measure

ROOT: Final = Path(__file__).resolve().parents[3]
SITE: Final = ROOT / "tests" / "resilience" / "site"
UP_WITHIN_S: Final = 900.0  # a crowded machine may take minutes for what takes seconds
WARM_UP: Final = 30  # requests before the programs are measured for the first time
SESSION_MS: Final = 6_000  # of a consumer's place in its group; short, so that a silent one is soon replaced


@dataclass
class Ground:
    """One running platform with everything that the proof keeps about it."""

    platform: Platform
    stack: Stack
    seed: str
    faults: Path
    ledger: Ledger
    topics: Topics
    clients: dict[str, MongoClient[dict[str, Any]]]
    desks: list[Desk]
    driver: Driver
    baseline: dict[str, Vitals] = field(default_factory=dict)
    refolds: Refolds = field(default_factory=Refolds)
    overbooked: list[str] = field(default_factory=list)  # seen by the sampler while load ran
    snapshots: int = 0
    _wire: dict[str, list[Seen]] = field(default_factory=dict)

    def database(self, service: str) -> Database[dict[str, Any]]:
        """Open a service's store with the operator's rights."""
        client = self.clients[service]
        return client.get_database(service, codec_options=client.codec_options.with_options(tz_aware=True))

    def wire(self) -> Mapping[str, Sequence[Seen]]:
        """Give every record of every topic as its readers see it; each is decoded once."""
        for topic, records in self.topics.read().items():
            known = self._wire.setdefault(topic, [])
            known += read(topic, records[len(known) :], self.topics.foreign)
        return {topic: list(seen) for topic, seen in self._wire.items()}

    def sample(self) -> None:
        """Look whether a batch has more seats taken than it has, right now (I11)."""
        fields = {"taken": 1, "rule.seats_total": 1}
        for batch in self.database("registration")["batches"].find({}, fields):
            if sum(batch["taken"].values()) > batch["rule"]["seats_total"]:
                self.overbooked.append(str(batch))
        self.snapshots += 1


def environment(faults: Path) -> dict[str, str]:
    """Give what makes every program of a platform obey the plans in this folder."""
    path = os.pathsep.join(filter(None, (str(SITE), os.environ.get("PYTHONPATH"))))
    own = {"BINA_FAULTS": str(faults), "PYTHONPATH": path, "BINA_MONGOD_FAULTS": "1"}
    return {**own, "BINA_KAFKA_SESSION_MS": str(SESSION_MS)}


@contextmanager
def prepared(seed: str, environ: Mapping[str, str] | None = None, *, with_load: bool = True) -> Iterator[Ground]:
    """Start a platform of its own, give every tenant something to work with, and end it afterwards."""
    with ExitStack() as ending:
        home = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="bina-prove-")))
        faults = home / "faults"
        faults.mkdir()
        platform = ending.enter_context(
            running(home / "platform", ROOT, {**environment(faults), **(environ or {})}, within=UP_WITHIN_S)
        )
        stack = platform.stack()
        ledger = Ledger(home / "ledger.jsonl")
        ending.callback(ledger.close)
        topics = Topics(stack)
        ending.callback(topics.close)
        clients = {each.name: mongod_access.root(stack.store(each)) for each in stack.services}
        for client in clients.values():
            ending.callback(client.close)
        desks = open_desks(Client(places_of(stack), ledger), seed) if with_load else []
        driver = Driver(desks, random.Random(f"{seed}/load"))
        ground = Ground(platform, stack, seed, faults, ledger, topics, clients, desks, driver)
        driver.drive(WARM_UP if with_load else 0)
        ground.baseline = measure(platform)
        yield ground
