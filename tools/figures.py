"""Figures in pages: written from the result files of `make prove` and `make bench`, never by hand.

A page holds a block between `<!-- figures: NAME -->` and `<!-- end -->`; `python -m tools.figures` fills all of them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tools.catalogue import ROOT

PROOF: Final = Path("tests/resilience/results/latest.json")
SPEED: Final = Path("benchmarks/results/latest.json")
PAGES: Final = ("README.md", "docs/reference/reliability.md", "docs/reference/performance.md")
BLOCK: Final = re.compile(r"(<!-- figures: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

Result = Mapping[str, Any]


def run_of_proof(proof: Result, _: Result) -> Iterator[str]:
    """Say when, where and on what the promises were tried, and how the whole run ended."""
    machine, minutes = proof["machine"], proof["seconds"] / 60
    yield f"- `make prove seed={proof['seed']}` on {proof['at'][:10]}, commit `{proof['commit']}`, {minutes:.0f} min"
    yield f"- {machine['cores']} cores, {machine['memory_gb']} GB, Python {machine['python']}, {machine['system']}"
    yield f"- {_engine(proof['broker'])}; {_engine(proof['store'])} for each service"
    kept = proof["durability"]
    yield f"- store {_pairs(kept['store'])}; producer {kept['producer']}; C checksum {_yes(proof['crc32c'])}"
    failed, absent = _named(", failed: ", proof["failed"]), _named(", not run: ", proof["not_run"])
    yield f"- **{proof['passed']} of {len(proof['scenarios'])} scenarios passed**{failed}{absent}"
    if model := proof["model"]:
        yield f"- model: {model['steps']:,} steps, {model['error'] or 'no counterexample'}, {model['seconds']:.0f} s"
    bites = proof["sabotages"]
    missed = _named(", missed: ", bites["missed"])
    yield f"- **{len(bites['caught'])} of {bites['tried']} sabotaged builds caught**{missed}"


def scenarios(proof: Result, _: Result) -> Iterator[str]:
    """List every scenario with its result."""
    yield from ("| Scenario | What happens | Result | s |", "|---|---|---|---|")
    for name, row in sorted(proof["scenarios"].items()):
        yield f"| {name} | {row['title']} | {_told(row['error'])} | {row['seconds']:.0f} |"


def invariants(proof: Result, _: Result) -> Iterator[str]:
    """Count what was compared for each invariant."""
    yield from ("| Invariant | Comparisons |", "|---|---|")
    for name, count in sorted(proof["checked"].items(), key=lambda each: int(each[0].lstrip("I") or 0)):
        yield f"| {name} | {count:,} |"


def recoveries(proof: Result, _: Result) -> Iterator[str]:
    """List how long it took until things went on."""
    yield from ("| What | Times | Median s | Longest s | Limit s | Over it |", "|---|---|---|---|---|---|")
    for what, row in sorted(proof["recovery_seconds"].items()):
        limit, over = row.get("limit", "–"), row.get("over_limit", "–")
        yield f"| {what} | {row['times']} | {row['median']} | {row['max']} | {limit} | {over} |"


def sabotages(proof: Result, _: Result) -> Iterator[str]:
    """List each sabotaged build with what caught it."""
    yield from ("| Sabotaged build | Caught by |", "|---|---|")
    for name, how in sorted(proof["sabotages"]["caught"].items()):
        yield f"| {name} | {_cell(how)} |"
    for name in proof["sabotages"]["missed"]:
        yield f"| {name} | **missed** |"
    for name, by in proof["sabotages"]["not_on_one_node"].items():
        yield f"| {name} | not on one node; belongs to {', '.join(by)} |"


def run_of_speed(_: Result, speed: Result) -> Iterator[str]:
    """Say on what machine and engines the figures were taken."""
    yield f"Command: `{speed['command'].strip()}`" + (
        "; **parts were measured while others used the machine (~): a direction, not a result**."
        if speed["is_noisy"]
        else "."
    )
    yield ""
    yield from (f"- {name}: {_pairs(value)}" for name, value in speed["machine"].items())


def goals(_: Result, speed: Result) -> Iterator[str]:
    """List every ratio with its targets and its verdict."""
    yield from (
        "| Goal | What / against what | Ratio (quartiles) | Good | Moonshot | Verdict |",
        "|---|---|---|---|---|---|",
    )
    for name, row in speed["goals"].items():
        ratio, sign = row["ratio"], "≤" if row["lower_is_better"] else "≥"
        noise, spread = " ~" if row["noisy_runs"] else "", f"{ratio['low']:.2f}–{ratio['high']:.2f}"
        targets = f"{sign} {row['good']:g} | {sign} {row['moonshot']:g}"
        title = f"{row['title']} / {row['against']}"
        yield f"| {name} | {title} | {ratio['median']:.2f} ({spread}) | {targets} | {row['verdict']}{noise} |"


def platform(_: Result, speed: Result) -> Iterator[str]:
    """Say how long the whole platform takes to start and how much memory it holds."""
    yield from (f"- {name}: {_pairs(value)}" for name, value in speed.get("platform", {}).items())


def summary(proof: Result, speed: Result) -> Iterator[str]:
    """Give the two sentences of the first page."""
    bites, ratio = proof["sabotages"], speed["goals"]["P1"]["ratio"]["median"]
    yield "`make prove` tries the promises by killing, stopping and starving every part of a running platform:"
    yield f"of {bites['tried']} builds that were broken on purpose it caught **{len(bites['caught'])}**"
    yield "([reliability](docs/reference/reliability.md)). `make bench` says what they cost: an enrolment is confirmed"
    yield f"at **{ratio:.2f}** of the rate of a bare handler with the same transaction"
    yield "([performance](docs/reference/performance.md))."


BLOCKS: Final[Mapping[str, Callable[[Result, Result], Iterator[str]]]] = {
    "run-of-proof": run_of_proof,
    "scenarios": scenarios,
    "invariants": invariants,
    "recoveries": recoveries,
    "sabotages": sabotages,
    "run-of-speed": run_of_speed,
    "goals": goals,
    "platform": platform,
    "summary": summary,
}


def filled(page: str, proof: Result, speed: Result) -> str:
    """Give the page with every block written anew; raises KeyError for a block that nobody writes."""

    def fill(block: re.Match[str]) -> str:
        return block[1] + "\n".join(BLOCKS[block["name"]](proof, speed)) + "\n" + block[3]

    return BLOCK.sub(fill, page)


def read(path: Path) -> Result:
    """Read a result file."""
    found: dict[str, Any] = json.loads((ROOT / path).read_text("utf-8"))
    return found


def main() -> None:
    """Write all pages."""
    proof, speed = read(PROOF), read(SPEED)
    for name in PAGES:
        page = ROOT / name
        page.write_text(filled(page.read_text("utf-8"), proof, speed), "utf-8")


def _engine(told: Result) -> str:
    return f"{told['kind']} {told['version']}, {told['nodes']} node"


def _pairs(value: object) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    return ", ".join(f"{name} {_pairs(inner)}" for name, inner in value.items())


def _yes(holds: object) -> str:
    return "present" if holds else "missing"


def _named(label: str, names: list[str]) -> str:
    return label + ", ".join(names) if names else ""


def _told(error: str) -> str:
    return f"**failed**: {_cell(error)}" if error else "passed"


def _cell(text: str) -> str:
    return (text.splitlines() or [""])[0].replace("|", "\\|")[:110]


if __name__ == "__main__":
    main()
