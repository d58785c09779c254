"""What events change in the reports, on a real store and through the consumer runtime."""

from typing import Any

import pytest
from national_events import PERSON, Topics, id_of
from national_world import Ask, Db, consume

pytestmark = pytest.mark.integration


def cells(line: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each["count"] for each in line["cells"]}


def line_of(report: dict[str, Any], region: str) -> dict[str, Any]:
    (line,) = [each for each in report["lines"] if each["group"]["region"] == region]
    return line  # type: ignore[no-any-return] # JSON


def test_small_batches_are_withheld_from_everything(database: Db, topics: Topics, get: Ask) -> None:
    programme = topics.programme("53", "NTT-KLN-2025", "CLINIC")
    batch = topics.batch("53", programme, "CLINIC", ("2025-10-08", "2025-10-09"))
    for number in range(4):
        topics.enrol("53", batch, "CAMAT", number)
    consume(database, topics)
    report = get("/v1/participation").json
    line = line_of(report, "53")
    assert (line["total"], line["hidden"], line["withheld"]) == (None, True, 1)
    assert report["total"]["total"] == 163
    assert report["total"]["withheld"] == 1


def test_units_count_their_delegates_as_persons(database: Db, get: Ask) -> None:
    topics = Topics()
    programme = topics.programme("74.71", "KDI-RBC-2025", "CLINIC")
    batch = topics.batch("74.71", programme, "CLINIC", ("2025-07-01", "2025-07-01"))
    for number in range(27):
        topics.enrol("74.71", batch, "DINAS", number, kind="UNIT")
    for number in range(4):
        topics.enrol("74.71", batch, "BAGIAN_SETDA", 100 + number, kind="UNIT")
    consume(database, topics)
    persons = get("/v1/participation?by=category").json["lines"][0]
    assert (persons["total"], cells(persons)) == (62, {"BAGIAN_SETDA": 8, "DINAS": 54})
    units = get("/v1/participation?by=delegations").json["lines"][0]
    assert (units["total"], cells(units)) == (31, {"BAGIAN_SETDA": None, "DINAS": None})


def test_claims_show_source_and_newest_standing(database: Db, topics: Topics, get: Ask) -> None:
    programme = id_of("74.71", "KDI-RTR-2025")
    claim = {
        "claim": id_of("claim"), "programme": programme, "subject": "Peserta", "value": "64", "source": "Media",
        "stated_on": "2025-08-01",
    }  # fmt: skip
    topics.tell("74.71", programme, "registration.programme.claim_recorded", **claim, status="RECORDED")
    topics.tell("74.71", programme, "registration.programme.claim_reviewed", **claim, status="DISPUTED")
    consume(database, topics)
    (item,) = get(f"/v1/tenants/74.71/programmes/{programme}").json["items"]
    (kept,) = item["claims"]
    assert (kept["value"], kept["source"], kept["status"]) == ("64", "Media", "DISPUTED")


def test_jp_sums_what_is_credited(database: Db, topics: Topics, get: Ask) -> None:
    batch = id_of(id_of("74.71", "KDI-RTR-2025"), "W1")
    for number, (jp, status) in enumerate([(2, "held"), (3, "held"), (4, "cancelled")]):
        session = id_of(batch, "session", str(number))
        data = {
            "session": session, "batch": batch, "curriculum": id_of("c"), "version": 1, "kind": "LECTURE", "jp": jp,
            "start": "2025-08-01T06:00:00Z", "end": "2025-08-01T08:00:00Z", "eligible": [], "schedule_version": 1,
        }  # fmt: skip
        topics.tell("74.71", session, "curriculum.session.scheduled", **data)
        heads = {"present": 60, "excused": 2, "absent": 1, "not_eligible": 0} if status == "held" else {}
        topics.tell("74.71", session, f"curriculum.session.{status}", **data, **heads)
    consume(database, topics)
    line = line_of(get("/v1/jp").json, "74.71")
    assert (line["sessions_held"], line["jp_scheduled"], line["jp_held"], line["jp_credited"]) == (2, 5, 5, 63 * 20)


