"""What is wrong is refused by name, in both languages, and leaves nothing behind."""

import uuid
from typing import Any

import pytest
from registration_desk import ADMIN, Answer, Desk, asn, head

pytestmark = pytest.mark.integration


def stored(desk: Desk) -> dict[str, int]:
    names = ("batches", "enrolments", "persons", "person_keys", "programmes", "units", "outbox", "idempotency")
    return {name: desk.count(name) for name in names}


def fault(answer: Any) -> tuple[str, str]:
    return answer.json["errors"][0]["pointer"], answer.json["errors"][0]["code"]


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        ("/units", {"kind": "KANTOR"}, ("/kind", "not_one_of")),
        ("/units", {"region": "7471"}, ("/region", "REGION_FORMAT")),
        ("/units", {"region": "99.01"}, ("/region", "UNKNOWN_PROVINCE")),
        ("/units", {"region": "74.70"}, ("/region", "REGENCY_RANGE")),
        ("/units", {"valid_from": "2025-02-30"}, ("/valid_from", "invalid_date")),
        ("/units", {"name": "x" * 201}, ("/name", "wrong_length")),
        ("/units", {"name": "Dinas 198609262015051999"}, ("/name", "pattern_mismatch")),
        ("/units", {"parent": "01a20000-0000-7000-8000-000000000000"}, ("/parent", "UNKNOWN_ID")),
        ("/units", {"version": 7}, ("/version", "unknown_field")),
        ("/units", {"tenant": "35.73"}, ("/tenant", "unknown_field")),
        ("/units", {"name": {"$gt": ""}}, ("/name/$gt", "unknown_field")),
    ],
)
def test_unit_with_a_wrong_field_is_refused(
    desk: Desk, path: str, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    before = stored(desk)
    answer = desk.post(path, {"kind": "DINAS", "name": "Dinas", "valid_from": "2020-01-01", **change})
    assert (answer.status_code, fault(answer)) == (422, expected)
    assert stored(desk) == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"planned_end": "2025-07-31"}, ("/planned_end", "PERIOD_ORDER")),
        ({"venue": {"region": "5304"}}, ("/venue/region", "REGION_FORMAT")),
        ({"rule": {"seats_total": "5"}}, ("/rule/seats_total", "wrong_type")),
        ({"rule": {"seats_total": 0}}, ("/rule/seats_total", "out_of_range")),
        (
            {"rule": {"seats_total": 5, "quota": [{"category": "CAMAT", "seats": 6}]}},
            ("/rule/quota", "QUOTA_ABOVE_TOTAL"),
        ),
        (
            {"rule": {"seats_total": 5, "quota": [{"category": "CAMAT", "seats": 1}] * 2}},
            ("/rule/quota", "QUOTA_TWICE"),
        ),
        ({"rule": {"seats_total": 5, "echelons": ["51"]}}, ("/rule/echelons/0", "not_one_of")),
        ({"time_zone": "WIB"}, ("/time_zone", "not_one_of")),
    ],
)
def test_batch_with_a_wrong_field_is_refused(desk: Desk, change: dict[str, Any], expected: tuple[str, str]) -> None:
    body = {
        "programme": desk.programme()["id"], "number": "W1", "planned_start": "2025-08-01",
        "planned_end": "2025-08-03", "rule": {"seats_total": 5},
    }  # fmt: skip
    before = stored(desk)
    answer = desk.post("/batches", {**body, **change})
    assert (answer.status_code, fault(answer)) == (422, expected)
    assert stored(desk) == before


def test_naive_moment_is_refused(desk: Desk) -> None:
    batch = desk.batch()["id"]
    answer = desk.post(f"/batches/{batch}/start", {"at": "2025-08-01T14:00:00"})
    assert (answer.status_code, fault(answer)) == (422, ("/at", "invalid_date"))


def test_state_that_does_not_allow_the_action_is_named_in_both_languages(desk: Desk) -> None:
    batch = desk.batch()["id"]
    indonesian = desk.post(f"/batches/{batch}/complete", {"at": "2025-08-03T14:00:00Z"})
    english = desk.post(f"/batches/{batch}/complete", {"at": "2025-08-03T14:00:00Z"}, Accept_Language="en")
    assert indonesian.status_code == english.status_code == 409
    assert indonesian.json["code"] == english.json["code"] == "batch_state"
    assert indonesian.json["detail"] == "Gelombang berstatus OPEN; tindakan complete tidak dapat dilakukan."
    assert english.json["detail"] == "The batch is OPEN; complete is not possible."


