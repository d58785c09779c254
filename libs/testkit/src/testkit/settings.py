"""The settings of a service for tests: read as a process reads them, from addresses that nobody calls."""

from typing import Final, TypeVar

from eventkit.settings import ServiceSettings, read_settings
from testkit.tokens import ISSUER

S = TypeVar("S", bound=ServiceSettings)

ENVIRON: Final = {
    "BINA_HTTP_PORT": "0",
    "BINA_RELAY_PORT": "0",
    "BINA_INSTANCE": "test",
    "BINA_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "BINA_KAFKA_PROTOCOL": "PLAINTEXT",
    "BINA_OIDC_ISSUER": ISSUER,
    "BINA_OIDC_JWKS_URL": f"{ISSUER}/jwks.json",
}


def settings_of(service: str, kind: type[S], **own: str) -> S:
    """Give settings with every default; `own` are variables that only this service has, or other values."""
    return read_settings({**ENVIRON, "BINA_MONGO_URI": f"mongodb://127.0.0.1:1/{service}", **own}, service, kind)
