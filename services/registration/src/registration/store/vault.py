"""Personal data at rest: a random key per person, wrapped by the tenant's key, wrapped by the master key.

    master key (environment) ── wraps ──► tenant key ── wraps ──► person key ── encrypts ──► name, number

Destroying a person's key is the erasure. Numbers are found by a keyed hash, whose key differs by tenant.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventkit.event import TenantId
from registration.domain.person import Person, Sealed

_NONCE: Final = 12
_KEY_BITS: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """A key that only its wrapper can read; the id is the tenant or the person that it belongs to."""

    id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a pseudonym is, in the clear; lives for one answer and is never stored."""

    name: str = field(repr=False)
    number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vault:
    """Opens the vaults of tenants."""

    master_key: bytes = field(repr=False)
    lookup_key: bytes = field(repr=False)

    def new_tenant_key(self, tenant: TenantId) -> WrappedKey:
        """Make a tenant's key."""
        key = AESGCM.generate_key(_KEY_BITS)
        return WrappedKey(id=tenant, wrapped=_encrypt(self.master_key, key, f"tenant/{tenant}"))

    def open(self, tenant: TenantId, key: WrappedKey) -> "TenantVault":
        """Unwrap a tenant's key; raises InvalidTag under another master key."""
        own = _decrypt(self.master_key, key.wrapped, f"tenant/{tenant}")
        search = hmac.digest(self.lookup_key, tenant.encode(), hashlib.sha256)
        return TenantVault(tenant, own, search)


@dataclass(frozen=True, slots=True)
class TenantVault:
    """Seals and opens the persons of one tenant."""

    tenant: TenantId
    _key: bytes = field(repr=False)
    _search: bytes = field(repr=False)

    def lookup(self, number: str) -> str:
        """Give the keyed hash by which a number is found again."""
        return hmac.new(self._search, number.encode(), hashlib.sha256).hexdigest()

    def seal(self, person: str, identity: Identity) -> tuple[WrappedKey, Sealed]:
        """Encrypt an identity with a new key of the person."""
        key = AESGCM.generate_key(_KEY_BITS)
        wrapped = WrappedKey(id=person, wrapped=_encrypt(self._key, key, self._place(person, "key")))
        number = identity.number
        sealed = Sealed(
            name=_encrypt(key, identity.name.encode(), self._place(person, "name")),
            number=None if number is None else _encrypt(key, number.encode(), self._place(person, "number")),
        )
        return wrapped, sealed

    def reveal(self, person: Person, key: WrappedKey | None) -> Identity | None:
        """Decrypt an identity; None once it is erased."""
        if person.sealed is None or key is None:
            return None
        own = _decrypt(self._key, key.wrapped, self._place(person.id, "key"))
        number = person.sealed.number
        return Identity(
            name=_decrypt(own, person.sealed.name, self._place(person.id, "name")).decode(),
            number=None if number is None else _decrypt(own, number, self._place(person.id, "number")).decode(),
        )

    def _place(self, person: str, what: str) -> str:
        return f"{self.tenant}/{person}/{what}"


def _encrypt(key: bytes, plain: bytes, place: str) -> bytes:
    # The place is authenticated, so that a value moved to another document does not open.
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def _decrypt(key: bytes, sealed: bytes, place: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
