"""What a process says about itself at `/healthz`, `/readyz`, `/metrics` and `/version`, with or without Flask."""

import importlib.util
import json
import platform
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, version
from typing import Any, ClassVar, Final, Self

import pymongo
from pymongo.database import Database

from eventkit import metrics

Check = Callable[[], Sequence[str]]
Details = Callable[[], Mapping[str, Any]]
PATHS: Final = ("/healthz", "/readyz", "/metrics", "/version")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a health route."""

    status: int
    body: bytes
    kind: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A process's own view of itself: `ready` reasons say why it cannot work, `alive` why it must be restarted."""

    service: str
    process: str
    instance: str = ""
    ready: Sequence[Check] = ()
    alive: Sequence[Check] = ()
    details: Details = field(default=dict)

    def answer(self, path: str) -> Answer | None:
        """Answer one of PATHS; None for any other path."""
        if path == "/metrics":
            self._details()  # brings the gauges up to date
            return Answer(200, metrics.render(), "text/plain; version=0.0.4; charset=utf-8")
        if path == "/version":
            return _json(200, self.version())
        if path == "/healthz":
            return self._state(self.alive, {})
        if path == "/readyz":
            return self._state((crc32c_present, *self.ready), self._details())
        return None

    def version(self) -> dict[str, str]:
        """Say which release runs here."""
        names = {"service": self.service, "process": self.process, "instance": self.instance}
        releases = {"version": _release(f"bina-{self.service}"), "eventkit": _release("bina-eventkit")}
        return {**names, **releases, "python": platform.python_version()}

    def _state(self, checks: Sequence[Check], details: Mapping[str, Any]) -> Answer:
        reasons = [reason for check in checks for reason in _reasons(check)]
        state = {"service": self.service, "process": self.process, "instance": self.instance}
        red = {**state, **details, "status": "red" if reasons else "ok", "reasons": reasons}
        return _json(503 if reasons else 200, red)

    def _details(self) -> Mapping[str, Any]:
        try:
            return self.details()
        except Exception as error:  # noqa: BLE001 - figures may be missing, the answer may not
            return {"details": f"not available: {type(error).__name__}"}


def crc32c_present() -> list[str]:
    """Refuse to be ready without the C checksum: Kafka would be three to six times slower."""
    return [] if importlib.util.find_spec("crc32c") else ["the crc32c package is missing"]


def store_answers(database: Database[Any]) -> Check:
    """Make a check that the service's store answers within a second."""

    def check() -> list[str]:
        with pymongo.timeout(1):
            database.command("ping")
        return []

    check.__name__ = "store"
    return check


class Listener:
    """Serves a process's health from a thread of its own; for processes without a web server."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        handler = type("_Bound", (_Handler,), {"health": health})
        self._server = ThreadingHTTPServer((host, port), handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=2)


class _Handler(BaseHTTPRequestHandler):
    health: ClassVar[Health]
    timeout = 5
    server_version = "bina"
    sys_version = ""

    def do_GET(self) -> None:
        answer = self.health.answer(self.path.partition("?")[0]) or _json(404, {"code": "not_found"})
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *args: object) -> None:
        """Say nothing: what is asked here is asked every few seconds."""


def _reasons(check: Check) -> Sequence[str]:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - a check that cannot run is a reason
        return [f"{getattr(check, '__name__', 'check')}: {type(error).__name__}"]


def _json(status: int, body: Mapping[str, Any]) -> Answer:
    return Answer(status, json.dumps(body, default=str).encode() + b"\n")


def _release(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unreleased"
