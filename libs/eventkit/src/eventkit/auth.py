"""Who calls: access tokens verified by the issuer's keys, and a mark on every route that says who may use it."""

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn, Protocol, TypeVar, cast

import requests
import structlog
from flask import Flask, current_app, g, request
from flask_smorest import Blueprint
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey
from joserfc.jws import JWSRegistry

from eventkit.event import TenantId
from eventkit.health import PATHS
from eventkit.problem import RefusedRequestError
from eventkit.rates import Rates

ALGORITHMS: Final = ("RS256", "ES256")
LEEWAY_S: Final = 30
MAX_LIFE_S: Final = 15 * 60  # so long may a token outlive the right that it was given for, whatever the issuer says
_MAX_TOKEN: Final = 8_000
_MAX_JWKS: Final = 256_000
_MAX_NAME: Final = 200
_MIN_RSA_BITS: Final = 2048
_TYPES: Final = ("at+jwt", "application/at+jwt", "jwt")
_TENANT: Final = re.compile(r"[0-9]{2}(\.[0-9]{2})?")
_KEY_ID: Final = re.compile(r"[\w.=-]{1,100}", re.ASCII)
_audit = structlog.get_logger("audit")

Key = RSAKey | ECKey
V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Principal:
    """The verified caller; nothing else may say which tenant a request belongs to."""

    tenant: TenantId
    subject: str
    client: str
    roles: frozenset[str]


class BadTokenError(Exception):
    """The token is not accepted; the reason is for the log only."""

    def __init__(self, reason: str, *, challenge: str = 'Bearer error="invalid_token"') -> None:
        super().__init__(reason)
        self.challenge = challenge


class KeysUnavailableError(Exception):
    """No signing key could be fetched yet, so nobody can be let in."""


class Keys(Protocol):
    """Where signing keys are found by their id."""

    def find(self, kid: str) -> Key | None: ...


def usable_keys(jwks: Mapping[str, Any]) -> dict[str, Key]:
    """Give the public signing keys of a JWKS by id; weak, private or malformed ones are left out."""
    found: dict[str, Key] = {}
    for each in jwks["keys"]:
        try:
            key = JWKRegistry.import_key(each)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        strong = (isinstance(key, RSAKey) and key.public_key.key_size >= _MIN_RSA_BITS) or (
            isinstance(key, ECKey) and key.curve_name == "P-256"
        )
        if strong and key.kid and not key.is_private and each.get("use", "sig") == "sig":
            found[key.kid] = cast("Key", key)
    return found


