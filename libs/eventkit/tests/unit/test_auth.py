"""Who is let in: sound tokens of our issuer for this service, and nobody else."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest
import requests
from edge import ENVIRON
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from eventkit import auth
from eventkit.auth import BadTokenError, JwksCache, KeysUnavailableError, Verifier, fetch_from, usable_keys
from eventkit.rates import Rates
from eventkit.settings import ServiceSettings, read_settings
from testkit.tokens import TokenFactory

NOW: Final = int(time.time())


@pytest.fixture
def verifier(tokens: TokenFactory) -> Verifier:
    return tokens.verifier("registration")


def b64(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refused(verifier: Verifier, token: str) -> None:
    with pytest.raises(BadTokenError):
        verifier.verify(token)


@pytest.mark.parametrize("algorithm", auth.ALGORITHMS)
def test_sound_token_gives_the_caller(tokens: TokenFactory, verifier: Verifier, algorithm: str) -> None:
    caller = verifier.verify(tokens.token("74.71", "clerk", "auditor", header={"alg": algorithm}))
    assert (caller.tenant, caller.subject, caller.client) == ("74.71", "tester@74.71", "testkit")
    assert caller.roles == {"clerk", "auditor"}


def test_no_signature_is_refused(tokens: TokenFactory, verifier: Verifier) -> None:
    claims = tokens.claims("74.71", "clerk")
    for header in ({"alg": "none", "kid": "ec-1"}, {"alg": "ES256", "kid": "ec-1"}):
        for ending in ("", ".", ".e30"):
            refused(verifier, f"{b64(header)}.{b64(claims)}{ending}")
    head, payload, _ = tokens.token("74.71", "clerk").split(".")
    refused(verifier, f"{head}.{payload}.")


def test_public_key_is_no_shared_secret(tokens: TokenFactory, verifier: Verifier) -> None:
    secret = tokens.rsa.as_pem(private=False)
    for algorithm, digest in (("HS256", "sha256"), ("HS512", "sha512")):
        signed = f"{b64({'alg': algorithm, 'kid': 'rsa-1'})}.{b64(tokens.claims('74.71'))}"
        refused(verifier, f"{signed}.{b64(hmac.digest(secret, signed.encode(), digest))}")


def test_algorithm_of_another_key_is_refused(tokens: TokenFactory, verifier: Verifier) -> None:
    refused(verifier, tokens.token("74.71", header={"alg": "RS256", "kid": "ec-1"}))
    refused(verifier, tokens.token("74.71", header={"alg": "ES256", "kid": "rsa-1"}))
    for other in ("RS512", "PS256"):
        header = {"alg": other, "kid": "rsa-1"}
        refused(verifier, jwt.encode(header, tokens.claims("74.71"), tokens.rsa, algorithms=[other]))


@pytest.mark.parametrize(
    "kid",
    ["../../etc/passwd", "http://evil.test/k", "' || '1'=='1", "x" * 10_000, "unknown", "", {"$ne": None}, 7, None],
)
def test_key_id_is_only_looked_up(tokens: TokenFactory, kid: Any) -> None:
    fetched: list[int] = []

    def fetch() -> Mapping[str, Any]:
        fetched.append(1)
        return tokens.jwks()

    verifier = Verifier(JwksCache(fetch), issuer=tokens.issuer, audience="registration")
    verifier.verify(tokens.token("74.71"))
    payload = b64(tokens.claims("74.71"))
    for _ in range(20):
        refused(verifier, f"{b64({'alg': 'ES256', 'kid': kid})}.{payload}.{b64(b'x' * 64)}")
    assert len(fetched) == 1


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c", "crit", "b64", "zip"])
def test_header_cannot_bring_a_key(tokens: TokenFactory, verifier: Verifier, name: str) -> None:
    attacker = ECKey.generate_key("P-256", {"kid": "ec-1"})
    values = {"jwk": attacker.as_dict(private=False), "x5c": ["AA=="], "crit": ["x"], "b64": False}
    header = {"alg": "ES256", "kid": "ec-1", name: values.get(name, "https://evil.test/keys")}
    signed = jwt.encode({"alg": "ES256", "kid": "ec-1"}, tokens.claims("74.71"), attacker)
    refused(verifier, ".".join([b64(header), *signed.split(".")[1:]]))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "curriculum"},
        {"aud": None},
        {"aud": []},
        {"aud": {"registration": 1}},
        {"aud": ["registration", 1]},
        {"iss": "https://evil.test"},
        {"iss": None},
        {"iss": ["https://issuer.test"]},
        {"exp": NOW - 31},
        {"exp": None},
        {"exp": 253_402_300_800},
        {"exp": str(NOW + 60)},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": NOW + auth.MAX_LIFE_S + 3600},
        {"iat": NOW + 900, "exp": NOW + 1500},
        {"iat": None},
        {"iat": NOW - 90_000},
        {"iat": float("nan")},
        {"nbf": NOW + 900},
        {"nbf": "soon"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 201},
        {"client_id": None},
        {"client_id": ["a"]},
        {"tenant": None},
        {"tenant": "7471"},
        {"tenant": "74.71\n"},
        {"tenant": "٧٤.٧١"},
        {"tenant": {"$ne": ""}},
        {"tenant": ["74.71"]},
        {"roles": None},
        {"roles": "clerk"},
        {"roles": [["clerk"]]},
        {"typ": "ID"},
        {"token_use": "id"},
        {"nonce": "n"},
        {"at_hash": "h"},
    ],
)
def test_unsound_claims_are_refused(tokens: TokenFactory, verifier: Verifier, changes: dict[str, Any]) -> None:
    refused(verifier, tokens.token("74.71", "clerk", **changes))


def test_clocks_may_differ_a_little(tokens: TokenFactory, verifier: Verifier) -> None:
    now = int(time.time())
    assert verifier.verify(tokens.token("74.71", exp=now - 10, iat=now - 100))
    assert verifier.verify(tokens.token("74.71", iat=now + 20, nbf=now + 20))


def test_types_that_name_another_use_are_refused(tokens: TokenFactory, verifier: Verifier) -> None:
    for kind in ("id_token", "dpop+jwt", "logout+jwt"):
        refused(verifier, tokens.token("74.71", header={"typ": kind}))
    assert verifier.verify(tokens.token("74.71", header={"typ": "JWT"}))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "x" * 9000, "e30.e30.e30", "eyJ.eyJ.x" * 3])
def test_garbage_is_refused(verifier: Verifier, text: str) -> None:
    refused(verifier, text)


def test_changed_payload_is_refused(tokens: TokenFactory, verifier: Verifier) -> None:
    head, _, signature = tokens.token("74.71", "clerk").split(".")
    refused(verifier, f"{head}.{b64(tokens.claims('35.73', 'clerk'))}.{signature}")


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_unusable_keys_are_left_out() -> None:
    good = ECKey.generate_key("P-256", {"kid": "good"})
    keys = [
        good.as_dict(private=False),
        RSAKey.generate_key(1024, {"kid": "weak"}).as_dict(private=False),
        ECKey.generate_key("P-384", {"kid": "other-curve"}).as_dict(private=False),
        ECKey.generate_key("P-256", {"kid": "private"}).as_dict(private=True),
        ECKey.generate_key("P-256", {"kid": "for-encryption", "use": "enc"}).as_dict(private=False),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
        {"kty": "EC", "kid": "broken"},
        {},
    ]
    assert list(usable_keys({"keys": keys})) == ["good"]


def test_new_key_is_found_and_old_ones_outlive_the_issuer(tokens: TokenFactory) -> None:
    published: list[Any] = [{"keys": []}, tokens.jwks(), requests.ConnectionError()]

    def fetch() -> Mapping[str, Any]:
        found = published.pop(0) if len(published) > 1 else published[0]
        if isinstance(found, Exception):
            raise found
        return dict(found)

    cache = JwksCache(fetch, pause_s=0, life_s=0)
    with pytest.raises(KeysUnavailableError):
        cache.find("ec-1")
    assert cache.find("ec-1")
    assert cache.find("ec-1")


def test_first_fetch_is_tried_again_soon(monkeypatch: pytest.MonkeyPatch, tokens: TokenFactory) -> None:
    clock = [1000.0]
    monkeypatch.setattr("eventkit.auth.time.monotonic", lambda: clock[0])
    answers: list[Any] = [requests.ConnectionError(), tokens.jwks()]

    def fetch() -> Mapping[str, Any]:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return dict(found)

    cache = JwksCache(fetch)
    for _ in range(3):
        with pytest.raises(KeysUnavailableError):
            cache.find("ec-1")
    clock[0] += 1.1
    assert cache.find("ec-1")


def test_withdrawn_key_is_refused_when_the_life_of_the_keys_is_over(
    monkeypatch: pytest.MonkeyPatch, tokens: TokenFactory
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("eventkit.auth.time.monotonic", lambda: clock[0])
    kept = [each for each in tokens.jwks()["keys"] if each["kid"] != "ec-1"]
    published: list[Mapping[str, Any]] = [tokens.jwks(), {"keys": kept}]
    cache = JwksCache(lambda: published.pop(0), pause_s=30, life_s=3)
    assert cache.find("ec-1")
    clock[0] += 3.1
    cache.find("ec-1")
    assert cache.find("ec-1") is None


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
            return
        self.send_response(200 if self.path != "/broken" else 500)
        self.end_headers()
        self.wfile.write({"/large": b" " * 300_000, "/text": b"<html>"}.get(self.path, b'{"keys": []}'))

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_keys_are_fetched_from_their_address_only(address: str) -> None:
    assert fetch_from(f"{address}/keys")() == {"keys": []}
    for path in ("/moved", "/large", "/text", "/broken"):
        with pytest.raises(ValueError, match=r"302|200|500|Expecting value"):
            fetch_from(address + path)()


def test_known_key_serves_while_another_thread_fetches(tokens: TokenFactory) -> None:
    began, go_on = threading.Event(), threading.Event()
    calls: list[int] = []

    def fetch() -> Mapping[str, Any]:
        calls.append(1)
        if len(calls) > 1:
            began.set()
            assert go_on.wait(10)
        return tokens.jwks()

    cache = JwksCache(fetch, pause_s=0, life_s=0)
    cache.find("ec-1")
    slow = threading.Thread(target=cache.find, args=("ec-1",))
    slow.start()
    assert began.wait(10)
    assert cache.find("ec-1")
    go_on.set()
    slow.join()
    assert len(calls) == 2


def test_route_that_names_no_callers_stops_the_start(tokens: TokenFactory) -> None:
    rates = Rates(read_settings(ENVIRON, "sample", ServiceSettings))
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/open", "open", auth.public(lambda: "x"))
    auth.install(app, tokens.verifier("registration"), rates)
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/forgotten", "forgotten", lambda: "x")
    with pytest.raises(RuntimeError, match="/forgotten"):
        auth.install(app, tokens.verifier("registration"), rates)
