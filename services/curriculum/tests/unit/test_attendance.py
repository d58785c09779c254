"""Attendance: in bulk, once, corrected with a reason, counted."""

from dataclasses import replace
from typing import Any

import pytest
from curriculum_samples import marking, person, row, sessions, template, unit
from hypothesis import given
from hypothesis import strategies as st

from curriculum.domain.attendance import (
    AttendanceRow,
    AttendanceSheet,
    AttendanceStatus,
    MarkReport,
    RowStatus,
    count,
    mark,
)
from curriculum.domain.seen import EnrolmentState, SeenEnrolment
from curriculum.domain.session import SessionState
from curriculum.events import EchelonGroup
from eventkit.refusal import RefusedError

SESSION = sessions()[0]
VISIT = sessions(template(eligible=(EchelonGroup.II, EchelonGroup.III, EchelonGroup.IV)))[0]
PRESENT = AttendanceStatus.PRESENT


def roster(*enrolments: SeenEnrolment) -> dict[str, SeenEnrolment]:
    return {each.id: each for each in enrolments}


def sheets(report: MarkReport, before: dict[str, AttendanceSheet] | None = None) -> dict[str, AttendanceSheet]:
    return {**(before or {}), **{each.enrolment: each for each in report.sheets}}


def test_everybody_but_the_exceptions_is_marked_at_once() -> None:
    people = roster(*(person(f"e{index:03}") for index in range(352)))
    report = mark(SESSION, people, {}, marking(row("e007", "SICK"), default=PRESENT))
    assert (report.by_default, report.enrolled, len(report.sheets)) == (351, 352, 352)
    counted = count(SESSION, people.values(), sheets(report))
    assert (counted.present, counted.excused, counted.absent) == (351, 1, 0)


def test_the_same_rows_again_change_nothing() -> None:
    people = roster(person(), unit())
    command = marking(row("e1", "LATE", minutes=60), default=PRESENT)
    first = mark(SESSION, people, {}, command)
    second = mark(SESSION, people, sheets(first), command)
    assert (second.sheets, second.by_default, second.rows[0].status) == ((), 0, RowStatus.UNCHANGED)


def test_a_default_never_overwrites_a_mark() -> None:
    people = roster(person())
    first = mark(SESSION, people, {}, marking(row("e1", "ABSENT")))
    assert mark(SESSION, people, sheets(first), marking(default=PRESENT)).sheets == ()


def test_another_value_needs_a_reason_and_keeps_the_old_one() -> None:
    people = roster(person())
    first = sheets(mark(SESSION, people, {}, marking(row())))
    refused = mark(SESSION, people, first, marking(row(status="ABSENT")))
    assert refused.rows[0].errors[0].code == "reason_required"
    corrected = mark(SESSION, people, first, marking(row(status="ABSENT", reason_code="WRONG_LIST")))
    (sheet,) = corrected.sheets
    assert corrected.rows[0].status is RowStatus.CORRECTED
    assert (sheet.corrections[0].replaced.status, sheet.corrections[0].by) == (PRESENT, "tester")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (row("nobody"), "enrolment_unknown"),
        (row("gone"), "enrolment_inactive"),
        (row("e1", person="somebody"), "person_unknown"),
        (row("e1", minutes=91), "minutes_too_many"),
        (row("e1", "ABSENT", minutes=5), "minutes_without_presence"),
        (row("empty"), "delegates_missing"),
    ],
)
def test_a_bad_row_is_reported_and_the_good_one_survives(bad: AttendanceRow, code: str) -> None:
    people = roster(person(), person("e2"), person("gone", state=EnrolmentState.WITHDRAWN), unit("empty", ()))
    report = mark(SESSION, people, {}, marking(bad, row("e2")))
    assert (report.rows[0].errors[0].code, report.rows[0].errors[0].pointer) == (code, "/rows/0")
    assert [each.enrolment for each in report.sheets] == ["e2"]


def test_a_refused_row_does_not_become_the_default() -> None:
    report = mark(SESSION, roster(person()), {}, marking(row(minutes=500), default=PRESENT))
    assert (report.sheets, report.by_default) == ((), 0)


def test_the_field_visit_takes_echelons_two_to_four() -> None:
    people = roster(person("ii"), person("iv", echelon_group="IV"), person("non", echelon_group="NON"), unit())
    report = mark(VISIT, people, {}, marking(row("non"), default=PRESENT))
    assert report.rows[0].errors[0].code == "not_eligible"
    assert report.by_default == 2
    counted = count(VISIT, people.values(), sheets(report))
    assert (counted.present, counted.not_eligible) == (2, 3)


def test_a_unit_s_row_marks_all_delegates_or_one() -> None:
    people = roster(unit())
    first = sheets(mark(SESSION, people, {}, marking(row("u1"))))
    assert [each.person for each in first["u1"].marks] == ["d1", "d2"]
    second = mark(SESSION, people, first, marking(row("u1", "SICK", person="d2", reason_code="SICK_NOTE")))
    assert [(each.person, each.status.value) for each in second.sheets[0].marks] == [("d1", "PRESENT"), ("d2", "SICK")]


def test_a_unit_s_row_counts_for_all_of_its_delegates_or_none() -> None:
    people = roster(unit())
    first = sheets(mark(SESSION, people, {}, marking(row("u1", "ABSENT", person="d2"))))
    refused = mark(SESSION, people, first, marking(row("u1")))
    assert (refused.rows[0].status, refused.sheets) == (RowStatus.REFUSED, ())


def test_a_former_delegate_who_was_there_is_still_counted() -> None:
    first = sheets(mark(SESSION, roster(unit()), {}, marking(default=PRESENT)))
    counted = count(SESSION, [unit(delegates=("d2", "d3"))], first)
    assert (counted.present, counted.absent) == (2, 1)


def test_whoever_has_no_mark_was_absent() -> None:
    assert count(SESSION, [person(), person("x", state=EnrolmentState.WITHDRAWN)], {}).absent == 1


def test_a_roster_that_is_not_complete_yet_is_refused_when_the_caller_knows_the_number() -> None:
    with pytest.raises(RefusedError, match="roster_differs"):
        mark(SESSION, roster(person()), {}, marking(default=PRESENT, expected_persons=2))


def test_a_cancelled_session_takes_no_marks() -> None:
    with pytest.raises(RefusedError, match="session_state"):
        mark(replace(SESSION, state=SessionState.CANCELLED), {}, {}, marking(default=PRESENT))


statuses = st.sampled_from([each.value for each in AttendanceStatus])


@given(st.lists(st.tuples(st.sampled_from(["e1", "e2", "u1", "none"]), statuses), max_size=12))
def test_counts_always_add_up_to_the_enrolled(rows: list[tuple[str, str]]) -> None:
    people = roster(person("e1"), person("e2"), unit())
    given_rows: list[Any] = [row(enrolment, status, reason_code="CHECKED") for enrolment, status in rows]
    report = mark(SESSION, people, {}, marking(*given_rows))
    counted = count(SESSION, people.values(), sheets(report))
    assert counted.present + counted.excused + counted.absent + counted.not_eligible == report.enrolled == 4