class JwksCache:
    """The issuer's keys; an unknown id causes one fetch per `pause_s` at most, whoever asks."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], *, pause_s: float = 30, life_s: float = 300) -> None:
        self._fetch = fetch
        self._pause_s = pause_s
        self._life_s = life_s
        self._keys: dict[str, Key] = {}
        self._loaded_at = self._tried_at = float("-inf")
        self._lock = threading.Lock()

    def find(self, kid: str) -> Key | None:
        """Give the key, or None; raises KeysUnavailableError while there is no key at all."""
        is_known = kid in self._keys
        is_stale = not is_known or time.monotonic() - self._loaded_at > self._life_s
        # A known key goes on serving while one thread fetches; only an unknown one waits for that.
        if is_stale and self._lock.acquire(blocking=not is_known):
            try:
                self._refresh(kid)
            finally:
                self._lock.release()
        if not self._keys:
            raise KeysUnavailableError
        return self._keys.get(kid)

    def _refresh(self, kid: str) -> None:
        now = time.monotonic()
        pause = min(self._pause_s, self._life_s if self._keys else 1.0)
        fresh = kid in self._keys and now - self._loaded_at <= self._life_s
        if fresh or now - self._tried_at < pause:
            return
        self._tried_at = now
        try:
            self._keys = usable_keys(self._fetch()) or self._keys
            self._loaded_at = now
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            # Old keys stay good: an issuer that is away must not lock everybody out.
            structlog.get_logger(__name__).warning("signing keys not fetched", error=type(error).__name__)


def fetch_from(url: str) -> Callable[[], Mapping[str, Any]]:
    """Make the fetch of one fixed address; redirects and large answers are refused."""

    def fetch() -> Mapping[str, Any]:
        with requests.get(url, timeout=(2, 3), allow_redirects=False, stream=True) as answer:
            body = answer.raw.read(_MAX_JWKS + 1, decode_content=True)
            if answer.status_code != requests.codes.ok or len(body) > _MAX_JWKS:
                raise ValueError(answer.status_code)
        return cast("Mapping[str, Any]", json.loads(body))

    return fetch


class Verifier:
    """Turns a token into a Principal, or refuses it; algorithms, issuer and audience are fixed here."""

    def __init__(self, keys: Keys, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._registry = JWSRegistry(algorithms=list(ALGORITHMS))
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )

    def verify(self, token: str) -> Principal:
        """Give the caller; raises BadTokenError for any doubt, KeysUnavailableError without keys."""
        key = self._keys.find(_key_id(token))
        if key is None:
            raise BadTokenError("unknown key")
        try:
            claims = jwt.decode(token, key, registry=self._registry).claims
            self._claims.validate(claims)
        except (JoseError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise BadTokenError(type(error).__name__) from error
        return _principal_of(claims)


def _key_id(token: str) -> str:
    """Read the id of the signing key; any header that could point to a key elsewhere is refused."""
    if len(token) > _MAX_TOKEN:
        raise BadTokenError("too long")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise BadTokenError("malformed") from error
    kid = header.get("kid")
    if not header.keys() <= {"alg", "kid", "typ"} or header.get("alg") not in ALGORITHMS:
        raise BadTokenError("header")
    if str(header.get("typ", "at+jwt")).lower() not in _TYPES:
        raise BadTokenError("type")
    if not isinstance(kid, str) or not _KEY_ID.fullmatch(kid):
        raise BadTokenError("key id")
    return kid


def _principal_of(claims: Mapping[str, Any]) -> Principal:
    life, roles = claims["exp"] - claims["iat"], claims.get("roles")
    client = claims.get("client_id", claims.get("azp"))
    tenant = claims.get("tenant")
    sound = {
        "life": 0 < life <= MAX_LIFE_S,  # false for NaN too
        "not an access token": claims.get("typ", "Bearer") == "Bearer"
        and claims.get("token_use", "access") == "access"
        and not claims.keys() & {"nonce", "at_hash", "c_hash"},
        "sub": 0 < len(claims["sub"]) <= _MAX_NAME,
        "client": isinstance(client, str) and 0 < len(client) <= _MAX_NAME,
        "tenant": isinstance(tenant, str) and _TENANT.fullmatch(tenant),
        "roles": isinstance(roles, list) and all(isinstance(role, str) for role in roles),
    }
    if wrong := [name for name, is_sound in sound.items() if not is_sound]:
        raise BadTokenError(", ".join(wrong))
    return Principal(TenantId(str(tenant)), claims["sub"], str(client), frozenset(cast("list[str]", roles)))


def principal() -> Principal:
    """Give the verified caller of this request; a route that is public has none."""
    return cast("Principal", g.principal)


def roles(*names: str) -> Callable[[V], V]:
    """Let only callers with one of these roles use the view; put it directly under the route."""
    return _mark(frozenset(names), {"x-roles": sorted(names)})


def public(view: V) -> V:
    """Let everybody use the view."""
    return _mark(frozenset(), {"security": []})(view)


def _mark(names: frozenset[str], documented: Mapping[str, Any]) -> Callable[[V], V]:
    def mark(view: V) -> V:
        marked = Blueprint.doc(**documented)(view)
        marked.allowed_roles = names
        return cast("V", marked)

    return mark


def install(app: Flask, verifier: Verifier, rates: Rates) -> None:
    """Authenticate before every view; raises RuntimeError for a route that says nothing about its callers."""
    unmarked = [rule.rule for rule in app.url_map.iter_rules() if _allowed(rule.endpoint, app) is None]
    if unmarked:
        raise RuntimeError(f"routes without @roles or @public: {sorted(unmarked)}")

    def guard() -> None:
        allowed = _allowed(request.endpoint, current_app) if request.endpoint else frozenset()
        if allowed:
            _admit(verifier, rates, allowed)
        elif request.path not in PATHS:
            rates.take("address", request.remote_addr or "")
            if request.routing_exception is not None:
                _recognise(verifier)

    app.before_request(guard)


def _allowed(endpoint: str, app: Flask) -> frozenset[str] | None:
    return getattr(app.view_functions[endpoint], "allowed_roles", None)


def _admit(verifier: Verifier, rates: Rates, allowed: frozenset[str]) -> None:
    try:
        caller = _authenticate(verifier)
    except BadTokenError as error:
        # Counted only when no token is good: behind one address others go on, and a flood writes few log lines.
        rates.take("address", request.remote_addr or "")
        g.is_token_refused = bool(_token())
        _refuse(401, str(error), {"WWW-Authenticate": error.challenge})
    g.principal = caller
    structlog.contextvars.bind_contextvars(tenant=caller.tenant, client=caller.client)
    rates.take("subject", caller.tenant, caller.client, caller.subject)
    rates.take("tenant", caller.tenant)
    if not caller.roles & allowed:
        _refuse(403, "role", {}, subject=caller.subject, roles=sorted(caller.roles))


def _recognise(verifier: Verifier) -> None:
    """Find out who asks for what does not exist; it changes nothing but the entry in the audit log."""
    try:
        g.principal = verifier.verify(_token())
    except (BadTokenError, KeysUnavailableError):
        return


def _token() -> str:
    given = request.headers.getlist("Authorization")
    scheme, _, token = (given[0] if len(given) == 1 else "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _authenticate(verifier: Verifier) -> Principal:
    token = _token()
    if not token:
        raise BadTokenError("no token", challenge="Bearer")
    try:
        return verifier.verify(token)
    except KeysUnavailableError:
        raise RefusedRequestError(503, "unavailable", headers={"Retry-After": "2"}) from None


def _refuse(status: Literal[401, 403], reason: str, headers: Mapping[str, str], **who: object) -> NoReturn:
    rule = request.url_rule.rule if request.url_rule else ""
    _audit.warning("access refused", status=status, reason=reason, method=request.method, route=rule, **who)
    code = {401: "unauthenticated", 403: "forbidden"}[status]
    raise RefusedRequestError(status, code, headers=headers)
