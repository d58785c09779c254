"""Personal data at rest and in motion: sealed, found by a keyed hash, gone when its key is gone."""

import re

import pytest
from registration_desk import Desk, asn, director, head

pytestmark = pytest.mark.integration
LONG_NUMBER = re.compile(rb"(?<![0-9a-f-])[0-9]{16,18}(?![0-9a-f])")


def test_nothing_stored_shows_a_name_or_a_number(desk: Desk) -> None:
    batch = desk.batch()
    desk.confirmed(batch["id"], [head(1), head(2), {"facts": director("Direktur Utama Rahasia")}])
    desk.made("/persons", asn(9, name="Nama Rahasia"))
    stored = desk.raw()
    for secret in (b"Rahasia", b"Peserta", *(asn(each)["employee_number"].encode() for each in (1, 2, 9))):
        assert secret not in stored, secret


def test_events_hold_no_long_number_and_no_name(desk: Desk) -> None:
    batch = desk.batch()
    desk.confirmed(batch["id"], [head(each) for each in range(20)])
    values = [bytes(row["value"]) for row in desk.rows("outbox")]
    assert len(values) > 40
    assert not [value for value in values if LONG_NUMBER.search(value) or b"Peserta" in value]


def test_answers_to_commands_hold_no_identity(desk: Desk) -> None:
    answer = desk.post("/persons", asn(1))
    assert b"Peserta" not in answer.data
    assert asn(1)["employee_number"].encode() not in answer.data


def test_number_is_found_again_by_its_owner_only(desk: Desk) -> None:
    person = desk.made("/persons", asn(1))["id"]
    spaced = {"employee_number": "19600102 201505 1 999"}
    assert desk.post("/persons/lookups", spaced).json["id"] == person
    assert desk.post("/persons/lookups", spaced, tenant=desk.other).status_code == 404
    assert desk.post("/persons/lookups", {"employee_number": "1"}).status_code == 404


def test_same_number_in_two_tenants_leaves_two_different_traces(desk: Desk) -> None:
    desk.made("/persons", asn(1))
    desk.made("/persons", asn(1), tenant=desk.other)
    both = desk.database["persons"].find({"tenant": {"$in": [desk.home, desk.other]}})
    assert len({row["lookup"] for row in both}) == 2


def test_number_is_registered_once(desk: Desk) -> None:
    person = desk.made("/persons", asn(1))["id"]
    answer = desk.post("/persons", asn(1))
    assert (answer.status_code, answer.json["code"]) == (409, "person_exists")
    assert person in answer.json["detail"]


def test_wrong_number_names_its_exact_fault(desk: Desk) -> None:
    answer = desk.post("/persons", asn(employee_number="198613262015131000"), Accept_Language="en")
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [
        ("/employee_number", "BIRTH_DATE"), ("/employee_number", "TMT_MONTH"), ("/employee_number", "SERIAL"),
    ]  # fmt: skip
    assert answer.json["errors"][0]["message"] == "Digits 1-8 are no real date of birth."
    assert desk.count("persons") == 0


def test_erasure_leaves_the_counts_and_no_way_back(desk: Desk) -> None:
    batch = desk.batch()["id"]
    enrolment = desk.confirmed(batch, [head(1)])[0]
    person = desk.get(f"/enrolments/{enrolment}").json["person"]
    before = desk.get("/figures").json["figures"]
    desk.made(f"/persons/{person}/erasures")
    shown = desk.get(f"/persons/{person}").json
    assert (shown["name"], shown["employee_number"]) == (None, None)
    assert desk.get(f"/batches/{batch}/roster").json["items"][0]["name"] is None
    assert desk.get("/figures").json["figures"] == before
    assert desk.count("person_keys") == 0
    assert desk.post("/persons/lookups", {"employee_number": asn(1)["employee_number"]}).status_code == 404
    assert desk.post(f"/persons/{person}/erasures").json["code"] == "person_erased"


def test_value_moved_to_another_person_does_not_open(desk: Desk) -> None:
    first, second = (desk.made("/persons", asn(each))["id"] for each in (1, 2))
    rows = {row["_id"]: row for row in desk.rows("persons")}
    stolen = rows[f"{desk.home}/{first}"]["sealed"]
    there = {"_id": f"{desk.home}/{second}", "tenant": desk.home}
    desk.database["persons"].update_one(there, {"$set": {"sealed": stolen}})
    assert desk.get(f"/persons/{second}").status_code == 500


def test_transfer_changes_the_person_and_no_enrolment(desk: Desk) -> None:
    old, new = desk.unit()["id"], desk.unit(name="Dinas Pendidikan")["id"]
    batch = desk.batch()["id"]
    enrolment = desk.confirmed(batch, [head(1, unit=old)])[0]
    person = desk.get(f"/enrolments/{enrolment}").json["person"]
    assert desk.made(f"/persons/{person}/transfers", {"unit": new})["unit"] == new
    assert desk.get(f"/enrolments/{enrolment}").json["unit"] == old
