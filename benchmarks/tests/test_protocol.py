"""The protocol itself: order of the arms, discarded runs, ratios, verdicts, and a table that fits 80 columns."""

import pytest
from benchmarks import machine, output
from benchmarks.goals import GOALS, Outcome
from benchmarks.interleave import MAX_DISCARDED, Arm, Judge, interleave
from benchmarks.machine import Noise


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine seem busy with others' work."""
    monkeypatch.setattr(machine, "listen", lambda *_: Noise(steal=0.0, foreign=1.5))


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "listen", lambda *_: Noise(steal=0.0, foreign=0.0))
    monkeypatch.setattr(machine, "stolen", lambda: lambda: 0.0)


def arms(ran: list[str]) -> list[Arm]:
    def arm(name: str) -> Arm:
        return Arm(name, lambda: ran.append(name) or {"rate": float(len(ran))})

    return [arm("A"), arm("B")]


def test_arms_run_there_and_back_after_a_warm_up_that_is_dropped(quiet: None) -> None:
    ran: list[str] = []
    samples = interleave(arms(ran), 2)
    assert "".join(ran) == "AB" + "ABBA"
    assert samples.column("A", "rate") == [3.0, 6.0]
    assert (samples.discarded, samples.noisy) == (0, 0)


def test_a_loud_machine_discards_runs_and_marks_what_is_kept(loud: None) -> None:
    ran: list[str] = []
    samples = interleave(arms(ran), 1, Judge(accepts_noise=False, patience=0.0))
    assert (samples.discarded, samples.noisy) == (MAX_DISCARDED, 2)
    assert len(ran) == 2 + 2 + MAX_DISCARDED


def test_accepted_noise_is_marked_and_discards_nothing(loud: None) -> None:
    samples = interleave(arms([]), 1, Judge(accepts_noise=True))
    assert (samples.discarded, samples.noisy) == (0, 2)


@pytest.mark.parametrize(
    ("goal", "ratio", "verdict"),
    [
        ("P1", 0.74, "missed"),
        ("P1", 0.75, "met"),
        ("P1", 0.9, "moonshot"),
        ("P3", 2.3, "missed"),
        ("P3", 1.3, "moonshot"),
    ],
)
def test_a_ratio_is_held_against_both_targets(goal: str, ratio: float, verdict: str) -> None:
    assert GOALS[goal].verdict(ratio) == verdict


def test_a_ratio_is_taken_repeat_by_repeat() -> None:
    outcome = Outcome(goal="P5", unit="rows/s", ours=[10.0, 40.0, 90.0], ceiling=[10.0, 80.0, 300.0])
    assert outcome.ratio.median == 0.5
    quality = Outcome(goal="P13a", unit="ms", ours=[10.0], ceiling=[9.0])
    assert quality.ratio.median == 0.9


def test_the_table_fits_and_the_plot_shows_every_goal() -> None:
    outcomes = [Outcome(goal=each, unit="x", ours=[1.0, 2.0], ceiling=[3.0, 3.0], noisy=1) for each in GOALS]
    lines = output.table(outcomes).splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines[1:-1]] == list(GOALS)
    assert "direction, not a result" in lines[-1]
    drawn = output.chart(outcomes)
    assert all(f">{each}</text>" in drawn for each in GOALS)