def test_measures_come_in_the_order_of_their_due_dates(database: Db, topics: Topics, get: Ask) -> None:
    batch = id_of(id_of("74.71", "KDI-RTR-2025"), "W1")
    for kind, due in (("T90", "2025-11-01"), ("T30", "2025-09-02"), ("T180", "2026-01-30")):
        measure = id_of(batch, kind)
        topics.tell(
            "74.71", measure, "monitoring.measure.opened",
            measure=measure, batch=batch, enrolment=None, unit=None, kind=kind, instrument="BERAKHLAK", version=1,
            expected=63, received=0, due_on=due,
        )  # fmt: skip
    consume(database, topics)
    lines = get("/v1/measures").json["lines"]
    assert [(each["kind"], each["due_on"]) for each in lines] == [
        ("T30", "2025-09-02"), ("T90", "2025-11-01"), ("T180", "2026-01-30"),
    ]  # fmt: skip


def test_outcomes_show_figures_only_where_they_may_be_shown(database: Db, topics: Topics, get: Ask) -> None:
    batch = id_of(id_of("74.71", "KDI-RTR-2025"), "W1")
    for dimension, status, pairs in (("COMMUNICATION", "SHOWN", 40), ("LEADERSHIP", "TOO_FEW", 3)):
        outcome = id_of(batch, dimension)
        topics.tell(
            "74.71", outcome, "monitoring.outcome.computed",
            outcome=outcome, batch=batch, unit=None, follow_up="T90", dimension=dimension, pairs=pairs,
            difference="0.40" if status == "SHOWN" else None, interval_low="0.10" if status == "SHOWN" else None,
            interval_high="0.70" if status == "SHOWN" else None, status=status, method_version="PAIRED-1",
        )  # fmt: skip
    consume(database, topics)
    report = get("/v1/outcomes").json
    assert report["by_status"] == {"SHOWN": 1, "TOO_FEW": 1}
    (line,) = report["lines"]
    assert (line["dimension"], line["pairs"], line["difference"]) == ("COMMUNICATION", 40, "0.40")


def test_plans_are_counted_by_status_with_small_cells_hidden(database: Db, topics: Topics, get: Ask) -> None:
    batch = id_of(id_of("74.71", "KDI-RTR-2025"), "W1")
    for number in range(12):
        plan = id_of(batch, "plan", str(number))
        data = {"plan": plan, "unit": None, "enrolment": id_of("e"), "batch": batch, "due_on": "2025-08-17"}
        topics.tell(
            "74.71", plan, "monitoring.plan.submitted", **data, item_count=2, status="SUBMITTED", plan_references=[]
        )
        topics.tell("74.71", plan, "monitoring.plan.progressed", **data, item=id_of("i"), status="DONE")
        if number < 2:
            topics.tell("74.71", plan, "monitoring.plan.verified", **data, item=None, status="COMPLETED")
    consume(database, topics)
    line = line_of(get("/v1/plans").json, "74.71")
    assert (line["total"], cells(line)) == (12, {"COMPLETED": None, "SUBMITTED": None})


def test_copies_and_disorder_change_nothing(database: Db, topics: Topics, get: Ask) -> None:
    before = get("/v1/digest", "platform_admin").json
    again = Topics()
    for record in topics.records:
        again.records.append(record)
    offsets: dict[str, int] = {}
    doubled = []
    for record in [*topics.records, *reversed(topics.records)]:
        topic = record.partition.topic
        doubled.append(type(record)(**{**_fields(record), "offset": offsets.setdefault(topic, 0)}))
        offsets[topic] += 1
    again.records = doubled
    consume(database, again)
    assert get("/v1/digest", "platform_admin").json == before


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def test_no_document_holds_a_person(database: Db, topics: Topics, stored: Ask) -> None:
    topics.enrol("74.71", id_of("b"), "DINAS", 1, kind="UNIT")
    consume(database, topics)
    assert [name for name, text in stored().items() if PERSON in text] == []
    assert PERSON in str(topics.records)
