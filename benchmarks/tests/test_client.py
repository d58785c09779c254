"""The load client is open-loop: it tells the wait that a slow server causes, and it refuses wrong answers."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from benchmarks import client

STALL_S = 1.0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    keys: list[str] = []  # noqa: RUF012 - shared on purpose: every request leaves its key here

    def do_POST(self) -> None:
        self.keys.append(self.headers["Idempotency-Key"])
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"stall" in body:
            time.sleep(STALL_S)
        self.send_response(500 if b"bad" in body else 201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    client.build()
    Handler.keys.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_every_request_is_sent_once_with_its_own_key(port: int) -> None:
    done = client.send(port, [client.post("/x", "t") for _ in range(50)], rate=0, seconds=30)
    assert (done.count, done.summary["statuses"]) == (50, {"201": 50})
    assert len(set(Handler.keys)) == 50
    assert sorted(done.answered_at) == list(range(50))


def test_latency_counts_from_when_a_request_was_due(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CONNECTIONS", 1)
    lines = [client.post("/x", "t", '{"stall": 1}'), *(client.post("/x", "t") for _ in range(20))]
    done = client.send(port, lines, rate=100, seconds=30)
    # All were due within 0.2 s, and all waited for the one that stalled; a closed loop would tell of one slow answer.
    assert done.summary["p50_ms"] > (STALL_S - 0.2) * 1000 * 0.9


def test_wrong_answers_count_for_nothing(port: int) -> None:
    with pytest.raises(client.BadAnswersError, match="500"):
        client.send(port, [client.post("/x", "t", '{"bad": 1}')], rate=0, seconds=30)


def test_a_missing_compiler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(client.NoCompilerError, match="C compiler is missing"):
        client.build()
