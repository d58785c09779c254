"""Scores and commitments row by row."""

from datetime import date

import pytest
from curriculum_samples import AT, TENANT, person, unit

from curriculum.domain.attendance import RowStatus
from curriculum.domain.scores import (
    CommitmentKind,
    CommitmentRow,
    RecordCommitments,
    RecordScores,
    ScoreRow,
    TestKind,
    commit,
    record,
    takers,
)
from curriculum.domain.seen import EnrolmentState

ROSTER = {each.id: each for each in (person(), unit(), person("gone", state=EnrolmentState.WITHDRAWN))}


def scoring(*rows: ScoreRow) -> RecordScores:
    return RecordScores(tenant=TENANT, batch="b", kind=TestKind.POST_TEST, rows=rows, at=AT, by="tester")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ScoreRow(enrolment="nobody", hundredths=1), "enrolment_unknown"),
        (ScoreRow(enrolment="gone", hundredths=1), "enrolment_inactive"),
        (ScoreRow(enrolment="u1", hundredths=1), "person_unknown"),
        (ScoreRow(enrolment="e1", person="other", hundredths=1), "person_unknown"),
    ],
)
def test_a_row_about_nobody_is_reported(row: ScoreRow, code: str) -> None:
    report = record(scoring(row, ScoreRow(enrolment="e1", hundredths=8000)), ROSTER, {})
    assert [each.status for each in report.rows] == [RowStatus.REFUSED, RowStatus.RECORDED]
    assert report.rows[0].errors[0].code == code
    assert [each.person for each in report.scores] == ["p-e1"]


def test_each_delegate_has_a_score_of_its_own() -> None:
    rows = [ScoreRow(enrolment="u1", person=each, hundredths=7550) for each in ("d1", "d2")]
    report = record(scoring(*rows), ROSTER, {})
    assert takers(report.scores, TestKind.POST_TEST) == {"u1": {"d1", "d2"}}
    assert takers(report.scores, TestKind.PRE_TEST) == {}


def test_a_corrected_score_keeps_the_old_one() -> None:
    first = {each.id: each for each in record(scoring(ScoreRow(enrolment="e1", hundredths=8000)), ROSTER, {}).scores}
    other = ScoreRow(enrolment="e1", hundredths=9000, reason_code="RECOUNT")
    (changed,) = record(scoring(other), ROSTER, first).scores
    assert (changed.hundredths, changed.corrections[0].hundredths) == (9000, 8000)


def test_a_commitment_is_kept_once_per_kind() -> None:
    def committing(*rows: CommitmentRow) -> RecordCommitments:
        return RecordCommitments(tenant=TENANT, batch="b", rows=rows, at=AT)

    mine = CommitmentRow(enrolment="e1", kind=CommitmentKind.PERSONAL, made_on=date(2025, 7, 1))
    ours = CommitmentRow(enrolment="u1", kind=CommitmentKind.INSTITUTIONAL, made_on=date(2025, 7, 1))
    gone = CommitmentRow(enrolment="gone", kind=CommitmentKind.PERSONAL, made_on=date(2025, 7, 1))
    first = commit(committing(mine, ours, gone), ROSTER, {})
    assert [each.status for each in first.rows] == [RowStatus.RECORDED, RowStatus.RECORDED, RowStatus.REFUSED]
    again = commit(committing(mine), ROSTER, {each.id: each for each in first.commitments})
    assert (again.rows[0].status, again.commitments) == (RowStatus.UNCHANGED, ())
