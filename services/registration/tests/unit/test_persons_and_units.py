"""Persons, units, programmes and regions: what is right, what is wrong and by which name."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registration_samples import NOW, TENANT, a_person, a_unit, identity, some_facts

from eventkit.refusal import NotFoundError, RefusedError
from registration import store
from registration.domain import programme as programmes
from registration.domain import unit as units
from registration.domain.codes import AsnStatus, PersonKind
from registration.domain.person import Sealed, check_person, enter_person, erase_person, transfer_person
from registration.domain.programme import (
    Claim,
    ClaimState,
    DecideProgramme,
    Outline,
    Programme,
    ProgrammeState,
    ProposeProgramme,
    ReviewClaim,
)
from registration.domain.region import check_region, enclosing, region_fault
from registration.domain.unit import ChangeUnit, CloseUnit, RegisterUnit
from registration.events import ProgrammeCancelled, ProgrammeClaimReviewed, UnitChanged, UnitClosed, UnitRegistered

TODAY = date(2025, 8, 1)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, []),
        ({"employee_number": None}, ["/employee_number NUMBER_REQUIRED"]),
        ({"employee_number": "130123456"}, ["/employee_number LEGACY_NIP9"]),
        ({"asn_status": AsnStatus.NON_ASN}, ["/asn_status STATUS_KIND_MISMATCH"]),
        ({"kind": PersonKind.NON_ASN}, ["/asn_status STATUS_KIND_MISMATCH", "/employee_number NUMBER_NOT_EXPECTED"]),
        ({"kind": PersonKind.NON_ASN, "asn_status": AsnStatus.NON_ASN, "employee_number": None}, []),
    ],
)
def test_facts_are_judged_by_kind(change: dict[str, object], faults: list[str]) -> None:
    checked = check_person(some_facts(**change), TODAY)
    assert [f"{each.pointer} {each.code}" for each in checked.faults] == faults


@pytest.mark.parametrize(
    ("number", "status", "warnings"),
    [
        ("198609262015051999", AsnStatus.PPPK, ["STATUS_DIFFERS"]),
        ("199001012024212999", AsnStatus.PNS, ["STATUS_DIFFERS"]),
        ("199001012024212999", AsnStatus.PPPK, []),
        ("199805012015051999", AsnStatus.CPNS, ["AGE_UNDER_18"]),
    ],
)
def test_odd_but_possible_facts_are_warnings(number: str, status: AsnStatus, warnings: list[str]) -> None:
    checked = check_person(some_facts(employee_number=number, asn_status=status), TODAY, "/facts")
    assert (checked.faults, [each.code for each in checked.warnings]) == ((), warnings)
    assert all(each.pointer.startswith("/facts/") for each in checked.warnings)


def test_traces_show_no_identity() -> None:
    checked = check_person(some_facts(), TODAY)
    assert "Peserta" not in repr(checked)
    assert "198609262015051999" not in repr(checked)


def test_facts_with_faults_are_never_entered() -> None:
    checked = check_person(some_facts(employee_number="1"), TODAY)
    with pytest.raises(RefusedError, match="invalid"):
        enter_person(identity(), checked, Sealed(name=b"", number=None), None)


def test_erased_person_keeps_nothing_that_leads_back() -> None:
    person = a_person(sealed=Sealed(name=b"n", number=b"1"), lookup="hash", unit="u")
    erased = erase_person(person, NOW)
    assert (erased.sealed, erased.lookup, erased.unit, erased.erased_at) == (None, None, None, NOW)
    with pytest.raises(RefusedError, match="person_erased"):
        transfer_person(erased, "u")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("74.71", ""), ("53.04", ""), ("53", ""), ("96.71", ""), ("35.73.03.1006", ""), ("35.07.23", ""),
        ("7471", "REGION_FORMAT"), ("74.71.1", "REGION_FORMAT"), ("5304 ", "REGION_FORMAT"), ("", "REGION_FORMAT"),
        ("99.01", "UNKNOWN_PROVINCE"), ("74.70", "REGENCY_RANGE"), ("74.00", "REGENCY_RANGE"),
        ("35.73.03.0006", "VILLAGE_KIND"), ("74.69", "REGION_UNKNOWN"), ("٧٤.٧١", "REGION_FORMAT"),
    ],
)  # fmt: skip
def test_region_code_is_right_or_named(code: str, fault: str) -> None:
    assert region_fault(code, store.regions()) == fault


def test_unknown_region_names_its_field() -> None:
    with pytest.raises(RefusedError) as refused:
        check_region("99.01", "/venue/region", store.regions())
    assert refused.value.faults[0].pointer == "/venue/region"
    check_region(None, "/venue/region", store.regions())


def test_loaded_regions_are_complete() -> None:
    regions = store.regions()
    kinds = [each.kind for each in regions.values()]
    assert (kinds.count("PROVINSI"), kinds.count("KABUPATEN"), kinds.count("KOTA"), len(kinds)) == (38, 416, 98, 552)
    assert {each.time_zone for each in regions.values()} == {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}
    names = {code: regions[code].name for code in ("74.71", "35.73", "53.04")}
    assert names == {"74.71": "Kota Kendari", "35.73": "Kota Malang", "53.04": "Kabupaten Belu"}
    assert enclosing("53.04.05.2003", regions).time_zone == "Asia/Makassar"


@given(st.text(max_size=14))
def test_any_text_is_a_known_region_or_named(text: str) -> None:
    assert region_fault(text, store.regions()) or ".".join(text.split(".")[:2]) in store.regions()


class TestUnits:
    def test_life_of_a_unit(self) -> None:
        command = RegisterUnit(
            tenant=TENANT, unit=identity(), kind="DINAS", name="Dinas", region="74.71", parent=None,
            valid_from=date(2020, 1, 1), predecessors=(),
        )  # fmt: skip
        unit, [registered] = units.register_unit(command)
        assert isinstance(registered, UnitRegistered)
        renamed, [changed] = units.change_unit(unit, self.change(name="Dinas Baru"))
        assert isinstance(changed, UnitChanged)
        assert (changed.name, changed.kind, renamed.name) == ("Dinas Baru", "DINAS", "Dinas Baru")
        closed, [ended] = units.close_unit(renamed, self.close(date(2025, 12, 31), "s"))
        assert ended == UnitClosed(unit=unit.id, valid_to=date(2025, 12, 31), successors=("s",))
        assert units.is_alive(closed, date(2025, 12, 31))
        assert not units.is_alive(closed, date(2026, 1, 1))
        assert not units.is_alive(closed, date(2019, 12, 31))

    def test_same_description_tells_nothing(self) -> None:
        unit = a_unit()
        assert units.change_unit(unit, self.change(name=unit.name)) == (unit, [])

    def test_closed_unit_stays_as_it_was(self) -> None:
        closed = a_unit(valid_to=date(2024, 12, 31))
        with pytest.raises(RefusedError, match="unit_closed"):
            units.change_unit(closed, self.change())
        with pytest.raises(RefusedError, match="unit_closed"):
            units.close_unit(closed, self.close(TODAY))

    def test_unit_is_never_below_itself_nor_ends_before_it_begins(self) -> None:
        unit = a_unit()
        with pytest.raises(RefusedError) as refused:
            units.change_unit(unit, self.change(parent="p"), ["p", unit.id])
        assert refused.value.faults[0].code == "UNIT_CYCLE"
        with pytest.raises(RefusedError) as refused:
            units.close_unit(unit, self.close(date(2019, 1, 1)))
        assert refused.value.faults[0].code == "PERIOD_ORDER"

    def change(self, name: str | None = None, parent: str | None = None) -> ChangeUnit:
        return ChangeUnit(
            tenant=TENANT, unit="", kind=None, name=name, region=None, parent=parent, expected_version=None
        )

    def close(self, day: date, *successors: str) -> CloseUnit:
        return CloseUnit(tenant=TENANT, unit="", valid_to=day, successors=successors, expected_version=None)


class TestProgrammes:
    def proposed(self) -> Programme:
        outline = Outline(
            code="NTT-RTR-2025", kind="RETREAT", title="Retret", organizer_region="53", organizer_unit=None,
            objectives=("DISCIPLINE",), values=("AK",), legal_basis=(), sponsor_office="GUBERNUR",
            initiative="OWN_INITIATIVE", preceding_programme=None, minutes_per_jp=45,
        )  # fmt: skip
        command = ProposeProgramme(tenant=TENANT, programme=identity(), outline=outline, at=NOW)
        programme, [event] = programmes.propose(command)
        assert event.type == "id.bina.registration.programme.proposed.v1"
        return programme

    def decide(self, reason: str | None = None) -> DecideProgramme:
        return DecideProgramme(
            tenant=TENANT, programme="", at=NOW, decided_by_office="SEKDA", reason_code=reason, expected_version=None
        )

    def test_approval_happens_once(self) -> None:
        approved, _ = programmes.approve(self.proposed(), self.decide())
        assert (approved.state, approved.decided_by_office) == (ProgrammeState.APPROVED, "SEKDA")
        with pytest.raises(RefusedError, match="programme_state"):
            programmes.approve(approved, self.decide())

    def test_cancelled_programme_keeps_its_reason(self) -> None:
        cancelled, [event] = programmes.cancel_programme(self.proposed(), self.decide("BUDGET"))
        assert isinstance(event, ProgrammeCancelled)
        assert (event.reason_code, cancelled.reason_code) == ("BUDGET", "BUDGET")
        with pytest.raises(RefusedError, match="programme_state"):
            programmes.cancel_programme(cancelled, self.decide())

    def test_claim_is_reviewed_and_never_unreviewed(self) -> None:
        claim = Claim(id=identity(), subject="headcount", value="63", source="Article 000", stated_on=TODAY)
        other = replace(claim, id=identity())
        programme, _ = programmes.record_claim(programmes.record_claim(self.proposed(), claim)[0], other)
        command = ReviewClaim(
            tenant=TENANT, programme="", claim=claim.id, status=ClaimState.DISPUTED, expected_version=None
        )
        disputed, [event] = programmes.review_claim(programme, command)
        assert isinstance(event, ProgrammeClaimReviewed)
        assert [each.status for each in disputed.claims] == [ClaimState.DISPUTED, ClaimState.RECORDED]
        assert programmes.review_claim(disputed, command) == (disputed, [])
        with pytest.raises(RefusedError, match="claim_state"):
            programmes.review_claim(disputed, replace(command, status=ClaimState.RECORDED))
        with pytest.raises(NotFoundError):
            programmes.review_claim(disputed, replace(command, claim="none"))
