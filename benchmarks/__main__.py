"""`make bench`: measures every goal by the protocol and writes results/latest.json, .svg and the table."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks import client, engines, freshness, machine, output, platform, recovery, service, world
from benchmarks.engines import Engines
from benchmarks.goals import Outcome
from benchmarks.interleave import Judge, tell
from benchmarks.pipeline import Pipeline
from benchmarks.sizes import QUICK, REAL, Sizes

ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results"
PATIENCE_S: Final = 180.0  # for the whole run
MINUTES: Final = {"real": 22.0, "quick": 8.0}


class Run:
    """Everything that one run has found so far; it is written after each part."""

    def __init__(self, sizes: Sizes, judge: Judge, minutes: float) -> None:
        self.sizes = sizes
        self.judge = judge
        self.outcomes: list[Outcome] = []
        self.found: dict[str, Any] = {}
        self._end = time.monotonic() + minutes * 60

    def take(self, title: str, measure: Callable[[], Sequence[Outcome]]) -> None:
        """Measure one part and say how much time is left."""
        left = max(0.0, self._end - time.monotonic())
        tell(f"── {title}: about {left / 60:.0f} min left")
        self.outcomes += measure()

    @property
    def is_noisy(self) -> bool:
        """Say whether any kept figure was measured while others used the machine."""
        return any(each.noisy for each in self.outcomes)


def main() -> None:
    """Run what was asked for; leaves with 1 when the machine was too loud and that was not accepted."""
    asked = _arguments()
    try:
        client.build()
    except client.NoCompilerError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    sizes = QUICK if asked.quick else REAL
    if asked.repeats:
        sizes = replace(sizes, repeats=asked.repeats)
    judge = Judge(accepts_noise=asked.accept_noise, patience=PATIENCE_S)
    run = Run(sizes, judge, MINUTES["quick" if asked.quick else "real"])
    with engines.started() as started:
        run.found["machine"] = machine.describe(started.store_version())
        sys.stdout.write(output.as_text(run.found["machine"]))
        floors = _plumbing(run, started, asked.only)
    if asked.only in ("", "platform"):
        _platform(run, floors)
    _write(run, asked.out)
    if run.is_noisy and not asked.accept_noise:
        sys.stderr.write("the machine was never quiet enough: run again, or say --accept-noise\n")
        raise SystemExit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--accept-noise", action="store_true", help="do not wait for quiet; the result is marked")
    parser.add_argument("--quick", action="store_true", help="small sizes, one repeat: shows that it works")
    parser.add_argument("--repeats", type=int, default=0)
    parser.add_argument("--only", choices=["plumbing", "platform"], default="")
    parser.add_argument("--out", type=Path, default=RESULTS / "latest.json")
    return parser.parse_args()


def _plumbing(run: Run, started: Engines, only: str) -> dict[str, dict[str, float]]:
    hops = freshness.hops(started)
    measured = Pipeline(started, run.sizes, run.judge)
    parts: dict[str, Callable[[], list[Outcome]]] = {
        "P3 a write with outbox": measured.write,
        "P6 P7 P12 projections": measured.projection,
        "P5 the relay": measured.relay,
        "P10 end to end": measured.end_to_end,
        "P13 a full outbox": measured.full_outbox,
    }
    for title, part in parts.items():
        if only != "platform" or title.startswith(("P5", "P6")):  # P20 needs their floors
            run.take(title, part)
    return {"hops": hops, "cpu": measured.floors}


def _platform(run: Run, floors: dict[str, dict[str, float]]) -> None:
    with tempfile.TemporaryDirectory(prefix="bina-bench-") as folder, platform.running(Path(folder), ROOT) as started:
        run.found["platform"] = platform.describe(started)
        of = world.settle(started.platform, run.sizes.nominations)
        for each in world.READERS:
            of.platform.stop(each)
        with service.opened(of, run.sizes, run.judge) as desk:
            run.take("P1 P2 P4 the web", desk.web)
            run.take("P17 catch-up", desk.catch_up)
            run.take("P20 processor time", lambda: desk.cost(floors["cpu"]))
        run.take("P8 freshness", lambda: freshness.measure(of, desk.arrivals, floors["hops"], run.sizes.repeats))
        run.take("P16 recovery", lambda: recovery.measure(of, run.sizes.repeats))


def _write(run: Run, to: Path) -> None:
    run.outcomes.sort(key=lambda each: (int(each.goal.strip("Pab")), each.goal))
    run.found["command"] = "make bench " + " ".join(sys.argv[1:])
    run.found["is_noisy"] = run.is_noisy
    run.found["goals"] = {each.goal: each.as_json() for each in run.outcomes}
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(output.as_text(run.found), "utf-8")
    to.with_suffix(".svg").write_text(output.chart(run.outcomes), "utf-8")
    sys.stdout.write(output.table(run.outcomes))


if __name__ == "__main__":
    main()
