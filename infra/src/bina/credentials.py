"""The passwords and keys of one platform: drawn once, kept in one file that only its owner can read."""

import base64
import json
import os
import secrets
import stat
from pathlib import Path

from bina.engines.kafka import new_cluster_id
from bina.errors import ConfigurationError

_PRIVATE = 0o600
_KEY_BYTES = 32


class Credentials:
    """Words by name; a name that is asked for the first time gets a new one, and `save` keeps it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._words = _read(path)
        self._is_changed = False

    def password(self, name: str) -> str:
        """Give a password of letters, digits, `-` and `_`."""
        return self._words.get(name) or self._draw(name, secrets.token_urlsafe(24))

    def hexadecimal(self, name: str) -> str:
        """Give 32 secret bytes as hexadecimal digits."""
        return self._words.get(name) or self._draw(name, secrets.token_hex(_KEY_BYTES))

    def key(self, name: str) -> str:
        """Give 32 secret bytes in base64."""
        return self._words.get(name) or self._draw(name, base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode())

    def cluster(self) -> str:
        """Give the id of the Kafka cluster, which ties the data folder to this file."""
        return self._words.get("kafka.cluster") or self._draw("kafka.cluster", new_cluster_id())

    def save(self) -> None:
        """Write the file, if anything was drawn, so that a crash leaves the old or the new one."""
        if not self._is_changed:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w", encoding="utf-8") as file:  # noqa: PTH123 - Path.open cannot set the mode
            json.dump(self._words, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        self._is_changed = False

    def _draw(self, name: str, word: str) -> str:
        self._words[name] = word
        self._is_changed = True
        return word


def is_private(path: Path) -> bool:
    """Say whether nobody but the owner can read the file."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    if not is_private(path):
        raise ConfigurationError(f"{path} can be read by others", fix=f"chmod 600 {path}")
    try:
        words = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        fix = "restore it, or wipe with `bina down --wipe`"
        raise ConfigurationError(f"{path} is damaged: {error}", fix=fix) from error
    return {str(name): str(word) for name, word in words.items()}
