"""Where things lie: the project, the state of one platform, the cache that all platforms of a user share."""

import os
from dataclasses import dataclass
from pathlib import Path

from bina.errors import ConfigurationError

_MARK = Path("contracts") / "topics.yaml"


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one platform; everything that it writes lies in `home`."""

    root: Path
    home: Path
    cache: Path

    @property
    def secrets(self) -> Path:
        """The generated passwords."""
        return self.home / "secrets.json"

    @property
    def data(self) -> Path:
        """What survives a restart."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """One file per process."""
        return self.home / "log"

    @property
    def run(self) -> Path:
        """What means something only while the platform runs."""
        return self.home / "run"

    @property
    def contracts(self) -> Path:
        """The declared topics, their owners and readers."""
        return self.root / _MARK

    def log_of(self, process: str) -> Path:
        """The log of one process."""
        return self.log / f"{process}.log"


def find() -> Layout:
    """Find the project from the working folder, or from where this package lies."""
    start = Path.cwd()
    for folder in (start, *start.parents, *Path(__file__).resolve().parents):
        if (folder / _MARK).is_file():
            return Layout(folder, Path(os.environ.get("BINA_HOME") or folder / ".bina").absolute(), cache_folder())
    raise ConfigurationError(f"no {_MARK} here or in a folder above", fix="call bina inside the project's folder")


def cache_folder() -> Path:
    """Give the folder for what was fetched; it lies outside the project and may be deleted at any time."""
    return Path(os.environ.get("BINA_CACHE") or Path.home() / ".cache" / "bina")
