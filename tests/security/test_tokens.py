"""J01-J06, J09: forged, foreign and stale tokens are refused at the running services; logs hold none."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest
import requests
from attacker import OWN, Attacker, Said
from forge import Forge
from joserfc.jwk import ECKey

from eventkit.auth import LEEWAY_S, MAX_LIFE_S

SERVICES: Final = ("registration", "curriculum", "monitoring")
FIGURES: Final = "/v1/figures"
ROLE: Final = "auditor"
Make = Callable[[Forge], str]


def b64(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(forge: Forge, header: dict[str, Any], signature: bytes = b"") -> str:
    return f"{b64({'typ': 'at+jwt', **header})}.{b64(forge.claims(OWN, ROLE))}.{b64(signature)}"


def shared_secret(forge: Forge) -> str:
    """Sign with the public key as if it were a secret that both sides share."""
    key = forge.key("RS256")
    head = f"{b64({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.kid})}.{b64(forge.claims(OWN, ROLE))}"
    return f"{head}.{b64(hmac.digest(key.as_pem(private=False), head.encode(), 'sha256'))}"


def stripped(forge: Forge) -> str:
    return forge.token(OWN, ROLE).rpartition(".")[0] + "."


def kid(value: Any) -> Make:
    return lambda forge: (
        forge.token(OWN, ROLE, header={"kid": value})
        if isinstance(value, str)
        else unsigned(forge, {"alg": "ES256", "kid": value}, b"x" * 64)
    )


def claims(**changes: Any) -> Make:
    return lambda forge: forge.token(OWN, ROLE, **changes)


def at(**offsets: int) -> Make:
    """Set times relative to now."""
    return lambda forge: forge.token(OWN, ROLE, **{name: int(time.time()) + each for name, each in offsets.items()})


FORGED: Final[dict[str, Make]] = {
    "J01 none": lambda forge: unsigned(forge, {"alg": "none"}),
    "J01 None with kid": lambda forge: unsigned(forge, {"alg": "None", "kid": forge.key().kid}),
    "J01 empty signature": stripped,
    "J01 no signature": lambda forge: stripped(forge)[:-1],
    "J01 zeros": lambda forge: unsigned(forge, {"alg": "ES256", "kid": forge.key().kid}, bytes(64)),
    "J02 public key as secret": shared_secret,
    "J03 path": kid("../../../../dev/null"),
    "J03 operator": kid({"$ne": None}),
    "J03 address": kid("http://127.0.0.1/keys"),
    "J03 5 kB": kid("k" * 5_000),
    "J03 unknown": kid("nobody"),
    "J03 NUL": kid("a\0b"),
    "J05 aud": claims(aud=["elsewhere"]),
    "J05 no aud": claims(aud=None),
    "J05 iss": claims(iss="http://127.0.0.1:1"),
    "J05 no iss": claims(iss=None),
    "J05 ID token": claims(nonce="n", at_hash="h"),
    "J05 ID token by type": claims(typ="ID"),
    "J06 expired": at(iat=-700, nbf=-700, exp=-LEEWAY_S - 2),
    "J06 nbf ahead": at(iat=0, nbf=LEEWAY_S + 60, exp=600),
    "J06 no exp": claims(exp=None),
    "J06 year 9999": claims(exp=253_370_764_800),
    "J06 iat ahead": at(iat=LEEWAY_S + 60, nbf=0, exp=600),
    "J06 longer life than any": at(iat=0, nbf=0, exp=MAX_LIFE_S + 60),
    "no tenant": claims(tenant=None),
    "tenant is an operator": claims(tenant={"$ne": "00"}),
    "tenant is a pattern": claims(tenant="74.*"),
    "roles are a word": claims(roles="auditor"),
}


def ask(attacker: Attacker, service: str, token: str | None, path: str = FIGURES, **headers: str) -> Said:
    return attacker.call(attacker.route(f"{service} GET {FIGURES}"), path, token, **headers)


@pytest.mark.parametrize("service", SERVICES)
def test_a_sound_token_opens(attacker: Attacker, forge: Forge, service: str) -> None:
    assert ask(attacker, service, forge.token(OWN, ROLE)).status == 200
    assert ask(attacker, service, forge.token(OWN, ROLE, header={"alg": "RS256"})).status == 200


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED)
def test_forged_tokens_are_refused(attacker: Attacker, forge: Forge, make: Make) -> None:
    token = make(forge)
    for service in SERVICES:
        said = ask(attacker, service, token)
        assert (said.status, said.code) == (401, "unauthenticated")
        assert said.headers["Content-Type"] == "application/problem+json"
        assert said.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_of_one_service_opens_no_other(attacker: Attacker, forge: Forge, service: str) -> None:
    for other in SERVICES:
        said = ask(attacker, other, forge.token(OWN, ROLE, aud=[service]))
        assert said.status == (200 if other == service else 401)


def test_another_key_with_our_id_is_refused(attacker: Attacker, forge: Forge) -> None:
    mine = ECKey.generate_key("P-256", {"kid": forge.key().kid})
    forged = Forge(forge.issuer, forge.audiences, type(forge.keys)([mine]))
    assert ask(attacker, "registration", forged.token(OWN, ROLE)).status == 401


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """Listen where the forged headers point to; nobody may come."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys", seen
    server.shutdown()
    server.server_close()
    thread.join()


def test_headers_that_bring_a_key_are_refused_and_followed_nowhere(
    attacker: Attacker, forge: Forge, trap: tuple[str, list[str]]
) -> None:
    address, seen = trap
    mine = ECKey.generate_key("P-256", {"kid": "mine"})
    forged = Forge(forge.issuer, forge.audiences, type(forge.keys)([mine]))
    for name, value in {
        "jku": address, "x5u": address, "kid": address, "jwk": mine.as_dict(private=False), "x5c": ["MIIB"],
    }.items():  # fmt: skip
        good, bad = (f"{b64({'alg': 'ES256', 'typ': 'at+jwt', 'kid': each, name: value})}" for each in ("mine", "x"))
        for head in (good, bad):
            token = f"{head}.{forged.token(OWN, ROLE).split('.', 1)[1]}"
            assert ask(attacker, "registration", token).status == 401
    assert seen == []
    requests.get(address, timeout=10)
    assert seen == ["/keys"]  # the trap itself works


def test_a_token_counts_in_its_header_only_and_once(attacker: Attacker, forge: Forge) -> None:
    token = forge.token(OWN, ROLE)
    for name in ("access_token", "token", "authorization"):
        said = ask(attacker, "registration", None, f"{FIGURES}?{name}={token}")
        assert said.status == 401
    assert ask(attacker, "registration", None, Cookie=f"access_token={token}").status == 401
    assert ask(attacker, "registration", None, Authorization=f"Bearer {token}, Bearer {token}").status == 401


def test_no_log_holds_a_token(attacker: Attacker, forge: Forge) -> None:
    tokens = [forge.token(OWN, ROLE), forge.expired(OWN, ROLE), forge.token("35.73", "participant")]
    for token in tokens:
        ask(attacker, "registration", token)
        ask(attacker, "registration", None, f"{FIGURES}?access_token={token}")
        ask(attacker, "registration", None, f"/v1/{token}")
    logs = {file: file.read_bytes() for file in attacker.stack.layout.log.rglob("*") if file.is_file()}
    assert any(b"access refused" in content for content in logs.values())
    found = {file for file, content in logs.items() for token in tokens if token.rpartition(".")[2].encode() in content}
    assert found == set()
    assert [file for file, content in logs.items() if b"eyJ" in content] == []
