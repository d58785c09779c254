"""The model in its long run: the decision cores of relay and consumer against a store and a broker at their worst."""

import sys
from typing import Final

from prove.ground import ROOT
from prove.results import Outcome

ID: Final = "model"
STEPS: Final = 1_000_000
sys.path.insert(0, str(ROOT / "libs" / "eventkit" / "tests"))


def walk(seed: int, steps: int = STEPS) -> Outcome:
    """Walk so many steps and say what became of it."""
    from model.truth import Counterexample
    from model.walk import run

    title = f"{steps:,} steps through the model of relays and consumers"
    try:
        report = run(steps, seed)
    except Counterexample as found:
        return Outcome(id=ID, title=title, seconds=0.0, error=str(found))
    return Outcome(id=ID, title=title, seconds=round(report.seconds, 1), error="", checked={"steps": report.steps})
