"""What only registration reads from the environment: the two keys that guard personal data."""

from dataclasses import dataclass, field
from typing import Any

from environs import Env

from eventkit.settings import ServiceSettings, secret_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ServiceSettings):
    """The shared settings and the keys; a lost master key means lost names, so it is kept elsewhere too."""

    master_key: bytes = field(repr=False)
    lookup_key: bytes = field(repr=False)

    @classmethod
    def own(cls, env: Env) -> dict[str, Any]:
        """Read both keys."""
        return {
            "master_key": secret_key(env, "BINA_MASTER_KEY"),
            "lookup_key": secret_key(env, "BINA_LOOKUP_KEY"),
        }
