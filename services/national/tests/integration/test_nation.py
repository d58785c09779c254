"""Kendari and Malang as the nation sees them over HTTP; one store for all tests, which only read."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from national_events import KENDARI, Topics, kendari, malang
from national_world import Ask, Db, asking, consume, prepared

from testkit.mongo import client_for
from testkit.tenancy import TenantGuard

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def database(mongo_engine: Any) -> Iterator[Db]:
    name, guard = f"test_{time.time_ns():x}", TenantGuard()
    with client_for(mongo_engine.new_database(name), guard) as client:
        yield prepared(client.get_default_database())
    mongo_engine.drop_database(name)
    assert guard.offences == []


@pytest.fixture(scope="module")
def topics(database: Db) -> Topics:
    topics = Topics()
    kendari(topics)
    malang(topics)
    consume(database, topics)
    return topics


@pytest.fixture(scope="module")
def get(database: Db, topics: Topics, tokens: Any) -> Ask:
    return asking(database, tokens)


def cells(line: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each["count"] for each in line["cells"]}


def line_of(report: dict[str, Any], region: str) -> dict[str, Any]:
    (line,) = [each for each in report["lines"] if each["group"]["region"] == region]
    return line  # type: ignore[no-any-return] # JSON


def test_kendari_shows_63_and_hides_its_small_categories(topics: Topics, get: Ask) -> None:
    report = get("/v1/participation?by=category").json
    line = line_of(report, "74.71")
    assert line["total"] == 63
    assert cells(line) == {
        **dict.fromkeys(("LURAH", "SEKDA", "DIREKSI_BUMD"), 0),
        **KENDARI,
        **dict.fromkeys(("ASISTEN", "STAF_AHLI", "UNSPECIFIED"), None),
    }
    assert report["basis"]["definitions"]["category"]
    assert report["basis"]["as_of"]
    (source,) = report["basis"]["provenance"]
    assert source == {"topic": "registration.enrolment", "position": topics.size("registration.enrolment")}


def test_no_filter_or_grouping_shows_what_the_batch_hides(topics: Topics, get: Ask) -> None:
    for query in ("region=74.71", "region=74", "kind=RETREAT&region=74", "year=2025&region=74.71"):
        for group in ("batch", "programme", "tenant", "province", "nation"):
            report = get(f"/v1/participation?by=category&{query}&group={group}").json
            for line in (report["total"], *report["lines"]):
                assert line["total"] == 63
                assert cells(line)["ASISTEN"] is None
                assert cells(line)["CAMAT"] == 11


def test_the_nation_shows_a_total_of_small_cells_that_is_large_enough(topics: Topics, get: Ask) -> None:
    nation = get("/v1/participation?by=category&group=nation").json["total"]
    assert cells(nation)["STAF_AHLI"] == 6
    assert cells(nation)["SEKDA"] is None
    assert nation["total"] == 163
    filtered = get("/v1/participation?by=category&kind=RETREAT").json["total"]
    assert cells(filtered)["STAF_AHLI"] is None


def test_malang_keeps_both_periods(topics: Topics, get: Ask) -> None:
    (programme,) = get("/v1/programmes?region=35").json["items"]
    (batch,) = programme["batches"]
    assert (batch["planned"]["start"], batch["planned"]["end"]) == ("2025-05-16", "2025-05-18")
    assert [each["start"] for each in batch["schedules"]] == ["2025-05-16", "2025-05-15"]
    assert batch["schedules"][1]["reason_code"] == "UNKNOWN"
    assert batch["actual_start"] == "2025-05-15"
    assert (batch["venue_region"], programme["organizer_region"]) == ("35.07.23", "35.73")


def test_the_register_is_paged_and_filtered(topics: Topics, get: Ask) -> None:
    first = get("/v1/programmes?size=1")
    assert first.headers["Link"].endswith('rel="next"')
    following = get(first.headers["Link"].split(">")[0][1:])
    tenants = [report.json["items"][0]["tenant"] for report in (first, following)]
    assert tenants == ["35.73", "74.71"]
    assert following.json["next_cursor"] is None
    assert get("/v1/programmes?kind=CLINIC").json["items"] == []
    assert get("/v1/programmes?year=2024").json["items"] == []
    assert len(get("/v1/programmes?year=2025").json["items"]) == 2


def test_lines_are_paged(topics: Topics, get: Ask) -> None:
    first = get("/v1/participation?size=1")
    following = get(first.headers["Link"].split(">")[0][1:])
    assert [each.json["lines"][0]["group"]["region"] for each in (first, following)] == ["35.73", "74.71"]
    assert following.json["next_cursor"] is None


def test_coverage_counts_38_provinces_and_514_regencies_and_cities(topics: Topics, get: Ask) -> None:
    report = get("/v1/coverage").json
    assert len(report["regions"]) == 38
    assert report["total"]["regions"] == 38 + 514
    assert report["total"]["active"] == 2
    province = get("/v1/coverage/35").json
    (city,) = [each for each in province["regions"] if each["code"] == "35.73"]
    assert (city["batches"], city["by_kind"], city["active"]) == (1, {"RETREAT": 1}, 1)
    assert get("/v1/coverage/35.73").status_code == 404


def test_reconciliation_is_exact_for_the_administrator_only(topics: Topics, get: Ask) -> None:
    exact = get("/v1/reconciliation?tenant=35.73", "platform_admin").json
    assert exact["figures"]["confirmed"] == exact["figures"]["persons"] == 100
    assert exact["figures"]["non_asn"] == 3
    assert exact["figures"]["programmes"] == 1
    (batch,) = exact["batches"].values()
    assert batch["checked_in"] == 100
    assert {each["topic"] for each in exact["freshness"]} >= {"registration.batch", "registration.enrolment"}
    blank = get("/v1/reconciliation?tenant=35.73").json
    assert blank["figures"]["non_asn"] is None
    assert "non_asn" in blank["hidden"]
    assert blank["figures"]["sessions_held"] == 0


def test_freshness_names_every_tenant_and_topic(topics: Topics, get: Ask) -> None:
    tenants = get("/v1/freshness").json["tenants"]
    assert {each["tenant"] for each in tenants} == {"35.73", "74.71"}
    assert all(each["last_event_at"] for each in tenants)


def test_tenants_are_kept_out(get: Ask) -> None:
    for path in ("programmes", "participation", "coverage", "reconciliation?tenant=53"):
        assert get(f"/v1/{path}", "tenant_admin", tenant="74.71").status_code == 403
        assert get(f"/v1/{path}", "bpsdm_analyst", tenant="74.71").status_code == 403
    assert get("/v1/digest").status_code == 403


def test_bad_queries_name_the_field(get: Ask) -> None:
    unknown = get("/v1/participation?region=99")
    assert (unknown.status_code, unknown.json["code"]) == (422, "region_unknown")
    for query in ("region=7471", "kind=PARTY", "year=1900", "size=0", "by=name", "nip=1", "group=person"):
        refused = get(f"/v1/participation?{query}")
        assert refused.status_code == 422, query
        assert refused.json["errors"], query
