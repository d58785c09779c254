"""The only reader of the environment: every fault is named at once, no secret is shown."""

import base64
import binascii
import re
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from environs import Env, EnvError, validate
from marshmallow import ValidationError
from pymongo.errors import InvalidURI, PyMongoError
from pymongo.uri_parser import parse_uri

BAD_CONFIGURATION: Final = 2
_KEY_BYTES: Final = 32
_PROTOCOLS: Final = ("SASL_PLAINTEXT", "SASL_SSL", "PLAINTEXT")
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_PORT: Final = validate.Range(min=0, max=65535)
_URL: Final = validate.Regexp(r"^https?://[^\s/@]+(/\S*)?$", error="Not an http(s) address without login.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What one process of a service needs to know; port 0 takes any free port."""

    service: str
    http_host: str
    http_port: int
    relay_port: int
    consumer_port: int
    mongo_uri: str = field(repr=False)
    mongo_database: str
    kafka_bootstrap: str
    kafka_username: str
    kafka_password: str = field(repr=False)
    kafka_protocol: str
    kafka_cafile: str | None
    kafka_session_ms: int
    kafka_poll_ms: int
    oidc_issuer: str
    oidc_jwks_url: str
    oidc_audience: str
    oidc_keys_life: int
    log_level: str
    instance: str
    web_threads: int
    web_workers: int
    trusted_hosts: tuple[str, ...]
    outbox_limit: int
    rate_subject: str
    rate_tenant: str
    rate_address: str

    @classmethod
    def own(cls, _env: Env) -> dict[str, Any]:
        """Read the fields that only this service has; a service that has some overrides this."""
        return {}


S = TypeVar("S", bound=ServiceSettings)


class _Environment(Env):
    """Reads a given mapping instead of the process's own environment, so that tests need no patching."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(eager=False)
        self._given = environ

    def _get_value(self, env_key: str, default: Any) -> Any:
        return self._given.get(env_key, default)


def read_settings(environ: Mapping[str, str], service: str, kind: type[S]) -> S:
    """Read everything; with any fault, list all of them on stderr and leave with status 2."""
    env = _Environment(environ)
    values = {**_shared(env, service), **kind.own(env)}
    try:
        env.seal()
    except EnvError as error:
        faults: Mapping[str, Sequence[str]] = getattr(error, "error_messages", {"": [str(error)]})
        lines = [f"  {name}: {' '.join(messages)}" for name, messages in sorted(faults.items())]
        sys.stderr.write(f"{service}: bad configuration, {len(lines)} fault(s):\n" + "\n".join(lines) + "\n")
        raise SystemExit(BAD_CONFIGURATION) from None
    return kind(**values)


def secret_key(env: Env, name: str) -> bytes:
    """Read a 32-byte key written as base64."""
    text = env.str(name, validate=_is_key)
    return base64.b64decode(text) if text and _key_of(text) else b""


def _shared(env: Env, service: str) -> dict[str, Any]:
    text = validate.Length(min=1)
    protocol = env.str("BINA_KAFKA_PROTOCOL", "SASL_PLAINTEXT", validate=validate.OneOf(_PROTOCOLS))
    # Several workers add up their figures in this folder, which the metrics library reads for itself.
    most = 64 if env.str("PROMETHEUS_MULTIPROC_DIR", "") else 1
    login: tuple[Any, ...] = ("",) if protocol == "PLAINTEXT" else ()
    return {
        "service": service,
        "http_host": env.str("BINA_HTTP_HOST", "127.0.0.1", validate=text),
        "http_port": env.int("BINA_HTTP_PORT", validate=_PORT),
        "relay_port": env.int("BINA_RELAY_PORT", validate=_PORT),
        "consumer_port": env.int("BINA_CONSUMER_PORT", 0, validate=_PORT),
        "mongo_uri": env.str("BINA_MONGO_URI", validate=_is_mongo_uri),
        "mongo_database": env.str("BINA_MONGO_DATABASE", service, validate=validate.Regexp(r"^[a-z][a-z0-9_-]{0,60}$")),
        "kafka_bootstrap": env.str("BINA_KAFKA_BOOTSTRAP", validate=_is_bootstrap),
        "kafka_username": env.str("BINA_KAFKA_USERNAME", *login),
        "kafka_password": env.str("BINA_KAFKA_PASSWORD", *login),
        "kafka_protocol": protocol,
        "kafka_cafile": env.str("BINA_KAFKA_CAFILE", "") or None,
        "kafka_session_ms": env.int("BINA_KAFKA_SESSION_MS", 15_000, validate=validate.Range(min=1_000, max=300_000)),
        "kafka_poll_ms": env.int("BINA_KAFKA_POLL_MS", 60_000, validate=validate.Range(min=5_000, max=600_000)),
        "oidc_issuer": env.str("BINA_OIDC_ISSUER", validate=_URL),
        "oidc_jwks_url": env.str("BINA_OIDC_JWKS_URL", validate=_URL),
        "oidc_audience": env.str("BINA_OIDC_AUDIENCE", service, validate=text),
        "oidc_keys_life": env.int("BINA_OIDC_KEYS_LIFE_S", 300, validate=validate.Range(min=1)),
        "log_level": env.str("BINA_LOG_LEVEL", "INFO", validate=validate.OneOf(_LEVELS)),
        "instance": env.str("BINA_INSTANCE", socket.gethostname(), validate=validate.Regexp(r"^[\w.-]{1,100}$")),
        "web_threads": env.int("BINA_WEB_THREADS", 8, validate=validate.Range(min=1, max=64)),
        "web_workers": env.int("BINA_WEB_WORKERS", 1, validate=validate.Range(min=1, max=most)),
        "trusted_hosts": tuple(env.list("BINA_TRUSTED_HOSTS", []) or ()),
        "outbox_limit": env.int("BINA_OUTBOX_LIMIT", 1_000_000, validate=validate.Range(min=1)),
        "rate_subject": env.str("BINA_RATE_SUBJECT", "500/second", validate=_is_rate),
        "rate_tenant": env.str("BINA_RATE_TENANT", "1000/second", validate=_is_rate),
        "rate_address": env.str("BINA_RATE_ADDRESS", "3000/minute", validate=_is_rate),
    }


def _key_of(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return key if len(key) == _KEY_BYTES else None


def _is_key(text: str) -> None:
    if _key_of(text) is None:
        raise ValidationError(f"Not the base64 form of {_KEY_BYTES} bytes.")


def _is_mongo_uri(text: str) -> None:
    # Only the plain form: the other one asks the name service while it is being parsed.
    try:
        parse_uri(text if text.startswith("mongodb://") else "")
    except (InvalidURI, PyMongoError, ValueError):
        raise ValidationError("Not a mongodb:// address.") from None


def _is_rate(text: str) -> None:
    if not re.fullmatch(r"[1-9]\d{0,8}/(second|minute|hour)", text):
        raise ValidationError("Not a rate such as 500/second.")


def _is_bootstrap(text: str) -> None:
    if not all(re.fullmatch(r"[\w.-]+:\d{1,5}", each) for each in text.split(",")):
        raise ValidationError("Not a list of host:port.")
