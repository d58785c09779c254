"""What the issuer knows: keys, clients and demo accounts; made at the first start, readable by their owner only."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from issuer import keys
from issuer.keys import SigningKeys

DEVELOPMENT_CLIENT: Final = "bina"
PORTAL_CLIENT: Final = "portal"
_TENANTS: Final = ("74.71", "35.73", "53")
_STAFF: Final[Mapping[str, tuple[str, ...]]] = {
    "admin": ("tenant_admin",),
    "pm": ("programme_manager",),
    "kurikulum": ("curriculum_manager",),
    "evaluator": ("evaluator",),
    "auditor": ("auditor",),
}
_NATIONAL: Final[Mapping[str, tuple[str, ...]]] = {"analis": ("bpsdm_analyst",), "platform": ("platform_admin",)}
_DIRECTORY: Final = "directory.json"
_LOGINS: Final = "logins.json"
# Small on purpose: a demo account on one machine, not a person's.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may log in."""

    name: str
    tenant: str
    roles: tuple[str, ...]
    password_hash: str

    def get_user_id(self) -> str:
        """Give the subject of tokens."""
        return self.name

    def accepts(self, password: str) -> bool:
        """Say whether the password is right."""
        try:
            return _HASHER.verify(self.password_hash, password)
        except VerificationError:
            return False


# Checked against when there is no such account, so that both answers take the same time.
NOBODY: Final = Account("", "00", (), _HASHER.hash(secrets.token_urlsafe()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A program that may ask for tokens; without a secret it is public and must use PKCE."""

    id: str
    secret: str = ""
    tenant: str = "00"
    roles: tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()
    asks_for_any_caller: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """All that the issuer looks up."""

    keys: SigningKeys
    clients: Mapping[str, Registered]
    services: tuple[str, ...]
    stored: Path

    def account(self, name: str) -> Account | None:
        """Read one account anew, so that one that was taken out or changed counts from the next token on."""
        accounts = json.loads(self.stored.read_text("utf-8"))["accounts"]
        return next((Account(**_tuples(each)) for each in accounts if each["name"] == name), None)


def open_directory(home: Path, development_secret: str, services: Iterable[str]) -> Directory:
    """Read the directory of this folder; what is missing is made. A token is for these services unless told."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (home / _DIRECTORY).exists():
        _make_accounts(home)
    keys.make(home)
    stored = json.loads((home / _DIRECTORY).read_text("utf-8"))
    clients = [Registered(**_tuples(each)) for each in stored["clients"]]
    clients.append(Registered(id=DEVELOPMENT_CLIENT, secret=development_secret, asks_for_any_caller=True))
    return Directory(
        keys=SigningKeys(home),
        clients={each.id: each for each in clients},
        services=tuple(services),
        stored=home / _DIRECTORY,
    )


def _make_accounts(home: Path) -> None:
    people = [(f"{name}@{tenant}", tenant, roles) for tenant in _TENANTS for name, roles in _STAFF.items()]
    people += [(f"{name}@00", "00", roles) for name, roles in _NATIONAL.items()]
    passwords = {name: secrets.token_urlsafe(9) for name, _, _ in people}
    accounts = [
        {"name": name, "tenant": tenant, "roles": roles, "password_hash": _HASHER.hash(passwords[name])}
        for name, tenant, roles in people
    ]
    portal = {"id": PORTAL_CLIENT, "redirect_uris": ["http://127.0.0.1:8080/login/callback"]}
    keys.write(home / _LOGINS, passwords)
    keys.write(home / _DIRECTORY, {"clients": [portal], "accounts": accounts})


def _tuples(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
