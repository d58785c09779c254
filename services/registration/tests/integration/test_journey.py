"""The way of a batch from the first plan to arrival, over HTTP and a real mongod."""

import pytest
from registration_desk import Desk, director, head

pytestmark = pytest.mark.integration


def test_retreat_runs_from_proposal_to_arrival(desk: Desk) -> None:
    rule = {"seats_total": 10, "quota": [{"category": "KEPALA_PERANGKAT_DAERAH", "seats": 5}]}
    batch = desk.batch(rule=rule, venue={"name": "Kebun Raya Kendari", "region": "74.71"})
    assert batch["time_zone"] == "Asia/Makassar"
    ids = desk.confirmed(batch["id"], [head(1), head(2)])
    started = desk.made(f"/batches/{batch['id']}/start", {"at": "2025-08-01T14:00:00+08:00"})
    assert started["state"] == "ONGOING"
    arrivals = {"at": "2025-08-01T13:00:00+08:00", "rows": [{"enrolment": each} for each in ids]}
    assert desk.made(f"/batches/{batch['id']}/check-ins", arrivals)["counts"] == {"CHECKED_IN": 2}
    completed = desk.made(f"/batches/{batch['id']}/complete", {"at": "2025-08-03T16:00:00+08:00"})
    assert completed["state"] == "COMPLETED"
    figures = desk.get("/figures").json
    assert figures["figures"] == {
        "programmes": 1, "units": 0, "nominated": 2, "rejected": 0, "confirmed": 2, "checked_in": 2, "persons": 2,
        "non_asn": 0,
    }  # fmt: skip
    assert figures["batches"][batch["id"]]["checked_in"] == 2


def test_events_stand_in_the_outbox_in_order(desk: Desk) -> None:
    batch = desk.batch()
    desk.made(f"/batches/{batch['id']}/start", {"at": "2025-08-01T14:00:00+08:00"})
    rows = [row for row in desk.rows("outbox") if row["key"] == f"{desk.home}/{batch['id']}"]
    assert sorted((row["topic"], row["sequence"]) for row in rows) == [
        ("registration.batch", 1),
        ("registration.batch", 2),
    ]


def test_plan_and_outcome_of_malang_stay(desk: Desk) -> None:
    programme = desk.programme(desk.other)["id"]
    batch = desk.batch(
        desk.other, programme=programme, planned_start="2025-05-16", planned_end="2025-05-18",
        venue={"region": "35.07.23"},
    )  # fmt: skip
    move = {
        "planned_start": "2025-05-15", "planned_end": "2025-05-17", "reason_code": "NOT_STATED",
        "decided_by_office": "WALI_KOTA", "venue": {"name": "Poltekad", "region": "35.07.23"},
    }  # fmt: skip
    moved = desk.made(f"/batches/{batch['id']}/reschedules", move, tenant=desk.other)
    assert moved["plan"]["planned_start"] == "2025-05-15"
    versions = desk.get(f"/batches/{batch['id']}/schedule-versions", tenant=desk.other).json["items"]
    assert [each["plan"]["planned_start"] for each in versions] == ["2025-05-16", "2025-05-15"]
    assert (versions[1]["reason_code"], versions[1]["decided_by_office"]) == ("NOT_STATED", "WALI_KOTA")
    first = desk.get(f"/batches/{batch['id']}/schedule-versions/1", tenant=desk.other).json
    assert first["plan"]["planned_end"] == "2025-05-18"


def test_unit_comes_with_its_delegates(desk: Desk) -> None:
    batch = desk.batch(rule={"categories": ["DINAS"]})
    unit = desk.unit()["id"]
    enrolment = desk.confirmed(batch["id"], [{"kind": "UNIT", "unit": unit}])[0]
    delegates = [{"facts": head(1)["facts"]}, {"facts": head(2)["facts"]}]
    named = desk.made(f"/enrolments/{enrolment}/delegates", {"delegates": delegates})
    assert len(set(named["delegates"])) == 2
    replaced = desk.made(
        f"/enrolments/{enrolment}/delegates", {"delegates": [delegates[0], {"facts": head(3)["facts"]}]}
    )
    assert replaced["delegates"][0] == named["delegates"][0]
    arrival = {"at": "2025-07-01T08:00:00+08:00", "rows": [{"enrolment": enrolment, "persons": 2}]}
    assert desk.made(f"/batches/{batch['id']}/check-ins", arrival)["counts"] == {"CHECKED_IN": 1}
    assert desk.get("/figures").json["batches"][batch["id"]]["persons"] == 2


def test_substitute_takes_the_seat(desk: Desk) -> None:
    batch = desk.batch(rule={"seats_total": 1})
    old = desk.confirmed(batch["id"], [head(1)])[0]
    body = {"replacement": head(2), "reason_code": "DUTY"}
    new = desk.made(f"/enrolments/{old}/substitutions", body)
    assert (new["state"], new["replaces"]) == ("CONFIRMED", old)
    assert desk.get(f"/enrolments/{old}").json["replaced_by"] == new["id"]
    assert desk.get(f"/batches/{batch['id']}").json["seats_taken"] == 1


def test_withdrawal_frees_the_seat(desk: Desk) -> None:
    batch = desk.batch(rule={"seats_total": 1})
    first = desk.confirmed(batch["id"], [head(1)])[0]
    second = desk.nominated(batch["id"], [head(2)])[0]["id"]
    assert desk.post(f"/enrolments/{second}/confirm").json["code"] == "quota_full"
    desk.made(f"/enrolments/{first}/withdraw", {"reason_code": "ILLNESS"})
    assert desk.made(f"/enrolments/{second}/confirm")["state"] == "CONFIRMED"


def test_bumd_director_takes_part_without_a_number(desk: Desk) -> None:
    batch = desk.batch(rule={"categories": ["DIREKSI_BUMD", "KEPALA_PERANGKAT_DAERAH"], "echelons": ["22"]})
    rows = desk.nominated(batch["id"], [{"facts": director(), "category": "DIREKSI_BUMD"}, head(1)])
    assert [row["status"] for row in rows] == ["NOMINATED", "NOMINATED"]


def test_acting_official_is_a_condition_where_the_rule_says_so(desk: Desk) -> None:
    batch = desk.batch(rule={"requires_cover": True})
    enrolment = desk.confirmed(batch["id"], [head(1)])[0]
    arrival = {"at": "2025-08-01T08:00:00+08:00", "rows": [{"enrolment": enrolment}]}
    refused = desk.made(f"/batches/{batch['id']}/check-ins", arrival)["rows"][0]
    assert (refused["status"], refused["errors"][0]["code"]) == ("REFUSED", "cover_missing")
    cover = {"kind": "EXEMPT", "from_date": "2025-08-01", "to_date": "2025-08-03"}
    desk.made(f"/enrolments/{enrolment}/covers", cover)
    assert desk.made(f"/batches/{batch['id']}/check-ins", arrival)["counts"] == {"CHECKED_IN": 1}


def test_claims_keep_their_source_and_standing(desk: Desk) -> None:
    programme = desk.programme()["id"]
    claim = {"subject": "headcount", "value": "63", "source": "Article 000", "stated_on": "2025-08-01"}
    recorded = desk.made(f"/programmes/{programme}/claims", claim)["claims"][-1]
    assert recorded["status"] == "RECORDED"
    path = f"/programmes/{programme}/claims/{recorded['id']}/reviews"
    assert desk.made(path, {"status": "DISPUTED"})["claims"][0]["status"] == "DISPUTED"
