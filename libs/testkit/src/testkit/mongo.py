"""A real mongod for tests: a replica set of one with passwords, killed and started again at will."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandListener

from bina.engines import mongod, mongod_access
from bina.engines.mongod import Store, StoreUser
from bina.layout import cache_folder
from bina.ports import free_ports
from bina.process import end_group, start

_PATIENCE = 60.0  # several sessions may share two cores


def client_for(uri: str, *listeners: CommandListener) -> MongoClient[dict[str, Any]]:
    """Open a client with the settings that the services use; the listeners see every command."""
    return MongoClient(
        uri,
        tz_aware=True,
        uuidRepresentation="standard",
        serverSelectionTimeoutMS=5000,
        w="majority",
        event_listeners=list(listeners),
    )


@dataclass
class MongoEngine:
    """The mongod of a test session."""

    store: Store
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    @contextmanager
    def started(cls, home: Path) -> "Iterator[MongoEngine]":
        """Run a mongod in this folder for the length of the block."""
        (port,) = free_ports(1)
        store = Store(
            name="mongod",
            home=home / "mongod",
            port=port,
            key="testkey4" * 8,
            root_password="root-secret",
            takes_faults=True,
        )
        engine = cls(store)
        try:
            engine.ensure_running()
            yield engine
        finally:
            engine.stop()

    def ensure_running(self) -> None:
        """Start the mongod unless it runs, and wait until it takes writes."""
        if self.process is not None and self.process.poll() is None:
            return
        mongod.prepare(self.store)
        self.process = start(mongod.program(self.store, cache_folder()), self.store.home / "mongod.log")
        mongod_access.provision(self.store, [], deadline=time.monotonic() + _PATIENCE)

    def stop(self) -> None:
        """End the mongod; its data stay."""
        if self.process is not None:
            end_group(self.process, patience=20)

    def kill(self) -> None:
        """End the mongod as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    @contextmanager
    def failing(self, mode: object, **how: object) -> Iterator[None]:
        """Make commands fail as mongod's `failCommand` says, for the length of the block."""
        with self._armed("failCommand", mode=mode, data=how):
            yield

    @contextmanager
    def unflushed(self) -> Iterator[None]:
        """Keep the journal from the disk for the length of the block: what is committed, no majority has yet."""
        with self._armed("pauseJournalFlusherBeforeFlush", mode="alwaysOn"):
            yield

    @contextmanager
    def _armed(self, point: str, **how: object) -> Iterator[None]:
        with mongod_access.root(self.store) as client:
            client.admin.command({"configureFailPoint": point, **how})
            try:
                yield
            finally:
                client.admin.command("configureFailPoint", point, mode="off")

    def new_database(self, name: str) -> str:
        """Make a user of one database; gives the address to reach it."""
        user = StoreUser(database=name, password="test-secret")
        with mongod_access.root(self.store) as client:
            mongod_access.ensure_user(client, user)
        return mongod_access.uri(self.store, user)

    def drop_database(self, name: str) -> None:
        """Remove a database with its user, and its audit log."""
        with mongod_access.root(self.store) as client:
            client[name].command("dropAllUsersFromDatabase")
            client[f"{name}_audit"].command("dropAllRolesFromDatabase")
            for each in (name, f"{name}_audit"):
                client.drop_database(each)


def note_every_plan(store: Database[dict[str, Any]]) -> None:
    """Let a store note how it answers each command: `test_indexes` looks at what everything here has asked."""
    store.create_collection("system.profile", capped=True, size=128 << 20)
    store.command("profile", 2)
