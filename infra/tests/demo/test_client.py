"""The demo's HTTP client: one intention is one key, and a service that is away for a while is waited for."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bina.demo.drive import client as clients
from bina.demo.drive.access import Caller, Places, Tokens
from bina.demo.drive.client import Client, Tally
from bina.demo.drive.errors import RefusedError, TooLateError, UnavailableError
from bina.demo.drive.waiting import until

Answer = tuple[int, dict[str, Any], dict[str, str]]


@dataclass
class Script:
    """What a service answers, in order, and what it was sent."""

    answers: list[Answer] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    tokens: int = 0


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def client(script: Script) -> Iterator[Client]:
    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/token":
                script.tokens += 1
                self.give((200, {"access_token": f"t{script.tokens}", "expires_in": 3600}, {}))
                return
            script.keys.append(self.headers["Idempotency-Key"])
            self.give(script.answers.pop(0))

        def do_GET(self) -> None:
            self.give(script.answers.pop(0))

        def give(self, answer: Answer) -> None:
            status, body, headers = answer
            if status == 0:
                self.close_connection = True
                return
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    places = Places(services={"registration": url}, issuer=url, client="bina", secret="s")
    yield Client(places, Tokens(places), Caller("74.71", "tenant_admin"), Tally())
    server.shutdown()
    server.server_close()


def post(client: Client, body: dict[str, Any], intention: str = "programme") -> clients.Answer:
    return client.post("registration", "/v1/programmes", body, intention=intention)


def test_the_same_intention_has_the_same_key(client: Client, script: Script) -> None:
    script.answers = [(201, {}, {}), (201, {}, {}), (201, {}, {}), (201, {}, {})]
    for body, intention in (({"a": 1}, "x"), ({"a": 1}, "x"), ({"a": 2}, "x"), ({"a": 1}, "y")):
        post(client, body, intention)
    assert script.keys[0] == script.keys[1]
    assert len(set(script.keys)) == 3


@pytest.mark.parametrize("failure", [(0, {}, {}), (503, {"code": "unavailable"}, {}), (502, {}, {})])
def test_a_service_that_comes_back_gets_the_same_key_again(client: Client, script: Script, failure: Answer) -> None:
    script.answers = [failure, failure, (201, {"id": "1"}, {})]
    assert post(client, {}).body == {"id": "1"}
    assert len(script.keys) == 3
    assert len(set(script.keys)) == 1


def test_a_request_in_flight_is_waited_for(client: Client, script: Script) -> None:
    script.answers = [(409, {"code": "request_in_flight"}, {}), (201, {"id": "1"}, {"Idempotency-Replayed": "true"})]
    assert post(client, {}).replayed is True


def test_a_refusal_is_not_repeated(client: Client, script: Script) -> None:
    script.answers = [(409, {"code": "batch_state", "detail": "no"}, {})]
    with pytest.raises(RefusedError, match="POST registration /v1/programmes was refused: 409 batch_state no"):
        post(client, {})
    assert len(script.keys) == 1


def test_patience_ends(client: Client, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "PATIENCE_S", 0.2)
    script.answers = [(503, {}, {})] * 50
    with pytest.raises(UnavailableError, match="503"):
        post(client, {})


def test_a_list_is_read_to_its_end(client: Client, script: Script) -> None:
    script.answers = [
        (200, {"items": [1, 2], "next_cursor": "c"}, {}),
        (200, {"items": [3], "next_cursor": None}, {}),
    ]
    assert list(client.items("registration", "/v1/units")) == [1, 2, 3]


def test_a_token_is_fetched_once(client: Client, script: Script) -> None:
    script.answers = [(200, {}, {}), (200, {}, {})]
    client.get("registration", "/v1/a")
    client.get("registration", "/v1/b")
    assert script.tokens == 1


def test_a_refused_token_is_fetched_anew(client: Client, script: Script) -> None:
    script.answers = [(401, {"code": "unauthenticated"}, {}), (200, {"ok": True}, {})]
    with pytest.raises(RefusedError):
        client.get("registration", "/v1/a")
    assert client.get("registration", "/v1/a") == {"ok": True}
    assert script.tokens == 2


def test_waiting_ends_with_what_was_waited_for() -> None:
    found = iter([None, None, 7])
    assert until("seven", lambda: next(found)) == 7
    with pytest.raises(TooLateError, match=r"waited 0 s for the batch in curriculum"):
        until("the batch in curriculum", lambda: None, within=0)
