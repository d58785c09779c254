"""The issuer's signing keys in one file: several may be published, the first of its kind signs.

A key is changed in three steps, so that nobody is locked out: the new one is published, later it signs, and when
the last token of the old one has ended the old one is withdrawn. A running issuer notices each step by itself.
"""

import json
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from joserfc.jwk import ECKey, KeySet, RSAKey

FILE: Final = "keys.json"
_SIGNS: Final = "EC"
Key = ECKey | RSAKey


class SigningKeys:
    """What the file holds now."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] = (0, 0)
        self._keys = KeySet([])

    def published(self) -> KeySet:
        """Give every key that may have signed a token which is still good."""
        with self._lock:
            found = self._path.stat()
            if (found.st_mtime_ns, found.st_ino) != self._stamp:
                self._keys = KeySet.import_key_set(json.loads(self._path.read_text("utf-8")))
                self._stamp = (found.st_mtime_ns, found.st_ino)
            return self._keys

    def signing(self) -> KeySet:
        """Give the one key that signs."""
        return KeySet([next(key for key in self.published().keys if key.key_type == _SIGNS)])


def make(home: Path) -> None:
    """Make the first keys, unless there are some."""
    if not (home / FILE).exists():
        made = KeySet([_new(), RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig"})])
        write(home / FILE, made.as_dict(private=True))


def add(home: Path) -> list[str]:
    """Publish a further key, which does not sign yet; gives the ids of all, the signing one first."""
    return _change(home, lambda keys: [*keys, _new().as_dict(private=True)])


def use(home: Path) -> list[str]:
    """Let the newest key sign from now on."""
    return _change(home, lambda keys: [keys[-1], *keys[:-1]])


def retire(home: Path) -> list[str]:
    """Withdraw every key but the one that signs: tokens of the others are refused as soon as services look again."""
    return _change(home, lambda keys: keys[:1])


def _change(home: Path, change: Callable[[list[Mapping[str, Any]]], list[Mapping[str, Any]]]) -> list[str]:
    stored = json.loads((home / FILE).read_text("utf-8"))["keys"]
    changed = change([key for key in stored if key["kty"] == _SIGNS])
    write(home / FILE, {"keys": [*changed, *(key for key in stored if key["kty"] != _SIGNS)]})
    return [str(key["kid"]) for key in changed]


def _new() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig"})


def write(path: Path, content: object) -> None:
    """Write for the owner only, and whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    draft.replace(path)
