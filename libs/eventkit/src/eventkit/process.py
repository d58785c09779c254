"""`python -m <service> api|relay|consumer|init|openapi`: the same life for every process of every service."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client.multiprocess import mark_process_dead
from pymongo.database import Database

from eventkit import audit, consumer, ledger, logs, metrics, mongo, outbox, relay
from eventkit.feed import KafkaFeed
from eventkit.health import Check, Details, Health, Listener, store_answers
from eventkit.idempotency import RECORDS
from eventkit.intake import PatientWorker
from eventkit.kafka import KafkaPublisher, KafkaSettings
from eventkit.settings import BAD_CONFIGURATION, ServiceSettings, read_settings
from eventkit.web import Service, build_app, openapi

__all__ = ["Service", "main"]

STOP_WITHIN_S: Final = 9.0
_MEMORY_FOLDER: Final = Path("/dev", "shm")  # a busy disk must not look like a dead worker
_log = structlog.get_logger(__name__)
Stopping = Callable[[], bool]


def main(service: Service, arguments: Sequence[str] | None = None) -> None:
    """Run the process that the first argument names; leaves with 2 on a wrong argument or setting."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["openapi"]:
        sys.stdout.write(json.dumps(openapi(service), indent=2, sort_keys=True, ensure_ascii=False) + "\n")
        return
    run = _COMMANDS.get(given[0]) if len(given) == 1 else None
    if run is None:
        sys.stderr.write(f"usage: python -m {service.name} {'|'.join([*_COMMANDS, 'openapi'])}\n")
        raise SystemExit(BAD_CONFIGURATION)
    settings = read_settings(os.environ, service.name, service.settings)
    logs.configure(service.name, given[0], settings.log_level)
    run(service, settings)


def prepare(service: Service, database: Database[Any]) -> None:
    """Create every collection and index that the service's processes use; safe to repeat."""
    views = [each.view for each in service.projections]
    mongo.prepare(database, [*service.collections, *views, RECORDS])
    outbox.prepare(database)
    ledger.prepare(database)
    audit.prepare(database)


def _connect(settings: ServiceSettings, **options: Any) -> Database[Any]:
    return mongo.connect(settings.mongo_uri, settings.mongo_database, service=settings.service, **options)


def _kafka(settings: ServiceSettings, process: str) -> KafkaSettings:
    return KafkaSettings(
        bootstrap=settings.kafka_bootstrap,
        username=settings.kafka_username,
        password=settings.kafka_password,
        protocol=cast("Literal['SASL_PLAINTEXT', 'SASL_SSL', 'PLAINTEXT']", settings.kafka_protocol),
        cafile=settings.kafka_cafile,
        session_ms=settings.kafka_session_ms,
        poll_ms=settings.kafka_poll_ms,
        client_id=f"{settings.service}-{process}",
    )


def _init(service: Service, settings: ServiceSettings) -> None:
    prepare(service, _connect(settings, timeout=None))
    _log.info("collections are ready", database=settings.mongo_database)


def _api(service: Service, settings: ServiceSettings) -> None:
    pool = settings.web_threads + 4
    # Called in each worker, after the fork: no client is ever shared between processes.
    _Gunicorn(lambda: build_app(service, settings, _connect(settings, pool=pool)), settings).run()


def _relay(service: Service, settings: ServiceSettings) -> None:
    database = _connect(settings)
    owner = f"{settings.instance}-{os.getpid()}"
    sealer = audit.Sealer(database, service.name)
    publisher = KafkaPublisher(_kafka(settings, "relay"))
    running = relay.Relay(outbox.MongoOutbox(database), publisher, owner=owner, seal=sealer.seal)
    ready = (store_answers(database), running.red, sealer.red)
    loop = _Loop("relay", settings.relay_port, running.run, ready, lambda: {**running.details(), **sealer.details()})
    _supervise(service, settings, loop)


def _consumer(service: Service, settings: ServiceSettings) -> None:
    if not service.projections:
        sys.stderr.write(f"{service.name} reads no topic and has no consumer\n")
        raise SystemExit(BAD_CONFIGURATION)
    database = _connect(settings)
    topics = [each.topic for each in service.projections]
    feed = KafkaFeed(
        _kafka(settings, "consumer"), f"{service.name}.projection", topics, instance=f"{settings.instance}-consumer"
    )
    brake = outbox.Brake(database, settings.outbox_limit)
    kept = ledger.MongoLedger(database, service.name, admit=brake.check)
    running = consumer.Consumer(feed, kept, service.projections)
    ready = (store_answers(database), running.red, feed.red)
    loop = _Loop(
        "consumer", settings.consumer_port, running.run, ready, lambda: {**running.details(), **feed.details()}
    )
    _supervise(service, settings, loop)


@dataclass(frozen=True, slots=True)
class _Loop:
    process: str
    port: int
    run: Callable[[Stopping], None]
    ready: Sequence[Check]
    details: Details


def _supervise(service: Service, settings: ServiceSettings, loop: _Loop) -> None:
    """Run the loop until SIGTERM or SIGINT, with its health on a listener beside it."""
    stop = threading.Event()

    def stopping(number: int, _frame: object) -> None:
        _log.info("stopping", signal=signal.Signals(number).name)
        # A loop that does not come back is ended: what is unfinished is still in the store.
        hard = threading.Timer(STOP_WITHIN_S, os._exit, [1])
        hard.daemon = True
        hard.start()
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stopping)
    health = Health(
        service=service.name,
        process=loop.process,
        instance=settings.instance,
        ready=loop.ready,
        details=loop.details,
    )
    with Listener(health, settings.http_host, loop.port) as listener:
        _log.info("started", port=listener.port)
        try:
            loop.run(stop.is_set)
        except Exception:  # noqa: BLE001 - the last frame: one line in the log, and status 1
            _log.exception("loop failed")
            raise SystemExit(1) from None
    _log.info("stopped")


class _Gunicorn(BaseApplication):
    """gunicorn inside our own process, with the settings that keep a slow or hostile caller cheap."""

    def __init__(self, load: Callable[[], Flask], settings: ServiceSettings) -> None:
        self._load = load
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        chosen: Mapping[str, Any] = {
            "bind": f"{self._settings.http_host}:{self._settings.http_port}",
            "worker_class": PatientWorker,
            "workers": self._settings.web_workers,
            "threads": self._settings.web_threads,
            "preload_app": False,
            "timeout": 15,
            "graceful_timeout": int(STOP_WITHIN_S),
            "keepalive": 5,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "limit_request_line": 4_094,
            "limit_request_fields": 60,
            "limit_request_field_size": 8_190,
            "control_socket_disable": True,
            "logger_class": logs.PlainGunicornLogger,
            "child_exit": _forget_worker,
        }
        if _MEMORY_FOLDER.is_dir():
            chosen = {**chosen, "worker_tmp_dir": str(_MEMORY_FOLDER)}
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the app of one worker."""
        return self._load()


def _forget_worker(_server: object, worker: Any) -> None:
    if metrics.is_shared():
        mark_process_dead(worker.pid)


_COMMANDS: Final[Mapping[str, Callable[[Service, ServiceSettings], None]]] = {
    "api": _api,
    "relay": _relay,
    "consumer": _consumer,
    "init": _init,
}
