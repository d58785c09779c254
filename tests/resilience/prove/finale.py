"""What comes beside the scenarios: the model in its long run, and the hunt for sabotaged builds with its score."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from prove.ground import ROOT, prepared
from prove.hunt import WANTED, Catch, hunt, score, sound
from prove.sabotages import ELSEWHERE, SABOTAGES

MODEL_STEPS: Final = 1_000_000


def walk_the_model(seed: int, steps: int = MODEL_STEPS) -> bool:
    """Walk through the model of relays and consumers; says whether every invariant held."""
    sys.path.insert(0, str(ROOT / "libs" / "eventkit" / "tests"))
    from model.truth import Counterexample
    from model.walk import run

    _say(f"model: seed {seed}, {steps:,} steps")
    try:
        _say(str(run(steps, seed)))
    except Counterexample as found:
        _say(f"FAILED model: {found}")
        return False
    return True


def hunt_all(seed: int, results: Path, only: Sequence[str] = ()) -> bool:
    """Run every sabotaged build, or those whose names begin so; says whether enough were caught.

    The sound build goes first through every trap that is used: a trap that always closes proves nothing.
    """
    chosen = [each for each in SABOTAGES if not only or each.name.startswith(tuple(only))]
    with prepared(f"{seed}/hunt") as ground:
        for name, seconds in sound(ground, sorted({trap for each in chosen for trap in each.caught_by})):
            _say(f"  sound build passes {name} in {seconds:.1f} s")
        catches = hunt(ground, chosen, _tell)
    share = score(catches)
    report = {
        "seed": seed,
        "score": share,
        "catches": [asdict(each) for each in catches],
        "not_on_one_node": {each.name: each.caught_by for each in ELSEWHERE},
    }
    results.mkdir(parents=True, exist_ok=True)
    (results / "sabotages.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    _say(f"sabotages: {sum(each.is_caught for each in catches)} of {len(catches)} caught, {share:.0%}")
    return share >= WANTED


def _tell(catch: Catch) -> None:
    told = f"caught by {catch.trap}: {catch.how}" if catch.is_caught else "MISSED"
    _say(f"  {catch.name} ({catch.seconds:.1f} s) {told}")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