def test_batch_needs_an_approved_programme(desk: Desk) -> None:
    body = {"code": "RTR-2025", "kind": "RETREAT", "title": "Retret", "sponsor_office": "BUPATI",
            "initiative": "OWN_INITIATIVE"}  # fmt: skip
    programme = desk.made("/programmes", body)["id"]
    plan = {"programme": programme, "number": "W1", "planned_start": "2025-08-01", "planned_end": "2025-08-03",
            "rule": {"seats_total": 5}}  # fmt: skip
    assert desk.post("/batches", plan).json["code"] == "programme_state"
    assert desk.post("/programmes", body).json["code"] == "already_exists"


def test_stale_version_is_refused_and_changes_nothing(desk: Desk) -> None:
    unit = desk.unit()
    desk.made(f"/units/{unit['id']}/changes", {"name": "Dinas Baru"})
    answer = desk.post(f"/units/{unit['id']}/changes", {"name": "Dinas Lama"}, If_Match='"1"')
    assert (answer.status_code, answer.json["code"]) == (412, "stale_version")
    read = desk.get(f"/units/{unit['id']}")
    assert (read.json["name"], read.headers["ETag"]) == ("Dinas Baru", '"2"')


def test_repeated_key_gives_the_same_answer_and_one_effect(desk: Desk) -> None:
    key, body = uuid.uuid4().hex, {"kind": "DINAS", "name": "Dinas", "valid_from": "2020-01-01"}
    first = desk.post("/units", body, Idempotency_Key=key)
    second = desk.post("/units", body, Idempotency_Key=key)
    other = desk.post("/units", {**body, "name": "Badan"}, Idempotency_Key=key)
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert desk.count("units") == 1


def test_key_is_required(desk: Desk) -> None:
    body = {"kind": "DINAS", "name": "Dinas", "valid_from": "2020-01-01"}
    answer = Answer.to(desk.client.post("/v1/units", json=body, headers=desk.headers(None, ADMIN, {})))
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")


def test_same_reschedule_twice_makes_one_version(desk: Desk) -> None:
    batch = desk.batch()["id"]
    move = {"planned_start": "2025-10-08", "planned_end": "2025-10-12", "reason_code": "VENUE",
            "decided_by_office": "KEPALA_BKD", "venue": {"region": "53.04"}}  # fmt: skip
    key = uuid.uuid4().hex
    for _ in range(2):
        assert desk.post(f"/batches/{batch}/reschedules", move, Idempotency_Key=key).status_code == 200
    desk.made(f"/batches/{batch}/reschedules", move)
    assert len(desk.get(f"/batches/{batch}/schedule-versions").json["items"]) == 2


def test_preview_and_dry_run_store_nothing(desk: Desk) -> None:
    batch = desk.batch()["id"]
    enrolment = desk.confirmed(batch, [head(1)])[0]
    desk.made(f"/enrolments/{enrolment}/covers",
              {"kind": "EXEMPT", "from_date": "2025-08-01", "to_date": "2025-08-03"})  # fmt: skip
    before = stored(desk)
    move = {"planned_start": "2025-10-08", "planned_end": "2025-10-12", "reason_code": "VENUE",
            "decided_by_office": "KEPALA_BKD", "venue": {"region": "53.04"}}  # fmt: skip
    preview = desk.post(f"/batches/{batch}/reschedule-previews", move).json
    assert preview["covers_to_renew"] == [enrolment]
    assert preview["enrolments"] == [{"status": "CONFIRMED", "count": 1}]
    report = desk.post(f"/batches/{batch}/nominations?dry_run=true", {"rows": [head(2), head(1)]}).json
    assert [row["status"] for row in report["rows"]] == ["NOMINATED", "DUPLICATE"]
    desk.post(f"/batches/{batch}/check-ins?dry_run=true",
              {"at": "2025-08-01T08:00:00Z", "rows": [{"enrolment": enrolment}]})  # fmt: skip
    assert stored(desk) == before


