"""`python -m prove`: run the scenarios, the model's long walk and the sabotaged builds, or a part of them."""

import argparse
import secrets
import sys
from pathlib import Path
from typing import Final

from prove import summary
from prove.results import Results
from prove.runner import Runner, say
from prove.sabotages import SABOTAGES
from prove.scenarios import discover

RESULTS: Final = Path(__file__).resolve().parents[1] / "results"


def main() -> int:
    """Run what the arguments say; 0 when everything passed and enough sabotaged builds were caught."""
    given = _arguments()
    everything = discover()
    chosen = [each for each in everything if not given.only or each.id.startswith(tuple(given.only))]
    if given.cross_section:
        chosen = [each for each in chosen if each.in_cross_section]
    sabotages = [each for each in SABOTAGES if not given.sabotage or each.name.startswith(tuple(given.sabotage))]
    if given.list:
        sys.stdout.write("".join(f"{each.id:24} {each.minutes:5.1f} min  {each.title}\n" for each in chosen))
        sys.stdout.write("".join(f"{each.name:40} {', '.join(each.caught_by)}\n" for each in sabotages))
        return 0
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    results = Results(RESULTS, seed)
    runner = Runner(chosen, seed, results, given.resume)
    is_part = bool(given.only) or given.cross_section or bool(given.sabotage) or given.model
    walked = runner.walk() if given.model or not is_part else True
    held = runner.run() if given.only or given.cross_section or not is_part else True
    bitten = runner.bite(sabotages) if given.sabotage or not is_part else True
    told = summary.write(results, everything, summary.PART if is_part else summary.LATEST)
    say(f"seed {seed}: {told['passed']} passed, failed {told['failed'] or 'none'}, sabotages {told['sabotages']}")
    return 0 if walked and held and bitten else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="prove", description="Hurt a whole platform and check that nothing is lost.")
    parser.add_argument("--seed", type=int, default=None, help="repeat the run of this seed")
    parser.add_argument("--only", action="append", default=[], help="scenarios whose id begins so")
    parser.add_argument("--sabotage", action="append", default=[], help="sabotaged builds whose name begins so")
    parser.add_argument("--model", action="store_true", help="only the model's long walk")
    parser.add_argument("--list", action="store_true", help="list scenarios and sabotages")
    parser.add_argument(
        "--resume", action="store_true", help="leave out what has passed with this seed and these programs"
    )
    parser.add_argument("--cross-section", action="store_true", help="only the few of `make test`")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
