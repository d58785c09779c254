"""What a command needs from its neighbours, checked against the store."""

import pytest
from registration_desk import Desk, asn, head

pytestmark = pytest.mark.integration
OFFICE = {"decided_by_office": "SEKDA", "reason_code": "BUDGET"}


def test_programme_outlives_its_batches(desk: Desk) -> None:
    programme = desk.programme()["id"]
    batch = desk.batch(programme=programme)["id"]
    assert desk.post(f"/programmes/{programme}/cancellations", OFFICE).json["code"] == "programme_has_batches"
    assert desk.made(f"/batches/{batch}/cancel", OFFICE)["state"] == "CANCELLED"
    assert desk.made(f"/programmes/{programme}/cancellations", OFFICE)["state"] == "CANCELLED"


def test_units_form_a_tree(desk: Desk) -> None:
    top = desk.unit(name="Sekretariat Daerah")["id"]
    below = desk.unit(name="Bagian Organisasi", kind="BAGIAN_SETDA", parent=top)["id"]
    answer = desk.post(f"/units/{top}/changes", {"parent": below})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "UNIT_CYCLE")
    assert desk.made(f"/units/{below}/changes", {"name": "Bagian Umum"})["parent"] == top


def test_tenant_is_onboarded_once(desk: Desk) -> None:
    person = desk.made("/persons", asn(1))["id"]
    desk.onboard(desk.home)
    assert desk.get(f"/persons/{person}").json["name"] == "Peserta 001"


def test_delegate_comes_for_one_unit_only_unless_that_unit_withdraws(desk: Desk) -> None:
    batch = desk.batch()["id"]
    rows = [{"kind": "UNIT", "unit": desk.unit(name=f"Dinas {each}")["id"]} for each in range(2)]
    first, second = desk.confirmed(batch, rows)
    delegates = {"delegates": [{"facts": asn(1)}]}
    desk.made(f"/enrolments/{first}/delegates", delegates)
    answer = desk.post(f"/enrolments/{second}/delegates", delegates)
    assert (answer.status_code, answer.json["code"]) == (409, "delegate_elsewhere")
    assert answer.json["errors"][0]["pointer"] == "/delegates/0"
    desk.made(f"/enrolments/{first}/withdraw", {"reason_code": "DUTY"})
    assert len(desk.made(f"/enrolments/{second}/delegates", delegates)["delegates"]) == 1


def test_wrong_delegate_is_named(desk: Desk) -> None:
    batch = desk.batch()["id"]
    enrolment = desk.confirmed(batch, [{"kind": "UNIT", "unit": desk.unit()["id"]}])[0]
    delegates = [{"facts": asn(1)}, {"facts": asn(2, employee_number="130123456")}, {}]
    answer = desk.post(f"/enrolments/{enrolment}/delegates", {"delegates": delegates})
    assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [
        ("/delegates/1/facts/employee_number", "LEGACY_NIP9"), ("/delegates/2/person", "UNKNOWN_ID"),
    ]  # fmt: skip
    assert desk.count("persons") == 0


def test_delegate_belongs_to_the_unit_that_sends(desk: Desk) -> None:
    unit = desk.unit()["id"]
    enrolment = desk.confirmed(desk.batch()["id"], [{"kind": "UNIT", "unit": unit}])[0]
    named = desk.made(f"/enrolments/{enrolment}/delegates", {"delegates": [{"facts": asn(1)}]})
    assert desk.get(f"/persons/{named['delegates'][0]}").json["unit"] == unit


def test_replacement_must_be_sound_and_free(desk: Desk) -> None:
    batch = desk.batch(rule={"echelons": ["22"]})["id"]
    first, _ = desk.confirmed(batch, [head(1), head(2)])
    path, reason = f"/enrolments/{first}/substitutions", {"reason_code": "DUTY"}
    wrong = {**head(3), "facts": asn(3, employee_number="1")}
    expected = {
        "replacement_already_enrolled": head(2),
        "replacement_not_eligible": {"facts": asn(4), "echelon_id": "41", "position_kind": "PENGAWAS"},
        "invalid": wrong,
    }
    for code, replacement in expected.items():
        assert desk.post(path, {"replacement": replacement, **reason}).json["code"] == code
    assert desk.get(f"/enrolments/{first}").json["state"] == "CONFIRMED"


def test_acting_official_must_be_known(desk: Desk) -> None:
    enrolment = desk.confirmed(desk.batch()["id"], [head(1)])[0]
    cover = {"kind": "PLH", "from_date": "2025-08-01", "to_date": "2025-08-03"}
    unknown = desk.post(f"/enrolments/{enrolment}/covers", {**cover, "acting": enrolment})
    assert unknown.json["errors"][0] == {"pointer": "/acting", "code": "UNKNOWN_ID", "message": "Tidak ditemukan."}
    acting = desk.made("/persons", asn(2))["id"]
    assert desk.made(f"/enrolments/{enrolment}/covers", {**cover, "acting": acting})["cover"]["acting"] == acting


def test_plan_that_never_was_is_not_found(desk: Desk) -> None:
    batch = desk.batch()["id"]
    assert desk.get(f"/batches/{batch}/schedule-versions/2").status_code == 404


def test_new_rule_counts_from_now_on(desk: Desk) -> None:
    batch = desk.batch(rule={"seats_total": 1})["id"]
    first, second = (row["id"] for row in desk.nominated(batch, [head(1), head(2)]))
    desk.made(f"/enrolments/{first}/confirm")
    assert desk.post(f"/enrolments/{second}/confirm").json["code"] == "quota_full"
    assert desk.made(f"/batches/{batch}/rules", {"seats_total": 2, "echelons": ["31"]})["rule"]["version"] == 2
    seated = desk.made(f"/enrolments/{second}/confirm")
    assert (seated["state"], seated["decision"]["rule_version"]) == ("CONFIRMED", 1)
