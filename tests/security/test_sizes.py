"""R01, R02: what is too large, too slow, too deep or not what it says, over raw sockets to the running gunicorn."""

import gzip
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
import requests
from attacker import OWN, Attacker
from forge import Forge

EDGE: Final = Path(__file__).resolve().parents[2] / "libs" / "eventkit" / "tests"
STOCK: Final = "gunicorn.workers.gthread.ThreadWorker"
MB: Final = 1024 * 1024
GROWTH: Final = 10 * MB
# Generous against a busy machine; an honest answer takes a few milliseconds.
SOON_S: Final = 3.0


class Wire:
    """One server, spoken to byte by byte."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.line = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n" if token else "Host: 127.0.0.1\r\n"

    def open(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def head(self, method: str = "POST", path: str = "/v1/units", **headers: str) -> bytes:
        given = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        return f"{method} {path} HTTP/1.1\r\n{self.line}{given}".encode()

    def send(self, data: bytes) -> tuple[int, dict[str, Any], float]:
        """Send and read to the end; gives status, problem and the seconds it took."""
        began = time.monotonic()
        with self.open() as connection:
            try:
                connection.sendall(data)
            except OSError:
                assert began  # the server has answered and closed before it had everything
            status, problem = read(connection)
        return status, problem, time.monotonic() - began

    def post(self, body: bytes, **headers: str) -> tuple[int, dict[str, Any], float]:
        given = {"Content_Type": "application/json", "Idempotency_Key": "k", "Connection": "close", **headers}
        return self.send(self.head(Content_Length=str(len(body)), **given) + b"\r\n" + body)


def read(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Read one whole answer; 0 when the connection ended without one."""
    got = b""
    try:
        while data := connection.recv(65536):
            got += data
            head, _, body = got.partition(b"\r\n\r\n")
            if b"content-length: %d\r\n" % len(body) in head.lower() + b"\r\n":
                break
    except OSError:
        assert connection
    head, _, body = got.partition(b"\r\n\r\n")
    return (int(head.split(b" ")[1]), json.loads(body)) if body else (0, {})


@contextmanager
def edge(worker: str) -> Iterator[Wire]:
    """Run the sample service's web process with this worker; it needs no store for what is refused before one."""
    environ = {**os.environ, "PYTHONPATH": str(EDGE), "PYTHONUNBUFFERED": "1"}
    module, _, name = worker.rpartition(".")
    program = (
        f"import eventkit.process as process; from {module} import {name} as worker; process.PatientWorker = worker\n"
        "import os; from edge import ENVIRON, SERVICE; os.environ.update(ENVIRON, BINA_HTTP_PORT=os.environ['PORT'])\n"
        "process.main(SERVICE, ['api'])"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-c", program], env={**environ, "PORT": str(port)}, stdout=subprocess.DEVNULL
    ) as process:
        try:
            until(lambda: answers(port, 5) is not None, 60)
            yield Wire(port, "")
        finally:
            for each in (*psutil.Process(process.pid).children(), process):
                each.kill()


def answers(port: int, within: float) -> float | None:
    """Give the seconds after which a plain request is answered, or None."""
    began = time.monotonic()
    try:
        ok = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=within).ok
    except requests.RequestException:
        return None
    return time.monotonic() - began if ok else None


def until(holds: Any, within: float) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def wire(attacker: Attacker, forge: Forge) -> Wire:
    return Wire(attacker.stack.ports["registration"], forge.token(OWN, "tenant_admin"))


@pytest.fixture
def memory(stage: Any) -> Iterator[None]:
    """Hold the resident memory of the web process: it may not grow by what is sent."""
    master = psutil.Process(stage.platform.program("registration.api").identity.pid)

    def used() -> int:
        return sum(each.memory_info().rss for each in master.children())

    before = used()
    yield
    assert used() - before <= GROWTH


@pytest.fixture(autouse=True)
def units(attacker: Attacker) -> Iterator[None]:
    """Nothing that is refused here may be stored or published."""
    database = attacker.database("registration")

    def state() -> tuple[int, int]:
        pending = database["outbox"].count_documents({"topic": "registration.unit"})
        return database["units"].count_documents({}), pending

    before = state()
    yield
    assert state() == before


def test_a_body_over_the_limit_is_413(wire: Wire, memory: None) -> None:
    for size in (256 * 1024 + 1, MB + 1, 1000 * MB):
        status, problem, seconds = wire.send(
            wire.head(Content_Type="application/json", Content_Length=str(size)) + b"\r\n" + b"x" * min(size, MB)
        )
        assert (status, problem["code"], seconds < SOON_S) == (413, "body_too_large", True)


