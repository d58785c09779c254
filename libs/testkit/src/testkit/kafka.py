"""A real broker for tests: one node, passwords and access rights on, killed and started again at will."""

import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bina.engines import jars, kafka, kafka_access
from bina.engines.kafka_access import Grant, NewTopic
from bina.layout import cache_folder
from bina.ports import free_ports
from bina.process import end_group, start

_PATIENCE = 60.0  # several sessions may share two cores


@dataclass
class KafkaEngine:
    """The broker of a test session; `username` and `password` are the administrator's."""

    broker: kafka.Broker
    jars: list[Path]
    username: str = "admin"
    protocol: str = kafka_access.PROTOCOL
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    @contextmanager
    def started(cls, home: Path) -> "Iterator[KafkaEngine]":
        """Run a broker in this folder for the length of the block."""
        port, controller_port = free_ports(2)
        words = {name: f"{name}-secret" for name in kafka.SUPER_USERS}
        broker = kafka.Broker(
            home=home / "kafka",
            port=port,
            controller_port=controller_port,
            cluster=kafka.new_cluster_id(),
            passwords=words,
        )
        engine = cls(broker, jars.provide(cache_folder()))
        try:
            engine.ensure_running()
            yield engine
        finally:
            engine.stop()

    @property
    def bootstrap(self) -> str:
        """Address of the broker."""
        return self.broker.bootstrap

    @property
    def password(self) -> str:
        """Password of the administrator."""
        return self.broker.passwords["admin"]

    def ensure_running(self) -> None:
        """Start the broker unless it runs, and wait until it answers with rights."""
        if self.process is None or self.process.poll() is not None:
            kafka.prepare(self.broker, self.jars)
            self.process = start(kafka.program(self.broker, self.jars), self.broker.home / "broker.log")
        kafka_access.wait_until_ready(self.broker, deadline=time.monotonic() + _PATIENCE).close()

    def stop(self) -> None:
        """End the broker; its data stay."""
        if self.process is not None:
            end_group(self.process, patience=20)

    def kill(self) -> None:
        """End the broker as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def create_topic(self, name: str, partitions: int = 1) -> None:
        """Make a topic; what is already there stays."""
        admin = kafka_access.connect(self.broker)
        try:
            kafka_access.make_topics(admin, [NewTopic(name=name, partitions=partitions, settings={})])
        finally:
            admin.close()

    def add_user(self, user: str, password: str, grants: Iterable[Grant] = ()) -> None:
        """Make a user with these rights beside those that exist."""
        admin = kafka_access.connect(self.broker)
        try:
            kafka_access.set_passwords(admin, {user: password})
            wanted = kafka_access.read_grants(admin) | set(grants)
            kafka_access.set_grants(admin, wanted, deadline=time.monotonic() + _PATIENCE)
        finally:
            admin.close()
