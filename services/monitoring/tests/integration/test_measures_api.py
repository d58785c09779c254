"""Measures over HTTP and from the facts of others, on a real store."""

import time
from datetime import date

import pytest
from monitoring_world import BATCH, KENDARI, MALANG, STRANGER, World, measure, name

from monitoring.domain.instrument import STANDARD

pytestmark = pytest.mark.integration

PLANNED, MOVED, ENDED = date(2025, 5, 16), date(2025, 5, 15), date(2025, 5, 17)
BEFORE = date(2025, 5, 14)


def due_dates(world: World) -> dict[str, str]:
    found = world.get(f"/v1/batches/{BATCH}/monitoring?as_of=2025-05-20").get_json()
    return {each["kind"]: each["due_on"] for each in found["measures"]}


def sheet(value: int) -> dict[str, int]:
    return {item.code: value for item in STANDARD.items}


def test_the_life_of_a_batch_dates_its_measures(world: World) -> None:
    world.hear_batch(PLANNED)
    assert due_dates(world) == {"BASELINE": "2025-05-15"}
    world.hear("registration.batch.rescheduled", BATCH, batch=BATCH, new_start=MOVED, new_end=ENDED)
    assert due_dates(world) == {"BASELINE": "2025-05-14"}
    world.hear_turn("started", MOVED)
    world.hear_turn("completed", ENDED)
    assert due_dates(world) == {
        "BASELINE": "2025-05-14",
        "T30": "2025-06-16",
        "T90": "2025-08-15",
        "T180": "2025-11-13",
    }
    assert world.get(f"/v1/batches/{BATCH}/monitoring").get_json()["plan_due_on"] == "2025-05-31"
    assert [each["kind"] for each in world.told("measure.opened")] == ["BASELINE", "T30", "T90", "T180"]
    assert [each["due_on"] for each in world.told("measure.rescheduled")] == ["2025-05-14"]


def test_enrolments_may_arrive_after_the_end_of_their_batch(world: World) -> None:
    world.hear_batch()
    world.hear_turn("completed", ENDED)
    world.hear_people(6)
    shown = world.get(f"/v1/batches/{BATCH}/monitoring").get_json()
    assert shown["enrolled"] == 6
    assert {each["expected"] for each in shown["measures"]} == {6}


def test_enrolments_may_arrive_before_their_batch(world: World) -> None:
    world.hear_people(6)
    world.hear_batch()
    assert world.told("measure.opened")[0]["expected"] == 6


def test_cancelled_batch_closes_its_measures(world: World) -> None:
    world.hear_batch()
    world.hear_turn("cancelled", PLANNED)
    assert [each["reason"] for each in world.told("measure.closed")] == ["BATCH_CANCELLED"]


def test_status_follows_the_day_that_is_asked(world: World) -> None:
    world.hear_batch(PLANNED)
    status = [
        world.get(f"/v1/measures/{measure('BASELINE')}?as_of={day}").get_json()["status"]
        for day in ("2025-05-15", "2025-05-16")
    ]
    assert status == ["OPEN", "OVERDUE"]


def test_answers_in_bulk_report_each_row(world: World) -> None:
    world.hear_batch(PLANNED)
    first, second, *_ = world.hear_people(5)
    first_row = {"enrolment": first, "on": "2025-05-14", "items": sheet(2)}
    rows = [
        first_row,
        {"enrolment": second, "on": "2025-05-16", "items": sheet(2)},
        {"enrolment": STRANGER, "on": "2025-05-14", "items": sheet(2)},
        {"enrolment": "x", "on": "2025-02-30", "items": sheet(2), "score": 4},
        {"enrolment": first, "on": "2025-05-14", "items": sheet(3)},
        "row",
    ]
    path = f"/v1/measures/{measure('BASELINE')}/answers"
    dry = world.client.post(
        f"{path}?dry_run=true", headers=world.tokens.headers(MALANG, "evaluator"), json={"rows": rows}
    )
    assert (dry.status_code, world.database.answers.count_documents({"tenant": MALANG})) == (200, 0)
    report = world.did(path, {"rows": rows}, "evaluator")
    assert report["rows"] == dry.get_json()["rows"]
    assert report["counts"] == {"accepted": 1, "unchanged": 0, "rejected": 5}
    codes = [sorted(error["code"] for error in row["errors"]) for row in report["rows"]]
    assert codes == [
        [],
        ["baseline_too_late"],
        ["enrolment_unknown"],
        ["invalid_date", "pattern_mismatch", "unknown_field"],
        ["answer_repeated"],
        ["wrong_type"],
    ]
    assert report["rows"][1]["errors"][0]["message"].startswith("Kondisi awal")
    again = world.did(path, {"rows": rows[:1]}, "evaluator")
    assert again["counts"] == {"accepted": 0, "unchanged": 1, "rejected": 0}
    other = world.did(path, {"rows": [{**first_row, "items": sheet(4)}]}, "evaluator")
    assert other["rows"][0]["errors"][0]["code"] == "already_answered"
    shown = world.get(f"/v1/measures/{measure('BASELINE')}").get_json()
    assert (shown["received"], shown["expected"]) == (1, 5)


