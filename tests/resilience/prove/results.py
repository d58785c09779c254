"""What a run found, as JSON: one file per scenario while it runs, one summary at the end."""

import json
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prove.arena import Recovery
from prove.ground import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One scenario's result; no error means that it passed."""

    id: str
    title: str
    seconds: float
    error: str
    checked: Mapping[str, int] = field(default_factory=dict)
    recoveries: Sequence[Recovery] = ()


@dataclass
class Results:
    """The results of one seed and one commit."""

    folder: Path
    seed: int

    @property
    def mark(self) -> Mapping[str, object]:
        """What must be the same for an earlier result to count."""
        return {"seed": self.seed, "commit": _commit()}

    def keep(self, outcome: Outcome) -> None:
        """Write one result."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**asdict(outcome), **self.mark}, indent=1)
        (self.folder / f"{outcome.id}.json").write_text(text + "\n", "utf-8")

    def keep_traces(self, outcome: Outcome, ground: Ground) -> None:
        """Keep the logs and the ledger of a broken run, so that it can be understood later."""
        place = self.folder / "broken" / f"{outcome.id}-{self.seed}"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(ground.platform.layout.log, place)
        shutil.copy(ground.ledger.path, place)

    def find(self, id: str) -> dict[str, Any] | None:
        """Give the kept result of this seed and commit, if there is one."""
        path = self.folder / f"{id}.json"
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found if all(found.get(name) == value for name, value in self.mark.items()) else None

    def has_passed(self, id: str) -> bool:
        """Say whether the scenario has passed with this seed and commit."""
        found = self.find(id)
        return found is not None and not found["error"]


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def machine() -> Mapping[str, object]:
    """Describe the machine."""
    return {"system": platform.platform(), "python": platform.python_version(), "at": datetime.now(UTC).isoformat()}
