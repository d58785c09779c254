"""`python -m benchmarks.structure [repeats [word]]`: measures both questions and writes results/structure.json.

With a word only the comparisons that have it in their names; the others keep their figures.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks import engines, machine
from benchmarks.engines import Engines
from benchmarks.interleave import Arm, Samples, interleave
from benchmarks.output import as_text
from benchmarks.statistics import paired, spread
from benchmarks.structure import commands, embedded, flow, records, writers
from benchmarks.structure.commands import Store

RESULT: Final = Path(__file__).parents[1] / "results" / "structure.json"
_PLACES: Final = list(commands.OUTBOX_PLACES)


def main() -> None:
    """Run every comparison; what is done is written at once."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""  # noqa: PLR2004 - the second argument
    with engines.started() as started:
        uri, store = started.new_store("structure")
        started.new_topic(flow.TOPIC)
        commands.prepare(store)
        embedded.prepare(store)
        found: dict[str, Any] = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {"comparisons": {}}
        found["machine"] = machine.describe(started.store_version())
        for name, run in _comparisons(started, store, uri, repeats).items():
            if wanted in name:
                noise, samples = machine.listen(0.5), run()
                found["comparisons"][name] = _summary(samples, noise)
                RESULT.write_text(as_text(found), "utf-8")
                _show(name, samples)


def _comparisons(started: Engines, store: Store, uri: str, repeats: int) -> Mapping[str, Callable[[], Samples]]:
    def writes(names: Sequence[str], bulk: int) -> Samples:
        return records.compare(store, uri, names, repeats, bulk=bulk)

    def travels() -> Samples:
        names = [each for each in _PLACES if "record" in each]
        with writers.processes() as pool:
            arms = [Arm(each, partial(flow.end_to_end, started, store, pool, uri, each)) for each in names]
            return interleave(arms, repeats)

    alone = [each for each in _PLACES if each not in commands.ALONE or each == "embedded"]
    return {
        "place of the record": lambda: writes(list(commands.RECORD_PLACES), 1),
        "place of the events, one aggregate": lambda: writes(_PLACES, 1),
        "place of the events, 200 aggregates": lambda: writes(alone, commands.BULK),
        "relay drains 10,000 rows": lambda: interleave(_drains(started, store), repeats),
        "end to end": travels,
    }


def _drains(started: Engines, store: Store) -> list[Arm]:
    def arm(name: str, aggregates: int, each: int) -> Arm:
        is_embedded = name == "embedded"
        return Arm(
            f"{name}, {each} per aggregate",
            lambda: flow.drain(started, store, is_embedded=is_embedded, aggregates=aggregates, each=each),
        )

    return [arm(name, *sizes) for sizes in ((10_000, 1), (2_000, 5)) for name in ("own collection", "embedded")]


def _summary(samples: Samples, noise: machine.Noise) -> dict[str, Any]:
    base = next(iter(samples.runs))
    arms = {}
    for name, runs in samples.runs.items():
        arms[name] = {
            figure: {
                **spread(samples.column(name, figure)).as_json(),
                "ratio_to_first": paired(samples.column(name, figure), samples.column(base, figure)).as_json(),
                "raw": [round(each[figure], 4) for each in runs],
            }
            for figure in runs[0]
        }
    return {"steal_before": round(noise.steal, 4), "foreign_load_before": round(noise.foreign, 3), "arms": arms}


def _show(name: str, samples: Samples) -> None:
    base = next(iter(samples.runs))
    sys.stdout.write(f"\n{name}\n")
    for arm, runs in samples.runs.items():
        sys.stdout.write(f"  {arm}\n")
        for figure in runs[0]:
            ours, theirs = samples.column(arm, figure), samples.column(base, figure)
            middle, ratio = spread(ours), paired(ours, theirs)
            sys.stdout.write(
                f"    {figure:17} {middle.median:10.2f}  [{middle.low:.2f} .. {middle.high:.2f}] x {ratio.median:.2f}\n"
            )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
