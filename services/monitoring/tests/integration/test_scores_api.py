"""Scores and simulations over HTTP, on a real store."""

import pytest
from monitoring_world import BATCH, KENDARI, MALANG, STRANGER, UNIT, World

pytestmark = pytest.mark.integration

WORKED = (17, 15, 16, 19, 16, 17, 18, 16, 15)


@pytest.fixture
def ready(world: World) -> World:
    world.hear_batch()
    world.hear_unit()
    return world


def survey(**others: object) -> dict[str, object]:
    elements = [{"element": f"U{place}", "total": total, "respondents": 5} for place, total in enumerate(WORKED, 1)]
    return {"unit": UNIT, "period": "2025-S1", "elements": elements, **others}


def issued(**others: object) -> dict[str, object]:
    body = {"unit": UNIT, "instrument": "RB", "instrument_version": "RB-2023", "period": "2024", "score": "85.92"}
    return {**body, "source": "KEMENPAN_RB", **others}


def exercise(**others: object) -> dict[str, object]:
    codes = ("PEMENUHAN", "HASIL_ANTARA", "REFORM", "AKUNTABILITAS", "PELAYANAN", "BERSIH", "KINERJA")
    return {"unit": UNIT, "batch": BATCH, "weight_set": "RB-2020", "components": dict.fromkeys(codes, "80"), **others}


def test_survey_of_a_unit_becomes_its_index(ready: World) -> None:
    made = ready.did("/v1/service-indexes", survey(), "evaluator")
    assert (made["score"], made["predicate"], made["source"]) == ("82.78", "B", "SURVEY")
    assert [each["score"] for each in ready.told("score.recorded")] == ["82.78"]
    again = ready.post("/v1/service-indexes", survey(), "evaluator")
    assert (again.status_code, again.get_json()["code"]) == (409, "score_exists")


def test_issued_score_keeps_its_source_and_version(ready: World) -> None:
    made = ready.did("/v1/scores", issued(), "evaluator")
    assert (made["predicate"], made["source"], made["instrument_version"]) == ("A-", "KEMENPAN_RB", "RB-2023")
    assert ready.get(f"/v1/scores?unit={UNIT}&instrument=RB").get_json()["items"] == [made]
    assert ready.get(f"/v1/scores/{made['id']}").get_json() == made


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"score": "120.01"}, "score_off_range"),
        ({"instrument_version": "RB-1999"}, "rubric_unknown"),
        ({"unit": STRANGER}, "invalid"),
        ({"score": 85.92}, "invalid"),
        ({"source": "KORAN"}, "invalid"),
    ],
)
def test_bad_scores_are_refused_and_told_to_nobody(ready: World, change: dict[str, object], code: str) -> None:
    answer = ready.post("/v1/scores", issued(**change), "evaluator")
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert ready.told("score.recorded") == []


def test_simulation_is_never_an_official_score_and_never_told(ready: World) -> None:
    made = ready.did("/v1/simulations", exercise(key=exercise()["components"]), "facilitator")
    assert (made["score"], made["predicate"], made["key_score"]) == ("80.00", "BB", "80.00")
    assert ready.get(f"/v1/scores/{made['id']}").status_code == 404
    assert ready.get("/v1/scores").get_json()["items"] == []
    assert ready.database.outbox.count_documents({"tenant": MALANG, "topic": "monitoring.score"}) == 0
    assert ready.get(f"/v1/simulations?batch={BATCH}").get_json()["items"] == [made]
    assert ready.get(f"/v1/simulations/{made['id']}").get_json() == made


def test_two_versions_give_two_stored_results(ready: World) -> None:
    ready.did("/v1/simulations", exercise())
    codes = ("A_RENCANA_AKSI", "A_IMPLEMENTASI", "B_HARD", "B_SOFT", "C_SASARAN", "T_STRATEGI", "T_CAPAIAN")
    newer = ready.did("/v1/simulations", exercise(weight_set="RB-2023", components=dict.fromkeys(codes, "80")))
    assert (newer["score"], newer["provisional"]) == ("96.00", True)
    assert len(ready.get("/v1/simulations").get_json()["items"]) == 2


def test_tenant_adds_a_rubric_whose_weights_add_up(ready: World) -> None:
    parts = [{"code": "A", "name": "Satu", "weight": "33.3"}, {"code": "B", "name": "Dua", "weight": "66.7"}]
    body = {"id": "LOKAL-2025", "regulation": "Perwali", "total": "100", "components": parts}
    body |= {"bands": [{"predicate": "A", "lower": "50"}, {"predicate": "D", "lower": "0"}]}
    off = {**body, "total": "99.9"}
    assert ready.post("/v1/weight-sets", off).get_json()["code"] == "weights_off_total"
    ready.did("/v1/weight-sets", body)
    assert ready.post("/v1/weight-sets", body).get_json()["code"] == "weight_set_exists"
    listed = [each["id"] for each in ready.get("/v1/weight-sets").get_json()["items"]]
    assert listed == ["RB-2020", "RB-2023", "SAKIP-2021", "LOKAL-2025"]
    made = ready.did("/v1/simulations", exercise(weight_set="LOKAL-2025", components={"A": "10", "B": "10"}))
    assert (made["total"], made["predicate"]) == ("10", "D")
    assert ready.get("/v1/weight-sets", tenant=KENDARI).get_json()["items"][-1]["id"] == "SAKIP-2021"


def test_unknown_rubric_is_refused(ready: World) -> None:
    assert ready.post("/v1/simulations", exercise(weight_set="RB-1999")).get_json()["code"] == "weight_set_unknown"


def test_another_tenant_sees_nothing(ready: World) -> None:
    score, simulation = ready.did("/v1/scores", issued()), ready.did("/v1/simulations", exercise())
    assert ready.get(f"/v1/scores/{score['id']}", tenant=KENDARI).status_code == 404
    assert ready.get(f"/v1/simulations/{simulation['id']}", tenant=KENDARI).status_code == 404
    assert ready.get("/v1/scores", tenant=KENDARI).get_json()["items"] == []
    figures = ready.get("/v1/figures", tenant=KENDARI).get_json()
    assert (set(figures["figures"].values()), figures["batches"]) == ({0}, {})