def test_before_and_after_over_matched_pairs(world: World) -> None:
    world.hear_batch(PLANNED)
    everyone = world.hear_people(8)
    world.answer("BASELINE", BEFORE, dict.fromkeys(everyone[:7], 2))
    world.hear_turn("completed", ENDED)
    world.answer("T90", date(2025, 8, 15), dict.fromkeys(everyone[1:], 3))
    path = f"/v1/batches/{BATCH}/outcomes"
    assert world.post(path, {"follow_up": "T90"}).get_json()["code"] == "measure_open"
    closed = world.did(f"/v1/measures/{measure('T90')}/close")
    assert (closed["state"], closed["received"]) == ("CLOSED", 7)
    items = world.did(path, {"follow_up": "T90"})["items"]
    assert len(items) == 10
    assert {(each["status"], each["pairs"], each["unmatched"], each["difference"]) for each in items} == {
        ("SHOWN", 6, 2, "1.0000")
    }
    assert world.get(path).get_json()["items"] == sorted(items, key=lambda each: each["id"])
    assert len(world.told("outcome.computed")) == 10
    world.did(path, {"follow_up": "T90"})
    assert len(world.told("outcome.computed")) == 10
    assert world.get("/v1/figures").get_json()["figures"]["outcomes_shown"] == 10


def test_a_large_batch_is_measured_and_compared_in_a_moment(world: World) -> None:
    world.hear_batch(PLANNED)
    everyone = world.hear_people(352)
    world.hear_turn("completed", ENDED)
    began = time.monotonic()
    for kind, on, value in (("BASELINE", BEFORE, 2), ("T180", ENDED, 3)):
        for place in range(0, len(everyone), 200):
            report = world.answer(kind, on, dict.fromkeys(everyone[place : place + 200], value))
            assert report["counts"]["rejected"] == 0
    assert world.did(f"/v1/measures/{measure('T180')}/close")["received"] == 352
    items = world.did(f"/v1/batches/{BATCH}/outcomes", {"follow_up": "T180"})["items"]
    assert {(each["status"], each["pairs"]) for each in items} == {("SHOWN", 352)}
    assert time.monotonic() - began < 40  # a bound for a busy machine


def test_after_without_before_is_named(world: World) -> None:
    world.hear_batch(PLANNED)
    everyone = world.hear_people(6)
    world.hear_turn("completed", ENDED)
    world.answer("T30", ENDED, dict.fromkeys(everyone, 3))
    world.did(f"/v1/measures/{measure('T30')}/close")
    items = world.did(f"/v1/batches/{BATCH}/outcomes", {"follow_up": "T30"})["items"]
    assert {(each["status"], each["difference"]) for each in items} == {("NO_BASELINE", None)}


