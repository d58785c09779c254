"""The invented people: as many and of the kinds that the sources say, and nobody real."""

from collections import Counter
from pathlib import Path

import pytest

from bina.demo.example.loading import load_examples
from bina.demo.example.roster import BatchRoster, entries_of, refs_of, rosters_of

EXAMPLES = load_examples(Path(__file__).parents[3] / "examples" / "programmes")
FULL = rosters_of(EXAMPLES, "full")
SMALL = rosters_of(EXAMPLES, "small")


def test_numbers_are_those_of_the_sources() -> None:
    assert {place: len(roster.everyone) for place, roster in FULL.items()} == {
        ("KDI-RTR-2025", "W1"): 63,
        ("MLG-RTR-2025", "W1"): 100,
        ("KDI-RBC-2025", "W1"): 62,
        ("NTT-RTR-2025", "W2"): 352,
        ("NTT-RTR-2025", "W1"): 330,
    }


def test_kendari_has_its_categories() -> None:
    categories = Counter(person.category for person in FULL["KDI-RTR-2025", "W1"].people)
    assert categories == {
        "STAF_AHLI": 3,
        "ASISTEN": 3,
        "KEPALA_PERANGKAT_DAERAH": 30,
        "KEPALA_BAGIAN": 14,
        "CAMAT": 11,
        "UNSPECIFIED": 2,
    }


def test_ntt_has_its_echelons() -> None:
    groups = Counter((person.echelon or "").split(".")[0] for person in FULL["NTT-RTR-2025", "W2"].people)
    assert groups == {"II": 12, "III": 120, "IV": 220}


def test_the_clinic_takes_units() -> None:
    clinic = FULL["KDI-RBC-2025", "W1"]
    assert Counter(unit.category for unit in clinic.delegations) == {"OPD": 27, "BAGIAN_SETDA": 4}
    assert {len(unit.delegates) for unit in clinic.delegations} == {2}


@pytest.mark.parametrize("rosters", [FULL, SMALL])
def test_one_official_is_in_retreat_and_clinic(rosters: dict[tuple[str, str], BatchRoster]) -> None:
    retreat = {person.number for person in rosters["KDI-RTR-2025", "W1"].everyone}
    clinic = {person.number for person in rosters["KDI-RBC-2025", "W1"].everyone}
    assert len(retreat & clinic) == 1


def test_directors_of_companies_have_no_number() -> None:
    without = [person for roster in FULL.values() for person in roster.everyone if person.number is None]
    assert {(person.category, person.asn_status) for person in without} == {("DIREKSI_BUMD", "NON_ASN")}
    assert len(without) == 3


def test_every_number_is_valid_in_form_and_belongs_to_one_person() -> None:
    people = {person.ref: person for roster in FULL.values() for person in roster.everyone}
    numbers = [person.number for person in people.values() if person.number]
    assert len(numbers) == len(set(numbers))
    for person in people.values():
        if person.number is None:
            continue
        assert len(person.number) == 18
        assert person.number.endswith("999")
        assert person.number.startswith(f"{person.born:%Y%m%d}")
        assert person.number[14] in "12"
        month = int(person.number[12:14])
        assert month == 21 if person.asn_status == "PPPK" else 1 <= month <= 12


def test_the_small_roster_keeps_every_category_and_every_person_of_it() -> None:
    for place, roster in FULL.items():
        everyone = {person.ref: person for person in roster.everyone}
        small = SMALL[place].everyone
        assert all(everyone[person.ref] == person for person in small)
        assert {(p.category, p.asn_status) for p in small} == {(p.category, p.asn_status) for p in everyone.values()}


def test_nobody_bears_a_name() -> None:
    names = {person.name for roster in FULL.values() for person in roster.everyone}
    assert all(name.startswith("Peserta ") and name[8:].isdigit() for name in names)


def test_every_participant_comes_from_a_known_unit() -> None:
    for programme in EXAMPLES.programmes:
        tenant = EXAMPLES.tenants[programme.facts.tenant]
        known = {entry.ref for entry in entries_of(tenant)}
        for batch in programme.batches:
            assert {person.unit for person in FULL[programme.code, batch.key].everyone} <= known


def test_people_are_spread_over_the_units_round_again() -> None:
    tenant = EXAMPLES.tenants["53"]
    assert refs_of(tenant, "opd", 24, 3) == ["opd-24", "opd-01", "opd-02"]
    assert refs_of(tenant, "setda", 1, 2) == ["setda", "setda"]