def test_bad_rows_are_reported_and_good_rows_survive(desk: Desk) -> None:
    batch = desk.batch(rule={"seats_total": 10, "categories": ["KEPALA_PERANGKAT_DAERAH"], "echelons": ["22"]})["id"]
    rows = [
        head(1),
        head(1),
        {**head(2), "facts": asn(2, employee_number="130123456")},
        {**head(3), "echelon_id": "31"},
        {"facts": asn(4), "category": "LURAH", "position_kind": "PENGAWAS", "echelon_id": "41"},
        {"person": "01a20000-0000-7000-8000-000000000000"},
        {"kind": "UNIT", "unit": None},
        head(5),
    ]
    reports = desk.nominated(batch, rows)
    assert [each["status"] for each in reports] == [
        "NOMINATED", "INVALID", "INVALID", "INVALID", "REJECTED", "INVALID", "INVALID", "NOMINATED",
    ]  # fmt: skip
    assert [each["errors"][0]["code"] for each in reports[1:7]] == [
        "DUPLICATE", "LEGACY_NIP9", "ECHELON_KIND_MISMATCH", "CATEGORY_NOT_ADMITTED", "UNKNOWN_ID", "UNKNOWN_ID",
    ]  # fmt: skip
    assert reports[2]["errors"][0]["pointer"] == "/rows/2/facts/employee_number"
    assert reports[0]["warnings"][0]["code"] == "COVER_NEEDED"
    assert desk.count("enrolments") == 3
    assert desk.get("/figures").json["figures"]["rejected"] == 1


def test_person_is_once_in_a_programme(desk: Desk) -> None:
    programme = desk.programme()["id"]
    first, second = (desk.batch(programme=programme)["id"] for _ in range(2))
    enrolment = desk.confirmed(first, [head(1)])[0]
    report = desk.nominated(second, [head(1)])[0]
    assert (report["status"], report["id"]) == ("DUPLICATE", enrolment)
    desk.made(f"/enrolments/{enrolment}/withdraw", {"reason_code": "MOVED_BATCH"})
    assert desk.nominated(second, [head(1)])[0]["status"] == "NOMINATED"


def test_list_over_200_rows_is_refused_whole(desk: Desk) -> None:
    batch = desk.batch()["id"]
    answer = desk.post(f"/batches/{batch}/nominations", {"rows": [{"kind": "UNIT"}] * 201})
    assert (answer.status_code, fault(answer)) == (422, ("/rows", "wrong_length"))


def test_headcounts_name_those_without_a_category(desk: Desk) -> None:
    batch = desk.batch()["id"]
    desk.confirmed(batch, [head(1), head(2), {"facts": asn(3)}])
    counts = desk.get(f"/batches/{batch}/headcounts").json
    assert counts["total"] == sum(row["total"] for row in counts["categories"]) == 3
    assert counts["categories"][-1] == {
        "category": "UNSPECIFIED", "label": "belum dikategorikan", "total": 1, "by_status": {"CONFIRMED": 1},
    }  # fmt: skip
    assert counts["list"] == f"/v1/batches/{batch}/roster"


def test_pages_follow_their_links(desk: Desk) -> None:
    for each in range(5):
        desk.unit(name=f"Dinas {each}")
    seen, path = [], "/units?size=2&kind=DINAS"
    while path:
        answer = desk.get(path)
        seen += [unit["name"] for unit in answer.json["items"]]
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("</v1") if link else ""
    assert seen == [f"Dinas {each}" for each in range(5)]


def test_units_are_listed_as_of_a_day(desk: Desk) -> None:
    old = desk.unit(name="Dinas Lama", valid_from="2020-01-01")
    new = desk.unit(name="Dinas Baru", valid_from="2026-01-01", predecessors=[old["id"]])
    closing = {"valid_to": "2025-12-31", "successors": [new["id"]]}
    assert desk.made(f"/units/{old['id']}/closures", closing)["successors"] == [new["id"]]
    for day, name in {"2025-07-01": "Dinas Lama", "2026-07-01": "Dinas Baru"}.items():
        assert [each["name"] for each in desk.get(f"/units?alive_on={day}").json["items"]] == [name]
    assert desk.post(f"/units/{old['id']}/changes", {"name": "X"}).json["code"] == "unit_closed"
