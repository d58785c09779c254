"""The parts of the proof that need no engine: arming, sabotage, the matrix, results that are found again."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from prove import patching, scenarios, summary
from prove.arena import Recovery
from prove.disturbances import DISTURBANCES
from prove.results import Bite, Outcome, Results
from prove.sabotages import SABOTAGES, Sabotage
from prove.scenarios import crash

from eventkit.faults import Point
from testkit import faults
from testkit.faults import Armed, FaultInjectedError

HERE = Path(__file__).parent
PROGRAM = "registration.relay"


def plan(folder: Path, nth: int = 1, point: Point = "R3") -> Armed:
    faults.plan_for(folder, PROGRAM, (point, "raise", nth))
    return Armed(folder, PROGRAM)


def test_a_program_without_a_plan_passes_all_points(tmp_path: Path) -> None:
    armed = Armed(tmp_path, PROGRAM)
    for point in get_args(Point):
        armed(point)
    assert list(tmp_path.iterdir()) == []


def test_a_plan_fires_once_at_the_pass_that_it_names(tmp_path: Path) -> None:
    armed = plan(tmp_path, nth=3)
    for point in ("R3", "R2", "R3"):
        armed(point)
    with pytest.raises(FaultInjectedError):
        armed("R3")
    assert int(faults.fired_file(tmp_path, PROGRAM).read_text("ascii")) == os.getpid()
    armed("R3")  # the plan is gone


def test_a_living_program_takes_a_new_plan(tmp_path: Path) -> None:
    armed = plan(tmp_path)
    with pytest.raises(FaultInjectedError):
        armed("R3")
    faults.plan_for(tmp_path, PROGRAM, ("R4", "raise", 1))
    assert not faults.fired_file(tmp_path, PROGRAM).exists()
    with pytest.raises(FaultInjectedError):
        armed("R4")


def test_a_plan_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="R3"):
        faults.plan_for(tmp_path, PROGRAM, ("R3", "raise", 0))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["python", "-m", "registration", "relay"], "registration.relay"),
        (["python", "-X", "dev", "-m", "national", "api"], "national.api"),
        (["python", "-m", "issuer"], None),
        (["python", "script.py"], None),
    ],
)
def test_programs_are_told_apart_by_how_they_are_started(arguments: list[str], name: str | None) -> None:
    assert faults.name_of(arguments) == name


def run_armed(folder: Path, code: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PYTHONPATH": str(HERE / "site"), "BINA_FAULTS": str(folder), "BINA_FAULTS_AS": PROGRAM, **environ}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env={**os.environ, **environment}, text=True, capture_output=True, check=False)


def test_a_program_of_the_platform_is_killed_at_its_step(tmp_path: Path) -> None:
    faults.plan_for(tmp_path, PROGRAM, ("R3", "kill", 2))
    code = "from eventkit import faults\nfor n in range(3):\n    print(n, flush=True)\n    faults.reach('R3')"
    ended = run_armed(tmp_path, code)
    assert (ended.returncode, ended.stdout.split()) == (-9, ["0", "1"])


def test_an_optimized_program_cannot_be_armed(tmp_path: Path) -> None:
    faults.plan_for(tmp_path, PROGRAM, ("R3", "kill", 1))
    ended = run_armed(tmp_path, "from eventkit import faults; faults.reach('R3')", PYTHONOPTIMIZE="1")
    assert ended.returncode == 0


def test_a_sabotaged_module_runs_its_altered_source_and_leaves_no_trace(tmp_path: Path) -> None:
    cache = Path(str(importlib.util.cache_from_source(importlib.import_module("eventkit.outbox").__file__ or "")))
    before = cache.read_bytes() if cache.exists() else b""
    sabotage = SABOTAGES[0]
    code = "import inspect, eventkit.outbox as o; print(o.MongoOutbox.delete.__code__.co_names)"
    plain, altered = (run_armed(tmp_path, code, BINA_SABOTAGE=name) for name in ("", sabotage.name))
    assert (plain.returncode, altered.returncode) == (0, 0)
    assert "count_documents" in plain.stdout
    assert "count_documents" not in altered.stdout
    assert (cache.read_bytes() if cache.exists() else b"") == before


def test_a_sabotage_whose_text_is_gone_ends_the_program(tmp_path: Path) -> None:
    sabotage = Sabotage(name="x", module="m", old="twice", new="", caught_by=())
    for source in ("nothing", "twice twice"):
        with pytest.raises(ValueError, match="times"):
            patching.altered(source, sabotage)


@pytest.mark.parametrize("sabotage", DISTURBANCES, ids=[each.name for each in DISTURBANCES])
def test_each_disturbance_fits_the_present_source_and_compiles(sabotage: Sabotage) -> None:
    spec = importlib.util.find_spec(sabotage.module)
    assert spec is not None
    assert spec.origin is not None
    altered = patching.altered(Path(spec.origin).read_text("utf-8"), sabotage)
    compile(altered, spec.origin, "exec")


def test_the_matrix_holds_every_step_with_every_action_at_every_pass() -> None:
    dealt = [point for hits in crash.rounds() for _, point in hits]
    assert sorted(dealt) == sorted(get_args(Point))
    ids = {each.id for each in scenarios.discover()}
    assert {f"F01-{action}-{which}" for action in crash.ACTIONS for which in crash.PASSES} <= ids


def test_a_step_is_only_armed_where_it_is_passed() -> None:
    for program, point in (hit for hits in crash.rounds() for hit in hits):
        assert program.partition(".")[2] == crash.part_of(point), (program, point)


def test_a_result_counts_only_for_its_seed(tmp_path: Path) -> None:
    Results(tmp_path, 1).keep(Outcome(id="F00", title="", seconds=1.0, error=""))
    Results(tmp_path, 1).keep(Outcome(id="F02", title="", seconds=1.0, error="lost"))
    assert Results(tmp_path, 1).has_passed("F00")
    assert not Results(tmp_path, 2).has_passed("F00")
    assert not Results(tmp_path, 1).has_passed("F02")


def test_the_report_counts_a_sabotage_as_caught_only_by_a_scenario_that_is_sound(tmp_path: Path) -> None:
    results = Results(tmp_path, 1)
    sound, unsound = SABOTAGES[0], SABOTAGES[1]
    recoveries = [Recovery(what="relay", seconds=seconds, limit=7.0) for seconds in (2.0, 9.0, 3.0)]
    results.keep(Outcome(id="F02-R2", title="", seconds=1.0, error="", checked={"I1": 2}, recoveries=recoveries))
    results.keep(Outcome(id="F03-K4", title="", seconds=2.0, error="broken", checked={"I1": 3}))
    results.keep_bite(Bite(sabotage=sound.name, caught_by="F02-R2", finding="I8", seconds=1.0))
    results.keep_bite(Bite(sabotage=unsound.name, caught_by="F03-K4", finding="I3", seconds=1.0))
    told = summary.write(results, scenarios.discover())
    assert list(told["sabotages"]["caught"]) == [sound.name]
    assert told["sabotages"]["missed"] == [unsound.name]
    assert (told["passed"], told["failed"], told["checked"]) == (1, ["F03-K4"], {"I1": 5})
    assert told["recovery_seconds"]["relay"] == {"times": 3, "median": 3.0, "max": 9.0, "limit": 7.0, "over_limit": 1}
    assert "F00" in told["not_run"]
