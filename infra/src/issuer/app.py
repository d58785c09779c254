"""The issuer's pages: discovery, keys, token, and a login for people with demo accounts."""

import threading
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, jsonify, render_template_string, request

from issuer.directory import NOBODY, Account, Directory
from issuer.grants import ALGORITHM, authorization_server

_TRIES: Final = 10
_TRIES_PER_ADDRESS: Final = 100
_PAUSE_S: Final = 60.0
_PAGE: Final = """<!doctype html>
<html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Masuk ke Bina</title>
<style>body{font:1rem/1.5 system-ui;max-width:22rem;margin:10vh auto;padding:0 1rem}label{display:block;margin:.75rem 0}
input{width:100%;box-sizing:border-box;font:inherit;padding:.6rem}button{font:inherit;min-height:44px;width:100%}
p[role=alert]{color:#a00000}</style>
<h1>Masuk ke Bina</h1>
<p>Akun percobaan di komputer ini saja.</p>
{% if fault %}<p role="alert">{{ fault }}</p>{% endif %}
{% if form %}<form method="post">
<label>Nama akun <input name="username" autocomplete="username" required autofocus></label>
<label>Kata sandi <input name="password" type="password" autocomplete="current-password" required></label>
<button>Masuk</button></form>{% endif %}</html>"""
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Attempts:
    """Counts wrong passwords and secrets per account and per address, so that guessing is slow."""

    def __init__(self) -> None:
        self._failed: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def is_paused(self, name: str, address: str) -> bool:
        """Say whether this account, or everything from this address, has failed too often in the last minute."""
        with self._lock:
            oldest = time.monotonic() - _PAUSE_S
            recent = {who: [each for each in times if each > oldest] for who, times in self._failed.items()}
            self._failed = {who: times for who, times in recent.items() if times}
            return any(len(self._failed.get(who, ())) >= most for who, most in _limits(name, address))

    def failed(self, name: str, address: str) -> None:
        """Note a wrong password or secret."""
        with self._lock:
            for who, _ in _limits(name, address):
                self._failed.setdefault(who, []).append(time.monotonic())


def _limits(name: str, address: str) -> Sequence[tuple[str, int]]:
    by_account = ((f"account {name}", _TRIES),) if name else ()
    return (*by_account, (f"address {address}", _TRIES_PER_ADDRESS))


def create_app(directory: Directory, issuer: str) -> Flask:
    """Compose the issuer."""
    app = Flask("issuer", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=16_384, PROVIDE_AUTOMATIC_OPTIONS=False)
    described = _discovery(issuer)
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ok", reasons=[]))
    app.add_url_rule("/readyz", "readyz", lambda: jsonify(status="ok", reasons=[]))
    app.add_url_rule("/.well-known/openid-configuration", "discovery", lambda: jsonify(described))
    app.add_url_rule("/jwks.json", "keys", lambda: jsonify(directory.keys.published().as_dict(private=False)))
    server = authorization_server(app, directory, issuer)
    attempts = Attempts()
    _add_token(app, server, attempts)
    _add_login(app, server, directory, attempts)
    app.after_request(_protect)
    return app


def _add_token(app: Flask, server: Any, attempts: Attempts) -> None:
    @app.post("/token")
    def token() -> Response:
        address = request.remote_addr or ""
        if attempts.is_paused("", address):  # by address only: guessing a secret must not lock out the program itself
            return _later(jsonify(error="slow_down"))
        answer: Response = server.create_token_response()
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            attempts.failed("", address)
        return answer


def _later(answer: Response) -> Response:
    answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
    answer.headers["Retry-After"] = str(int(_PAUSE_S))
    return answer


def _add_login(app: Flask, server: Any, directory: Directory, attempts: Attempts) -> None:
    @app.get("/authorize")
    def ask() -> Response:
        server.get_consent_grant(end_user=None)
        return _page("", 200)

    @app.post("/authorize")
    def log_in() -> Response:
        name, address = request.form.get("username", "")[:100], request.remote_addr or ""
        if attempts.is_paused(name, address):
            return _later(_page("Terlalu sering dicoba; coba lagi dalam satu menit.", 429))
        account = _account(directory, name)
        grant = server.get_consent_grant(end_user=account)
        if account is None:
            attempts.failed(name, address)
            return _page("Nama akun atau kata sandi salah.", 401)
        answer: Response = server.create_authorization_response(grant_user=account, grant=grant)
        return answer

    @app.errorhandler(OAuth2Error)
    def refuse(error: OAuth2Error) -> Response:
        # Never sent on to an address that was not checked.
        return _page(f"Permintaan masuk tidak sah ({error.error}).", 400, form=False)


def _protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _account(directory: Directory, name: str) -> Account | None:
    account = directory.account(name)
    return account if (account or NOBODY).accepts(request.form.get("password", "")[:200]) else None


def _page(fault: str, status: int, *, form: bool = True) -> Response:
    return Response(render_template_string(_PAGE, fault=fault, form=form), status)


def _discovery(issuer: str) -> Mapping[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks.json",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid"],
    }