def test_an_endless_chunked_body_is_413_and_not_read(wire: Wire, memory: None) -> None:
    sent = 0
    began = time.monotonic()
    with wire.open() as connection:
        connection.sendall(wire.head(Content_Type="application/json", Transfer_Encoding="chunked") + b"\r\n")
        try:
            while sent < 1000 * MB:
                connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
        except OSError:
            assert sent < 40 * MB  # what the buffers of both sides hold
        status, problem = read(connection)
    assert time.monotonic() - began < 10
    assert status in (0, 413), problem  # 0: the reset came before we could read
    small = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = wire.head(Content_Type="application/json", Transfer_Encoding="chunked") + b"\r\n"
    status, problem, _ = wire.send(head + small * 5 + b"0\r\n\r\n")
    assert (status, problem["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("request_line", "headers", "status", "code"),
    [
        (f"GET /{'a' * 65536} HTTP/1.1", "", 414, "address_too_long"),
        (f"GET /{'a' * 5000} HTTP/1.1", "", 414, "address_too_long"),
        ("GET /healthz HTTP/1.1", "".join(f"X-{n}: y\r\n" for n in range(10_000)), 431, "headers_too_large"),
        ("GET /healthz HTTP/1.1", "".join(f"X-{n}: y\r\n" for n in range(100)), 431, "headers_too_large"),
        ("GET /healthz HTTP/1.1", f"X-Long: {'y' * 10_000}\r\n", 431, "headers_too_large"),
        ("GET /healthz HTTP/9.9", "", 400, "bad_request"),
        ("\0\1\2", "", 400, "bad_request"),
        ("POST /v1/units HTTP/1.1", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400, "bad_request"),
        ("POST /v1/units HTTP/1.1", "Content-Length: -1\r\n", 400, "bad_request"),
        ("POST /v1/units HTTP/1.1", "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "bad_request"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_head_over_the_limits_is_refused(wire: Wire, request_line: str, headers: str, status: int, code: str) -> None:
    said, problem, seconds = wire.send(f"{request_line}\r\n{wire.line}{headers}\r\n".encode())
    assert (said, problem["code"], problem["status"]) == (status, code, status)
    assert seconds < SOON_S


def test_slow_requests_hold_no_thread_and_end_with_408(wire: Wire, memory: None) -> None:
    head, body = wire.head("GET", "/healthz"), wire.head(Content_Length="1000") + b"\r\n{"
    slow = [wire.open() for _ in range(60)]
    try:
        for number, each in enumerate(slow):
            each.sendall(head if number % 2 else body)
        deadline, took = time.monotonic() + 14, []
        while time.monotonic() < deadline:
            drip(slow[:20])
            took.append(answers(wire.port, 10))
            time.sleep(0.1)
        assert None not in took
        assert max(each or 0 for each in took) < SOON_S
        assert {read(each)[0] for each in slow[-6:]} == {408}
        assert {read(each)[0] for each in slow[:6]} <= {0, 408}  # a byte sent after the end takes the answer away
    finally:
        for each in slow:
            each.close()


def drip(connections: list[socket.socket]) -> None:
    """Keep the connections busy with a byte each."""
    for each in connections:
        try:
            each.sendall(b"x")
        except OSError:
            each.close()


def test_the_stock_worker_is_stopped_by_as_many_slow_requests_as_it_has_threads() -> None:
    with edge(STOCK) as wire:
        slow = [wire.open() for _ in range(12)]
        for each in slow:
            each.sendall(wire.head("GET", "/healthz"))
        until(lambda: answers(wire.port, 2) is None, 20)
        for each in slow:
            each.close()


def test_callers_who_do_not_hang_up_hold_up_nobody(wire: Wire) -> None:
    lingering = [wire.open() for _ in range(20)]
    for each in lingering:
        each.sendall(wire.head("GET", "/healthz", Connection="close") + b"\r\n")
    assert (answers(wire.port, 30) or 99) < SOON_S
    for each in lingering:
        each.close()


MANY_KEYS: Final = json.dumps({f"{n}": 1 for n in range(20_000)}).encode()
HOSTILE: Final = {
    "depth 100k": (b"[" * 100_000 + b"]" * 100_000, 400, ("malformed_json", "too_deep")),
    "depth 33": (b'{"a":' * 33 + b"1" + b"}" * 33, 400, ("too_deep",)),
    "1e400": (b'{"a": 1e400}', 400, ("malformed_json",)),
    "-1e400": (b'{"a": -1e400}', 400, ("malformed_json",)),
    "NaN": (b'{"a": NaN}', 400, ("malformed_json",)),
    "Infinity": (b'{"a": Infinity}', 400, ("malformed_json",)),
    "big integer": (b'{"a": ' + b"9" * 5000 + b"}", 400, ("malformed_json",)),
    "integer": (b'{"a": 9007199254740993}', 422, ("invalid",)),
    "duplicate keys": (b'{"name": "A", "name": "B"}', 400, ("malformed_json", "duplicate_key", "bad_request")),
    "lone surrogate": (b'{"name": "\\ud800"}', 422, ("invalid",)),
    "raw surrogate": (b'{"name": "\xed\xa0\x80"}', 400, ("malformed_json",)),
    "not UTF-8": (b'{"name": "\xff"}', 400, ("malformed_json",)),
    "NUL": (b'{"name": "a\\u0000b"}', 422, ("invalid",)),
    "UTF-16": ('{"name": "a"}'.encode("utf-16"), 400, ("malformed_json",)),
    "10^5 elements": (b"[" + b"1," * 120_000 + b"1]", 422, ("invalid",)),
    "10^6 elements": (b"[" + b"1," * 999_999 + b"1]", 413, ("body_too_large",)),
    "20,000 keys": (MANY_KEYS, 422, ("invalid",)),
    "20,000 keys, the last twice": (MANY_KEYS[:-1] + b', "19999": 1}', 400, ("malformed_json",)),
}


@pytest.mark.parametrize(("body", "status", "codes"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_is_refused_quickly(wire: Wire, memory: None, body: bytes, status: int, codes: Any) -> None:
    said, problem, seconds = wire.post(body)
    assert (said, problem["code"] in codes, problem["code"]) == (status, True, problem["code"])
    assert seconds < SOON_S


def test_a_bomb_under_any_encoding_is_415(wire: Wire, memory: None) -> None:
    bomb = gzip.compress(b"0" * 100 * MB)
    for encoding in ("gzip", "deflate", "br", "gzip, identity", "x-unknown"):
        said, problem, seconds = wire.post(bomb, Content_Encoding=encoding)
        assert (said, problem["code"], seconds < SOON_S) == (415, "unsupported_media_type", True)
