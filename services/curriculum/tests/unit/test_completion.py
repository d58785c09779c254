"""R-CREDIT, R-20 and certificates: pure consequences that can be computed again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from curriculum_samples import AT, TENANT, batch, marking, person, row, sessions, template, unit
from hypothesis import given
from hypothesis import strategies as st

from curriculum.domain.attendance import AttendanceSheet, AttendanceStatus, mark
from curriculum.domain.certificate import CertificateState, Series, issue, series_of, supersede
from curriculum.domain.completion import (
    Completion,
    Evidence,
    Shortfall,
    Why,
    assess,
    completion_id,
    obligation_of,
    record,
)
from curriculum.domain.curriculum import CompletionRule
from curriculum.domain.ledger import ledger
from curriculum.domain.seen import SeenEnrolment
from curriculum.domain.session import Session
from curriculum.domain.tally import tally
from curriculum.events import (
    CertificateIssued,
    CertificateRevoked,
    CompletionCorrected,
    CompletionRecorded,
    EchelonGroup,
    Obligation,
    Outcome,
)
from eventkit.refusal import RefusedError

WHY = Why(reason_code="WRONG_LIST", at=AT)
TEN = sessions(template("A"), template("B", minutes=360, start_time="10:00"))  # 2 + 8 JP
Sheets = dict[str, dict[str, AttendanceSheet]]


def attended(held: list[Session], enrolment: SeenEnrolment, *rows: Any) -> Sheets:
    """The sheets after one request per session: everybody present but the rows of that session."""
    found: Sheets = {enrolment.id: {}}
    for each, given_row in zip(held, [*rows, *[None] * len(held)], strict=False):
        command = marking(*([given_row] if given_row else []), default=AttendanceStatus.PRESENT)
        for sheet in mark(each, {enrolment.id: enrolment}, {}, command).sheets:
            found[enrolment.id][each.id] = sheet
    return found


def evidence(sheets: Mapping[str, Any], held: list[Session] | None = None, **changes: Any) -> Evidence:
    facts = Evidence(
        batch=batch(programme_kind="RETREAT"),
        ended_on=date(2025, 7, 3),
        rule=CompletionRule(),
        sessions=tuple(held or TEN),
        sheets=sheets,
        post_tested={},
        planned=frozenset(),
        committed=frozenset(),
        earlier={},
    )
    return replace(facts, **changes)


def recorded(enrolment: SeenEnrolment, facts: Evidence) -> Completion:
    return record(enrolment, facts, None, Why(reason_code=None, at=AT))[0]


def test_full_attendance_earns_every_jp() -> None:
    result = assess(person(), evidence(attended(TEN, person())))
    assert (result.outcome, result.jp_credited, result.jp_possible) == (Outcome.COMPLETED, 10, 10)


@pytest.mark.parametrize(("minutes", "outcome", "jp"), [(315, "COMPLETED", 9), (314, "INCOMPLETE", 8)])
def test_ninety_percent_is_the_edge(minutes: int, outcome: str, jp: int) -> None:
    sheets = attended(TEN, person(), None, row(status="LATE", minutes=minutes))
    result = assess(person(), evidence(sheets))
    assert (result.outcome, result.jp_credited) == (outcome, jp)


def test_the_share_is_a_setting() -> None:
    sheets = attended(TEN, person(), None, row(status="SICK"))
    assert assess(person(), evidence(sheets)).shortfalls == (Shortfall.JP_SHORT,)
    assert assess(person(), evidence(sheets, rule=CompletionRule(share_percent=20))).shortfalls == ()


def test_what_the_rule_asks_for_is_named_when_it_is_missing() -> None:
    rule = CompletionRule(requires_post_test=True, requires_plan=True, requires_commitment=True)
    facts = evidence(attended(TEN, person()), rule=rule)
    assert assess(person(), facts).shortfalls == (
        Shortfall.POST_TEST_MISSING,
        Shortfall.PLAN_MISSING,
        Shortfall.COMMITMENT_MISSING,
    )
    given_all: dict[str, Any] = {
        "post_tested": {"e1": {"p-e1"}},
        "planned": frozenset({"e1"}),
        "committed": frozenset({"e1"}),
    }
    assert assess(person(), replace(facts, **given_all)).outcome is Outcome.COMPLETED


def test_a_session_that_does_not_admit_somebody_is_not_held_against_them() -> None:
    visit = sessions(template("A"), template("V", minutes=180, start_time="13:00", eligible=(EchelonGroup.II,)))
    fourth = person(echelon_group="IV")
    result = assess(fourth, evidence(attended(visit, fourth), visit))
    assert (result.outcome, result.jp_credited, result.jp_possible) == (Outcome.COMPLETED, 2, 2)


def test_a_unit_is_complete_when_its_delegates_shared_the_sessions() -> None:
    sheets = attended(TEN, unit(), row("u1", "ABSENT", person="d2"), row("u1", "ABSENT", person="d1"))
    result = assess(unit(), evidence(sheets))
    assert (result.outcome, result.jp_credited, result.jp_possible) == (Outcome.COMPLETED, 10, 20)
    assert [(each.person, each.jp) for each in result.credits] == [("d1", 2), ("d2", 8)]


def test_a_substitute_delegate_and_the_one_before_are_both_credited() -> None:
    sheets = attended(TEN, unit(delegates=("d1",)))
    result = assess(unit(delegates=("d2",)), evidence(sheets))
    assert {each.person: each.jp for each in result.credits} == {"d1": 10, "d2": 0}
    assert result.outcome is Outcome.COMPLETED


def test_a_unit_without_delegates_is_incomplete() -> None:
    assert assess(unit(delegates=()), evidence({})).shortfalls == (Shortfall.JP_SHORT,)


@pytest.mark.parametrize(
    ("status", "duty"),
    [
        ("PNS", "PNS_20"),
        ("PPPK", "PPPK_24"),
        ("PPPK_PARUH_WAKTU", "PPPK_24"),
        ("NON_ASN", "NONE"),
        ("CPNS", "NONE"),
        (None, "NONE"),
    ],
)
def test_the_duty_follows_from_the_status(status: str | None, duty: str) -> None:
    assert obligation_of(person(asn_status=status)) == duty
    assert obligation_of(unit()) is Obligation.NONE


def test_a_pppk_above_24_jp_in_the_year_is_flagged_and_not_blocked() -> None:
    contracted = person(asn_status="PPPK")
    facts = evidence(attended(TEN, contracted))
    before = recorded(person("e0", person="p-e1"), evidence(attended(TEN, person("e0", person="p-e1"))))
    big = replace(before, ended_on=date(2025, 1, 5), result=replace(before.result, credits=_credits(before, 15)))
    over = assess(contracted, replace(facts, earlier={"p-e1": [big]}))
    assert (over.over_limit, over.outcome) == (True, Outcome.COMPLETED)
    at_the_limit = replace(big, result=replace(big.result, credits=_credits(before, 14)))
    assert not assess(contracted, replace(facts, earlier={"p-e1": [at_the_limit]})).over_limit
    later = replace(big, ended_on=date(2025, 12, 1))
    assert not assess(contracted, replace(facts, earlier={"p-e1": [later]})).over_limit


def _credits(completion: Completion, jp: int) -> tuple[Any, ...]:
    return tuple(replace(each, jp=jp) for each in completion.result.credits)


def test_the_first_result_is_recorded_with_its_rule_and_year() -> None:
    completion, (event,) = record(person(), evidence(attended(TEN, person())), None, WHY)
    assert isinstance(event, CompletionRecorded)
    assert (completion.id, event.rule_version, event.ledger_year) == (completion_id("e1"), "R-CREDIT-1", 2025)
    assert (event.obligation, event.persons, event.jp_credited) == ("PNS_20", 1, 10)


def test_the_same_result_again_tells_nothing_another_one_is_a_correction() -> None:
    facts = evidence(attended(TEN, person()))
    known = recorded(person(), facts)
    assert record(person(), facts, known, WHY) == (known, [])
    less = evidence(attended(TEN, person(), None, row(status="ABSENT")))
    corrected, (event,) = record(person(), less, known, WHY)
    assert isinstance(event, CompletionCorrected)
    assert (event.previous_outcome, event.outcome, event.reason_code) == ("COMPLETED", "INCOMPLETE", "WRONG_LIST")
    assert corrected.past[0].result == known.result
    with pytest.raises(RefusedError, match="reason_required"):
        record(person(), less, known, Why(reason_code=None, at=AT))


def test_a_run_is_counted() -> None:
    facts = evidence(attended(TEN, person()))
    first = record(person(), facts, None, WHY)
    again = record(person(), facts, first[0], WHY)
    counted = tally("b", [first, again])
    assert (counted.recorded, counted.unchanged, counted.completed, counted.jp_credited) == (1, 1, 2, 20)


@given(st.lists(st.integers(0, 360), min_size=2, max_size=2))
def test_credit_is_bounded_and_computed_again_the_same(minutes: list[int]) -> None:
    rows = [row(status="LATE", minutes=min(each, session.minutes)) for each, session in zip(minutes, TEN, strict=True)]
    facts = evidence(attended(TEN, person(), *rows))
    result = assess(person(), facts)
    assert result == assess(person(), facts)
    assert 0 <= result.jp_credited <= result.jp_possible == 10
    assert (result.outcome is Outcome.COMPLETED) == (result.jp_credited >= 9)


def test_the_ledger_adds_up_a_year_and_leaves_other_years_out() -> None:
    clinic = recorded(unit(delegates=("p-e1",)), evidence(attended(TEN, unit(delegates=("p-e1",)))))
    retreat = recorded(person(), evidence(attended(TEN, person()), ended_on=date(2025, 8, 3)))
    last_year = replace(retreat, ledger_year=2024)
    year = ledger("p-e1", 2025, [retreat, clinic, last_year])
    assert (year.jp, year.target, year.is_met, year.obligation) == (20, 20, True, Obligation.PNS_20)
    assert [each.ended_on for each in year.entries] == [date(2025, 7, 3), date(2025, 8, 3)]


def test_a_person_without_any_completion_has_an_empty_year() -> None:
    empty = ledger("nobody", 2025, [])
    assert (empty.jp, empty.target, empty.is_met, empty.entries) == (0, None, None, ())


def test_certificates_count_up_and_hold_no_name() -> None:
    completion = recorded(person(), evidence(attended(TEN, person())))
    name = series_of(TENANT, completion)
    series, first, (event,) = issue(Series(id="s"), name, completion, completion.result.credits[0])
    _, second, _ = issue(series, name, completion, completion.result.credits[0])
    assert isinstance(event, CertificateIssued)
    assert (first.number, second.number) == ("RTR/74.71/2025/000001", "RTR/74.71/2025/000002")
    assert first.sha256 != second.sha256
    gone, (revoked,) = supersede(first)
    assert isinstance(revoked, CertificateRevoked)
    assert (gone.state, gone.is_valid, first.is_valid) == (CertificateState.SUPERSEDED, False, True)


def test_an_unknown_kind_of_programme_has_no_number() -> None:
    completion = replace(recorded(person(), evidence(attended(TEN, person()))), programme_kind=None)
    with pytest.raises(RefusedError, match="programme_kind_unknown"):
        series_of(TENANT, completion)