def test_another_item_version_is_no_baseline(world: World) -> None:
    world.hear_batch(PLANNED)
    everyone = world.hear_people(6)
    world.answer("BASELINE", BEFORE, dict.fromkeys(everyone, 2))
    item = {"code": "KOM1", "dimension": "COMMUNICATION", "text": "Butir baru"}
    drafted = world.did("/v1/instruments", {"code": "MLG", "number": 1, "title": "x", "scale_high": 4, "items": [item]})
    asked = {"kind": "T30", "due_on": "2025-06-16", "instrument": "MLG", "number": 1}
    assert world.post(f"/v1/batches/{BATCH}/measures", asked).get_json()["code"] == "instrument_unknown"
    world.did(f"/v1/instruments/{drafted['id']}/publish")
    world.did(f"/v1/batches/{BATCH}/measures", asked)
    assert world.post(f"/v1/batches/{BATCH}/measures", asked).get_json()["code"] == "measure_exists"
    rows = [{"enrolment": each, "on": "2025-06-16", "items": {"KOM1": 4}} for each in everyone]
    follow_up = measure("T30")
    world.did(f"/v1/measures/{follow_up}/answers", {"rows": rows})
    world.did(f"/v1/measures/{follow_up}/close")
    (item_result,) = world.did(f"/v1/batches/{BATCH}/outcomes", {"follow_up": "T30"})["items"]
    assert (item_result["dimension"], item_result["status"]) == ("COMMUNICATION", "NO_BASELINE")


def test_results_of_small_or_open_groups_stay_hidden(world: World) -> None:
    world.hear_batch(PLANNED)
    everyone = world.hear_people(4)
    world.answer("BASELINE", BEFORE, dict.fromkeys(everyone, 2))
    baseline = measure("BASELINE")
    assert world.get(f"/v1/measures/{baseline}/results").get_json()["items"] == []
    world.did(f"/v1/measures/{baseline}/close")
    shown = world.get(f"/v1/measures/{baseline}/results").get_json()["items"]
    assert {(each["n"], each["mean"], each["suppressed"]) for each in shown} == {(None, None, True)}
    assert world.told("measure.aggregated") == []


def test_groups_of_five_are_published(world: World) -> None:
    world.hear_batch(PLANNED)
    everyone = world.hear_people(5)
    world.answer("BASELINE", BEFORE, dict.fromkeys(everyone, 2))
    baseline = measure("BASELINE")
    world.did(f"/v1/measures/{baseline}/close")
    assert {(each["n"], each["mean"]) for each in world.told("measure.aggregated")} == {(5, "2.0000")}
    assert world.post(f"/v1/measures/{baseline}/close").get_json()["code"] == "measure_closed"


def test_instruments_are_frozen_once_published(world: World) -> None:
    item = {"code": "KOM1", "dimension": "COMMUNICATION", "text": "Butir"}
    body = {"code": "MLG", "number": 1, "title": "x", "scale_high": 4, "items": [item]}
    made = world.did("/v1/instruments", body)
    assert world.post("/v1/instruments", body).get_json()["code"] == "instrument_exists"
    world.did(f"/v1/instruments/{made['id']}/revise", {"title": "y", "items": [item]})
    world.did(f"/v1/instruments/{made['id']}/publish")
    again = world.post(f"/v1/instruments/{made['id']}/revise", {"title": "z", "items": [item]})
    assert (again.status_code, again.get_json()["code"]) == (409, "instrument_frozen")
    assert world.get(f"/v1/instruments/{made['id']}").get_json()["title"] == "y"
    assert world.get(f"/v1/instruments/{STANDARD.id}").get_json()["code"] == "BINA-PERILAKU"
    assert len(world.get("/v1/instruments?state=PUBLISHED").get_json()["items"]) == 1
    assert len(world.get("/v1/reference-data").get_json()["behaviours"]) == 21


def test_another_tenant_sees_nothing(world: World) -> None:
    world.hear_batch(PLANNED)
    unknown = world.get(f"/v1/measures/{STRANGER}", tenant=KENDARI).get_json()
    foreign = world.get(f"/v1/measures/{measure('BASELINE')}", tenant=KENDARI).get_json()
    assert foreign["code"] == unknown["code"] == "not_found"
    assert world.get(f"/v1/batches/{BATCH}/monitoring", tenant=KENDARI).status_code == 404
    assert world.get(f"/v1/batches/{BATCH}/outcomes", tenant=KENDARI).status_code == 404
    asked = {"kind": "PRE", "due_on": "2025-05-16"}
    assert world.post(f"/v1/batches/{BATCH}/measures", asked, tenant=KENDARI).status_code == 404


def test_callers_need_a_token_and_a_role(world: World) -> None:
    path = f"/v1/measures/{name('measure')}/close"
    assert world.client.post(path).status_code == 401
    assert world.post(path, role="participant").status_code == 403
    assert world.get("/v1/figures", role="facilitator").status_code == 403
