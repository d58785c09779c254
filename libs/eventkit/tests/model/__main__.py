"""`python -m model --steps N --seed S`: walk through the model and print what was done."""

import argparse
import secrets

from model.walk import run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    asked = parser.parse_args()
    print(f"model: seed {asked.seed}", flush=True)  # noqa: T201 - a command
    print(run(asked.steps, asked.seed))  # noqa: T201 - a command
