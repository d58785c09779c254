"""What a run found, as JSON: one file per scenario while it runs, one summary at the end."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from prove.arena import Recovery
from prove.ground import ROOT, Ground

PRODUCT: Final = ("libs", "services", "infra", "contracts", "examples")


def _commit() -> str:
    return _git("rev-parse", "--short", "HEAD")


def _product() -> str:
    """Name what is hurt: a result still counts after a change of pages or of other scenarios."""
    trees = _git("rev-parse", *(f"HEAD:{folder}" for folder in PRODUCT))
    return hashlib.sha256(trees.encode()).hexdigest()[:12]


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One scenario's result; no error means that it passed."""

    id: str
    title: str
    seconds: float
    error: str
    checked: Mapping[str, int] = field(default_factory=dict)
    recoveries: Sequence[Recovery] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bite:
    """What became of one sabotaged build; nothing in `caught_by` means that it was missed."""

    sabotage: str
    caught_by: str
    finding: str
    seconds: float

    @property
    def is_caught(self) -> bool:
        """Say whether something failed loudly."""
        return bool(self.caught_by)


@dataclass
class Results:
    """The results of one seed and one state of the product."""

    folder: Path
    seed: int
    commit: str = field(default_factory=_commit)  # of the start: what is edited meanwhile is not tested
    product: str = field(default_factory=_product)

    @property
    def mark(self) -> Mapping[str, object]:
        """What must be the same for an earlier result to count."""
        return {"seed": self.seed, "product": self.product}

    def keep(self, outcome: Outcome) -> None:
        """Write one result."""
        self.write(f"{outcome.id}.json", asdict(outcome))

    def keep_bite(self, bite: Bite) -> None:
        """Write what became of one sabotaged build."""
        self.write(f"sabotage-{bite.sabotage}.json", asdict(bite))

    def write(self, name: str, told: Mapping[str, Any]) -> None:
        """Write one file, with what it belongs to."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(
            json.dumps({**told, **self.mark, "commit": self.commit}, indent=1) + "\n", "utf-8"
        )

    def was_caught(self, sabotage: str) -> bool | None:
        """Say whether the sabotage was caught; None when it has not been tried."""
        found = self.find(f"sabotage-{sabotage}")
        return None if found is None else bool(found["caught_by"])

    def keep_traces(self, outcome: Outcome, ground: Ground) -> None:
        """Keep the logs and the ledger of a broken run, so that it can be understood later."""
        place = self.folder / "broken" / f"{outcome.id}-{self.seed}"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(ground.platform.layout.log, place)
        shutil.copy(ground.ledger.path, place)

    def find(self, id: str) -> dict[str, Any] | None:
        """Give the kept result that counts, if there is one."""
        path = self.folder / f"{id}.json"
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found if all(found.get(name) == value for name, value in self.mark.items()) else None

    def has_passed(self, id: str) -> bool:
        """Say whether the scenario has passed."""
        found = self.find(id)
        return found is not None and not found["error"]
