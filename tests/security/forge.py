"""Tokens as the platform's issuer would sign them, and as it never would."""

import json
import time
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT: Final = "attacks"
LIFE_S: Final = 600


@dataclass(frozen=True)
class Forge:
    """The private keys of one platform's issuer, with which any claim can be signed."""

    issuer: str
    audiences: tuple[str, ...]
    keys: KeySet

    @classmethod
    def of(cls, stack: Any) -> "Forge":
        """Take the keys from the platform's own folder, which only its owner can read."""
        stored = json.loads((stack.layout.data / "issuer" / "keys.json").read_text("utf-8"))
        return cls(stack.issuer_url, tuple(each.name for each in stack.services), KeySet.import_key_set(stored))

    def key(self, algorithm: str = "ES256") -> Any:
        """Give the key of an algorithm."""
        kind = {"ES256": ECKey, "RS256": RSAKey}[algorithm]
        return next(key for key in self.keys.keys if isinstance(key, kind))

    def claims(self, tenant: str, /, *roles: str, **changes: Any) -> dict[str, Any]:
        """Give sound claims; `changes` replace or add, and None removes."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": list(self.audiences),
            "sub": f"attacker@{tenant}",
            "client_id": CLIENT,
            "tenant": tenant,
            "roles": list(roles),
            "iat": now,
            "nbf": now,
            "exp": now + LIFE_S,
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, tenant: str, /, *roles: str, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """Sign such claims with the issuer's elliptic key, unless the header names the other algorithm."""
        full = {"alg": "ES256", "typ": "at+jwt", **(header or {})}
        key = self.key(full["alg"])
        return jwt.encode({"kid": key.kid, **full}, self.claims(tenant, *roles, **changes), key)

    def expired(self, tenant: str, *roles: str) -> str:
        """Sign a token that was good until a minute ago."""
        now = int(time.time())
        return self.token(tenant, *roles, iat=now - 660, nbf=now - 660, exp=now - 60)
