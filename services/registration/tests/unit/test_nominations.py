"""Who is admitted and why not, list by list; the rule is data and every decision keeps its version."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registration_samples import (
    NOW,
    TENANT,
    a_batch,
    a_candidate,
    a_person,
    a_row,
    a_rule,
    a_unit,
    an_enrolment,
    some_facts,
)

from eventkit.refusal import RefusedError
from registration.domain.batch import BatchState
from registration.domain.codes import (
    ECHELONS,
    AsnStatus,
    EnrolmentKind,
    PersonKind,
    PositionKind,
    echelon_faults,
    echelon_group,
)
from registration.domain.eligibility import decide
from registration.domain.enrolment import EnrolmentState
from registration.domain.nomination import (
    NominateRoster,
    NominationRow,
    Subject,
    SubstituteEnrolment,
    judge_roster,
    nominate,
    row_faults,
    substitute,
)
from registration.domain.person import check_person
from registration.domain.report import RowReport, sum_up
from registration.events import EnrolmentNominated

FIELD_VISIT = a_rule(version=3, echelons=("21", "22", "31", "32", "41", "42"))


@pytest.mark.parametrize(
    ("echelon", "kind", "code"),
    [
        ("22", PositionKind.JPT_PRATAMA, None),
        ("41", PositionKind.PENGAWAS, None),
        ("99", PositionKind.FUNGSIONAL, None),
        (None, PositionKind.ADMINISTRATOR, None),
        ("31", None, None),
        ("22", PositionKind.ADMINISTRATOR, "ECHELON_KIND_MISMATCH"),
        ("51", PositionKind.PENGAWAS, "ECHELON_UNKNOWN"),
        ("1V", PositionKind.PENGAWAS, "ECHELON_UNKNOWN"),
        ("10", PositionKind.JPT_UTAMA, "JPT_UTAMA_NOT_REGIONAL"),
    ],
)
def test_echelon_agrees_with_the_kind_of_position(echelon: str | None, kind: PositionKind | None, code: str) -> None:
    assert [each.code for each in echelon_faults(echelon, kind)] == ([code] if code else [])


def test_groups_follow_the_table() -> None:
    assert {echelon_group(each) for each in ECHELONS} == {"I", "II", "III", "IV", "NON"}
    assert echelon_group(None) is None


@pytest.mark.parametrize("echelon", sorted(ECHELONS))
def test_field_visit_is_for_echelons_two_to_four(echelon: str) -> None:
    decision = decide(FIELD_VISIT, a_candidate(echelon_id=echelon))
    assert decision.eligible is (echelon_group(echelon) in {"II", "III", "IV"})
    assert decision.rule_version == 3


def test_bumd_director_passes_only_where_the_category_is_named() -> None:
    director = a_candidate(
        category="DIREKSI_BUMD", person_kind=PersonKind.NON_ASN, asn_status=AsnStatus.NON_ASN, echelon_id=None,
        position_kind=None,
    )  # fmt: skip
    assert decide(FIELD_VISIT, director).reason_codes == ("NON_ASN_NOT_NAMED",)
    assert decide(a_rule(echelons=("22",), categories=("DIREKSI_BUMD",)), director).eligible
    assert decide(a_rule(), director).eligible


@pytest.mark.parametrize(
    ("rule", "change", "reasons"),
    [
        (a_rule(categories=("LURAH",)), {}, ("CATEGORY_NOT_ADMITTED",)),
        (a_rule(categories=("LURAH",), echelons=("41",)), {}, ("CATEGORY_NOT_ADMITTED", "ECHELON_NOT_ADMITTED")),
        (FIELD_VISIT, {"echelon_id": None}, ("ECHELON_MISSING",)),
        (a_rule(position_kinds=(PositionKind.PENGAWAS,)), {}, ("POSITION_KIND_NOT_ADMITTED",)),
        (a_rule(), {"legal_status": "02"}, ("LEGAL_STATUS_NOT_ACTIVE",)),
        (a_rule(categories=("CAMAT",)), {"category": "UNSPECIFIED"}, ("CATEGORY_NOT_ADMITTED",)),
        (a_rule(categories=("DINAS",)), {"kind": EnrolmentKind.UNIT, "category": "BADAN"}, ("CATEGORY_NOT_ADMITTED",)),
        (FIELD_VISIT, {"kind": EnrolmentKind.UNIT, "category": "BADAN"}, ()),
    ],
)  # fmt: skip
def test_every_reason_is_given(rule: object, change: dict[str, object], reasons: tuple[str, ...]) -> None:
    assert decide(rule, a_candidate(**change)).reason_codes == reasons  # type: ignore[arg-type] # a parameter


@given(st.sampled_from(sorted(ECHELONS)), st.lists(st.sampled_from(sorted(ECHELONS)), unique=True))
def test_eligible_and_reasons_never_disagree(echelon: str, admitted: list[str]) -> None:
    decision = decide(a_rule(echelons=tuple(admitted)), a_candidate(echelon_id=echelon))
    assert decision.eligible is not bool(decision.reason_codes)
    assert decision.eligible is (not admitted or echelon in admitted)


def codes(row: NominationRow, subject: Subject) -> list[str]:
    return [f"{each.pointer} {each.code}" for each in row_faults(row, subject, date(2025, 8, 1))]


def entering(**others: object) -> Subject:
    return Subject(entering=check_person(some_facts(**others), date(2025, 8, 1)))


@pytest.mark.parametrize(
    ("row", "subject", "faults"),
    [
        (a_row(), entering(), []),
        (a_row(), Subject(), ["/person UNKNOWN_ID"]),
        (a_row(unit="u"), entering(), ["/unit UNKNOWN_ID"]),
        (a_row(person="p", facts=some_facts()), entering(), ["/facts PERSON_OR_FACTS"]),
        (a_row(category="DIREKSI_BUMD"), entering(), ["/category CATEGORY_NON_ASN_ONLY"]),
        (a_row(echelon_id="22"), entering(), ["/echelon_id ECHELON_KIND_MISMATCH"]),
        (a_row(), entering(employee_number=None), ["/facts/employee_number NUMBER_REQUIRED"]),
        (a_row(), Subject(person=a_person(erased_at=NOW)), ["/person PERSON_ERASED"]),
        (a_row(), Subject(person=a_person(kind=PersonKind.NON_ASN)), ["/echelon_id ECHELON_NOT_EXPECTED"]),
        (a_row(unit="u"), Subject(person=a_person(), unit=a_unit(valid_to=date(2024, 1, 1))), ["/unit UNIT_NOT_ALIVE"]),
        (
            a_row(kind=EnrolmentKind.UNIT, person="p", unit="u", echelon_id=None, position_kind=None),
            Subject(unit=a_unit()),
            ["/person PERSON_NOT_EXPECTED"],
        ),
    ],
)
def test_wrong_row_is_named(row: NominationRow, subject: Subject, faults: list[str]) -> None:
    assert codes(row, subject) == faults


def judge(
    rows: Sequence[NominationRow], subjects: Sequence[Subject], held: dict[str, str] | None = None
) -> list[RowReport]:
    batch = a_batch()
    command = NominateRoster(tenant=TENANT, batch=batch.id, rows=tuple(rows), at=NOW, dry_run=True)
    return judge_roster(batch, command, subjects, held or {})[0]


def test_same_person_twice_in_a_list_counts_once() -> None:
    person = a_person()
    rows = [a_row(person=person.id), a_row(person=person.id)]
    first, second = judge(rows, [Subject(person=person)] * 2)
    assert (first.status, second.status, second.id) == ("NOMINATED", "DUPLICATE", first.id)


def test_person_typed_in_twice_is_named() -> None:
    _, second = judge([a_row()] * 2, [entering(), Subject(entering=entering().entering, repeats=True)])
    assert [each.code for each in second.errors] == ["DUPLICATE"]


def test_heads_are_asked_for_their_cover() -> None:
    head, clerk = judge([a_row(), a_row(category="ADMINISTRATOR_LAIN")], [entering()] * 2)
    assert [each.code for each in head.warnings] == ["COVER_NEEDED"]
    assert clerk.warnings == ()


def test_closed_batch_takes_no_list() -> None:
    batch = a_batch(state=BatchState.SCHEDULED)
    with pytest.raises(RefusedError, match="batch_state"):
        nominate(batch, a_row(), entering(), NOW)


def test_ineligible_are_kept_with_their_reason_and_hold_nothing() -> None:
    batch = a_batch(rule=a_rule(categories=("LURAH",)))
    enrolment, [event] = nominate(batch, a_row(), entering(), NOW)
    assert (enrolment.state, enrolment.holder) == (EnrolmentState.REJECTED, None)
    assert isinstance(event, EnrolmentNominated)
    assert (event.eligible, event.reason_codes) == (False, ("CATEGORY_NOT_ADMITTED",))


def test_event_shows_the_group_and_not_the_post() -> None:
    _, [event] = nominate(a_batch(), a_row(), entering(), NOW)
    assert isinstance(event, EnrolmentNominated)
    assert (event.echelon_group, event.person_kind, event.asn_status) == ("III", "ASN", "PNS")
    assert not {"echelon_id", "position_kind", "name"} & set(EnrolmentNominated.__slots__)


def test_unit_enrols_under_its_kind() -> None:
    row = a_row(kind=EnrolmentKind.UNIT, unit="u", category="UNSPECIFIED", echelon_id=None, position_kind=None)
    enrolment, _ = nominate(a_batch(), row, Subject(unit=a_unit(kind="BAGIAN_SETDA")), NOW)
    assert (enrolment.category, enrolment.person) == ("BAGIAN_SETDA", None)


class TestSubstitution:
    def command(self, **row: object) -> SubstituteEnrolment:
        return SubstituteEnrolment(
            tenant=TENANT, enrolment="", row=a_row(**row), reason_code="DUTY", at=NOW, expected_version=None
        )

    def test_seat_passes_on(self) -> None:
        batch = a_batch(rule=a_rule(seats_total=1), taken={"CAMAT": 1})
        leaving = an_enrolment(batch, state=EnrolmentState.CONFIRMED)
        seats, (left, gone), (seated, came) = substitute(batch, leaving, self.command(), entering())
        assert seats.taken == {"CAMAT": 1}
        assert (left.state, left.holder, left.replaced_by) == (EnrolmentState.SUBSTITUTED, None, seated.id)
        assert (seated.state, seated.replaces) == (EnrolmentState.CONFIRMED, leaving.id)
        assert [each.type.split(".")[4] for each in [*gone, *came]] == ["substituted", "nominated", "confirmed"]

    def test_ineligible_replacement_is_refused(self) -> None:
        batch = a_batch(rule=a_rule(categories=("LURAH",)), taken={"CAMAT": 1})
        leaving = an_enrolment(batch, state=EnrolmentState.CONFIRMED)
        with pytest.raises(RefusedError, match="replacement_not_eligible"):
            substitute(batch, leaving, self.command(), entering())

    def test_nobody_replaces_themselves(self) -> None:
        batch, person = a_batch(taken={"CAMAT": 1}), a_person()
        leaving = an_enrolment(batch, state=EnrolmentState.CONFIRMED, holder=f"{batch.programme}/{person.id}")
        with pytest.raises(RefusedError, match="replacement_is_the_same"):
            substitute(batch, leaving, self.command(person=person.id), Subject(person=person))


@given(st.lists(st.sampled_from(["NOMINATED", "REJECTED", "INVALID", "DUPLICATE"]), max_size=50))
def test_every_row_is_in_the_counts(statuses: list[str]) -> None:
    rows = [RowReport(row=place, status=status) for place, status in enumerate(statuses)]
    assert sum(sum_up(rows, dry_run=False).counts.values()) == len(statuses)
