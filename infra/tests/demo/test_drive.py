"""What the driver invents and chooses: the same every time, within bounds, and no more than is needed."""

import io
from pathlib import Path

from bina.demo.drive.follow_up import invent_answers
from bina.demo.drive.progress import LineBoard
from bina.demo.drive.run import Choice, chosen, used_units
from bina.demo.drive.teaching import mark_of
from bina.demo.example.loading import load_examples
from bina.demo.example.roster import entries_of, rosters_of
from bina.demo.report.nation import compare
from bina.demo.report.reading import Read

EXAMPLES = load_examples(Path(__file__).parents[3] / "examples" / "programmes")
MALANG = next(programme for programme in EXAMPLES.programmes if programme.code == "MLG-RTR-2025")
PEOPLE = rosters_of(EXAMPLES, "full")["MLG-RTR-2025", "W1"].people
ITEMS = {"KOM1": "COMMUNICATION", "PIM1": "LEADERSHIP", "LAY1": "SERVICE_QUALITY", "BP1": "BP", "KL3": "KL"}


def answers(kind: str) -> list[int]:
    dimensions = MALANG.monitoring.dimensions
    return [value for person in PEOPLE for value in invent_answers(dimensions, person.ref, kind, ITEMS).values()]


def test_answers_stay_on_the_scale_and_rise_after_the_programme() -> None:
    before, after = answers("BASELINE"), answers("T180")
    assert set(before) | set(after) <= {1, 2, 3, 4}
    assert sum(after) / len(after) > sum(before) / len(before) + 0.2


def test_answers_are_the_same_every_time() -> None:
    assert answers("T30") == answers("T30")


def test_marks_stay_within_bounds_and_rise_after_the_programme() -> None:
    tests = MALANG.monitoring.tests
    assert tests is not None
    before = [float(mark_of(person, "PRE_TEST", tests.pre_mean, tests)) for person in PEOPLE]
    after = [float(mark_of(person, "POST_TEST", tests.post_mean, tests)) for person in PEOPLE]
    assert all(0 <= mark <= 100 for mark in before + after)
    assert sum(after) > sum(before)
    assert before == [float(mark_of(person, "PRE_TEST", tests.pre_mean, tests)) for person in PEOPLE]


def test_the_first_wave_is_left_out_unless_wanted() -> None:
    def batches(choice: Choice) -> list[str]:
        return [batch.key for each in chosen(EXAMPLES, choice).programmes for batch in each.batches]

    assert batches(Choice()) == ["W1", "W1", "W1", "W2"]
    assert batches(Choice(with_first_wave=True)) == ["W1", "W1", "W1", "W2", "W1"]


def test_expectations_follow_the_batches_of_the_run() -> None:
    without = chosen(EXAMPLES, Choice()).expected_of("full")
    both = EXAMPLES.expected_of("full")
    assert (without["persons"], both["persons"]) == ("577", "907")
    assert (without["jp_credited"], both["jp_credited"]) == ("15524", "26744")
    assert "NTT-RTR-2025.W1.participants" not in without
    assert both["NTT-RTR-2025.W1.participants"] == "330"
    assert chosen(EXAMPLES, Choice()).expected_of("small")["persons"] == "92"


def test_the_small_roster_needs_fewer_units_with_their_parents() -> None:
    tenant = EXAMPLES.tenants["74.71"]
    used = used_units(EXAMPLES, rosters_of(EXAMPLES, "small"), tenant)
    everything = {entry.ref for entry in entries_of(tenant)}
    assert used < everything
    assert {"setda", "bkpsdm", "inspektorat", "opd-01", "bagian-02"} <= used


def figures(value: int, batch: int) -> Read:
    body = {"figures": {"persons": value}, "batches": {"b": {"persons": batch}}}
    return Read(body=body, source="", as_of="")


def test_differences_cannot_cancel_out() -> None:
    own = {("74.71", "registration"): figures(63, 63), ("35.73", "registration"): figures(100, 100)}
    national = {"74.71": figures(62, 63), "35.73": figures(101, 99)}
    (difference,) = compare(own, national)
    assert (difference.own, difference.national, difference.off) == (163, 163, 3)


def test_agreement_is_no_difference() -> None:
    own = {("74.71", "registration"): figures(63, 63)}
    assert [each.off for each in compare(own, {"74.71": figures(63, 63)})] == [0]


def test_progress_is_written_in_whole_lines() -> None:
    sink = io.StringIO()
    track = LineBoard(sink).track("MLG-RTR-2025")
    track.begin(10)
    track.stage("nominations")
    track.advance(4)
    track.stage("baseline")
    lines = sink.getvalue().splitlines()
    assert lines[0].endswith("MLG-RTR-2025: nominations (0/10)")
    assert lines[1].endswith("MLG-RTR-2025: baseline (4/10)")
