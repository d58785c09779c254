"""Access tokens for tests: keys made on the spot, any claim settable, a verifier that needs no network."""

import time
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from eventkit.auth import JwksCache, Verifier

ISSUER: Final = "https://issuer.test"
_LIFE_S: Final = 600


class TokenFactory:
    """An issuer in memory: `token()` signs, `verifier()` believes it."""

    def __init__(self, issuer: str = ISSUER) -> None:
        self.issuer = issuer
        self.rsa = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
        self.ec = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})

    def jwks(self) -> dict[str, Any]:
        """Give the public keys as the issuer would publish them."""
        return {"keys": [self.rsa.as_dict(private=False), self.ec.as_dict(private=False)]}

    def verifier(self, audience: str) -> Verifier:
        """Make the verifier of one service."""
        return Verifier(JwksCache(self.jwks), issuer=self.issuer, audience=audience)

    def claims(self, tenant: str, /, *roles: str, **others: Any) -> dict[str, Any]:
        """Give sound claims; others replace or add, None removes."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": ["registration", "curriculum", "monitoring", "national"],
            "sub": f"tester@{tenant}",
            "client_id": "testkit",
            "tenant": tenant,
            "roles": list(roles),
            "iat": now,
            "nbf": now,
            "exp": now + _LIFE_S,
            **others,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, tenant: str, /, *roles: str, header: dict[str, Any] | None = None, **others: Any) -> str:
        """Sign a token with the elliptic key unless the header says RS256."""
        full = {"alg": "ES256", "typ": "at+jwt", **(header or {})}
        key = self.rsa if full["alg"] == "RS256" else self.ec
        full.setdefault("kid", key.kid)
        return jwt.encode(full, self.claims(tenant, *roles, **others), key)

    def headers(self, tenant: str, /, *roles: str, **others: Any) -> dict[str, str]:
        """Give the request headers of a caller."""
        return {"Authorization": f"Bearer {self.token(tenant, *roles, **others)}"}
