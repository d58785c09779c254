"""`python -m prove`: run the scenarios, one of them, or a cross-section."""

import argparse
import secrets
import sys
from pathlib import Path
from typing import Final

from prove.finale import hunt_all, walk_the_model
from prove.results import Results
from prove.runner import Runner
from prove.scenarios import discover

RESULTS: Final = Path(__file__).resolve().parents[1] / "results"


def main() -> int:
    """Run what the arguments say; 0 when everything passed."""
    parser = argparse.ArgumentParser(prog="prove", description="Hurt a whole platform and check that nothing is lost.")
    parser.add_argument("--seed", type=int, default=None, help="repeat the run of this seed")
    parser.add_argument("--only", action="append", default=[], help="scenarios whose id begins so")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--resume", action="store_true", help="leave out what has passed with this seed and commit")
    parser.add_argument("--cross-section", action="store_true", help="only the few of `make test`")
    parser.add_argument("--sabotages", action="store_true", help="only the sabotaged builds; --only names them")
    parser.add_argument("--model", action="store_true", help="only the model's long run")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    if given.model:
        return 0 if walk_the_model(seed) else 1
    if given.sabotages:
        return 0 if hunt_all(seed, RESULTS, given.only) else 1
    chosen = [each for each in discover() if not given.only or each.id.startswith(tuple(given.only))]
    if given.cross_section:
        chosen = [each for each in chosen if each.in_cross_section]
    if given.list:
        sys.stdout.write("".join(f"{each.id:24} {each.minutes:5.1f} min  {each.title}\n" for each in chosen))
        return 0
    if not chosen:
        parser.error("no scenario begins so; --list shows them")
    is_whole = not given.only and not given.cross_section
    passed = not is_whole or walk_the_model(seed)
    passed &= Runner(chosen, seed, Results(RESULTS, seed), given.resume).run()
    passed &= not is_whole or hunt_all(seed, RESULTS)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
