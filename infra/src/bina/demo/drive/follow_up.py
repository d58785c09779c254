"""What happens at work afterwards: baseline and follow-ups, action plans, visits and unit scores; time is data."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from bina.demo.drive.work import BatchWork, Bulk, Work, send_rows
from bina.demo.example.measuring import Dimension, Score, Visits
from bina.demo.example.roster import unit_ref

SERVICE: Final = "monitoring"
ROWS_FINE: Final = frozenset({"ACCEPTED", "UNCHANGED"})
WAVES: Final = {"T30": 30, "T90": 90, "T180": 180}
VALUES: Final = ("BP", "AK", "KP", "HM", "LY", "AD", "KL")
ALL_VALUES: Final = "BERAKHLAK"
LOWEST_ANSWER: Final = 1
HIGHEST_ANSWER: Final = 4
CHECKLIST: Final = "KUNJUNGAN-PASCAPROGRAM"
SCORE_VERSIONS: Final = {"RB": "RB-2023", "SAKIP": "SAKIP-2021"}
SCORE_SOURCES: Final = {"RB": "INSPEKTORAT", "SAKIP": "INSPEKTORAT"}
RESPONDENTS: Final = 100  # invented answers to a service survey
WORST_SCORE: Final = 62
SCORE_STEP: Final = 6
SCORE_STEPS: Final = 6


def take_baseline(work: Work, each: BatchWork) -> None:
    """Ask everybody before the first day; the measure opens by itself once monitoring knows the batch."""
    first_day = each.batch.started.day
    work.wait_in(
        SERVICE,
        each,
        "the period and the roster",
        lambda seen: seen["planned_start"] == first_day.isoformat() and seen["enrolled"] == each.seats,
    )
    on = first_day - timedelta(days=work.programme.monitoring.baseline_days_before)
    _ask(work, each, "BASELINE", on)


def follow_up(work: Work, each: BatchWork) -> None:
    """Ask again after 30, 90 and 180 days and compare; the dates follow from the real last day."""
    work.wait_in(SERVICE, each, "the end", lambda seen: set(WAVES) <= {one["kind"] for one in seen["measures"]})
    client = work.staff.evaluator
    for kind, days in WAVES.items():
        measure = _ask(work, each, kind, each.last_day + timedelta(days=days))
        name = f"{work.code}/{each.name}/{kind}"
        client.post(SERVICE, f"/v1/measures/{measure}/close", {}, intention=f"{name}/close")
        path = f"/v1/batches/{each.id}/outcomes"
        client.post(SERVICE, path, {"follow_up": kind}, intention=f"{name}/outcomes")


def close_baseline(work: Work, each: BatchWork) -> None:
    """Take no more answers to the baseline once the batch has begun."""
    measure = _measures(work, each)["BASELINE"]["id"]
    intention = f"{work.code}/{each.name}/BASELINE/close"
    work.staff.evaluator.post(SERVICE, f"/v1/measures/{measure}/close", {}, intention=intention)


def _measures(work: Work, each: BatchWork) -> dict[str, Any]:
    seen = work.staff.manager.get(SERVICE, f"/v1/batches/{each.id}/monitoring")
    return {measure["kind"]: measure for measure in seen["measures"]}


def _ask(work: Work, each: BatchWork, kind: str, on: date) -> str:
    measure = _measures(work, each)[kind]
    client = work.staff.evaluator
    items = _items(work, measure)
    dimensions = work.programme.monitoring.dimensions
    rows = [
        {"enrolment": enrolment, "on": on.isoformat(), "items": invent_answers(dimensions, ref, kind, items)}
        for ref, enrolment in each.enrolments.items()
    ]
    bulk = Bulk(
        client=client,
        service=SERVICE,
        path=f"/v1/measures/{measure['id']}/answers",
        intention=f"{work.code}/{each.name}/{kind}/answers",
        fine=ROWS_FINE,
    )
    send_rows(work, bulk, rows)
    return str(measure["id"])


def _items(work: Work, measure: Mapping[str, Any]) -> Mapping[str, str]:
    """Give the dimension of every item of the instrument that the measure asks."""
    # The id of an instrument follows from its code and version; the standard one stands in no list.
    instrument = uuid5(NAMESPACE_URL, f"bina:instrument:{measure['instrument']}:{measure['instrument_version']}")
    found = work.staff.manager.get(SERVICE, f"/v1/instruments/{instrument}")
    return {item["code"]: item["dimension"] for item in found["items"]}


def invent_answers(dimensions: tuple[Dimension, ...], ref: str, kind: str, items: Mapping[str, str]) -> dict[str, int]:
    """Invent one participant's answers around the mean of each dimension; the same person is always as strict."""
    means = _means(dimensions, kind)
    strictness = random.Random(ref).gauss(0, 0.35)  # noqa: S311 - invented data, the same every time
    source = random.Random(f"{ref}/{kind}")  # noqa: S311 - as above
    wanted = {code: means[dimension] + strictness + source.gauss(0, 0.35) for code, dimension in items.items()}
    return {code: min(max(round(value), LOWEST_ANSWER), HIGHEST_ANSWER) for code, value in wanted.items()}


def _means(dimensions: tuple[Dimension, ...], kind: str) -> dict[str, float]:
    field = kind.lower()
    means = {dimension.code: float(getattr(dimension, field)) for dimension in dimensions}
    values = means.pop(ALL_VALUES)
    fallback = dict.fromkeys(("COMMUNICATION", "LEADERSHIP", "SERVICE_QUALITY"), values)
    return {**fallback, **dict.fromkeys(VALUES, values), **means}


def make_plans(work: Work, each: BatchWork) -> None:
    """Hand in an action plan for every enrolment, agree, report progress and let somebody else verify."""
    plans = work.programme.monitoring.plans
    submitted = each.last_day + timedelta(days=plans.submitted_after)
    verified = each.last_day + timedelta(days=plans.verified_after)
    rows = [
        {"enrolment": enrolment, "on": submitted.isoformat(), "items": _plan_items(work, verified)}
        for enrolment in each.enrolments.values()
    ]
    path = f"/v1/batches/{each.id}/plans"
    reports = send_rows(work, _bulk(work, each, path, "programme_manager"), rows)
    ids = [report["id"] for report in reports]
    send_rows(work, _bulk(work, each, "/v1/plans/approvals", "supervisor"), [{"plan": plan} for plan in ids])
    finished = ids[: len(ids) * plans.verified_share // 100]
    done = [
        {"plan": plan, "item": item, "state": "DONE", "on": verified.isoformat(), "evidence": ["LAPORAN-TINDAK-LANJUT"]}
        for plan in finished
        for item in range(1, plans.items + 1)
    ]
    send_rows(work, _bulk(work, each, "/v1/plans/progress-reports", "programme_manager"), done)
    checked = [{"plan": row["plan"], "item": row["item"], "on": verified.isoformat()} for row in done]
    send_rows(work, _bulk(work, each, "/v1/plans/verifications", "evaluator"), checked)


def _bulk(work: Work, each: BatchWork, path: str, role: str) -> Bulk:
    client = work.staff.role(role)
    intention = f"{work.code}/{each.name}{path}"
    return Bulk(client=client, service=SERVICE, path=path, intention=intention, fine=ROWS_FINE)


def _plan_items(work: Work, due: date) -> list[dict[str, Any]]:
    plans = work.programme.monitoring.plans
    references = [{"kind": kind, "code": "1"} for kind in plans.references]
    texts = [f"Tindakan {number} menurut rencana aksi (contoh)" for number in range(1, plans.items + 1)]
    return [{"text": text, "due_on": due.isoformat(), "references": references} for text in texts]


def visit_units(work: Work, each: BatchWork, amount: int) -> None:
    """Visit the first units; every second visit leaves a finding that is answered and settled before it is closed."""
    visits = work.programme.monitoring.visits
    for number in range(1, amount + 1):
        _visit(work, each, visits, number)
        work.done(1)


def _visit(work: Work, each: BatchWork, visits: Visits, number: int) -> None:
    client = work.staff.evaluator
    unit = work.units[unit_ref(visits.units, number)]
    on = (each.last_day + timedelta(days=visits.after)).isoformat()
    name = f"{work.code}/{each.name}/visit/{number}"
    planned = {
        "unit": unit,
        "batch": each.id,
        "checklist": CHECKLIST,
        "checklist_version": 1,
        "planned_on": on,
    }
    visit = client.post(SERVICE, "/v1/visits", planned, intention=name).body["id"]
    finding = {
        "dimension": "SERVICE_QUALITY",
        "text": "Contoh temuan",
        "owner_unit": unit,
        "due_on": (each.last_day + timedelta(days=visits.after + 30)).isoformat(),
    }
    has_finding = number % 2 == 0
    score = WORST_SCORE + SCORE_STEP * (number % SCORE_STEPS)
    record = {"on": on, "score": score, "findings": [finding] if has_finding else []}
    client.post(SERVICE, f"/v1/visits/{visit}/record", record, intention=f"{name}/record")
    if has_finding:
        path = f"/v1/visits/{visit}/findings/1"
        answer = {"response": "Sudah ditindaklanjuti (contoh)", "on": finding["due_on"]}
        work.staff.manager.post(SERVICE, f"{path}/respond", answer, intention=f"{name}/respond")
        client.post(SERVICE, f"{path}/settle", {"on": finding["due_on"]}, intention=f"{name}/settle")
    client.post(SERVICE, f"/v1/visits/{visit}/close", {}, intention=f"{name}/close")


def record_scores(work: Work, score: Score, amount: int) -> None:
    """Record an official score of the first units; a service index is computed from its nine elements."""
    for number in range(1, amount + 1):
        unit = work.units[unit_ref(score.units, number)]
        name = f"{work.code}/score/{score.instrument}/{score.period}/{number}"
        if score.answers:
            path, body = "/v1/service-indexes", _survey(unit, score, number)
        else:
            path, body = "/v1/scores", _issued(unit, score)
        work.staff.evaluator.post(SERVICE, path, body, intention=name)
        work.done(1)


def _survey(unit: str, score: Score, number: int) -> dict[str, Any]:
    elements = [
        {"element": f"U{place}", "total": answer * RESPONDENTS - number, "respondents": RESPONDENTS}
        for place, answer in enumerate(score.answers, 1)
    ]
    return {"unit": unit, "period": score.period, "elements": elements}


def _issued(unit: str, score: Score) -> dict[str, Any]:
    return {
        "unit": unit,
        "instrument": score.instrument,
        "instrument_version": SCORE_VERSIONS[score.instrument],
        "period": score.period,
        "score": score.value,
        "source": SCORE_SOURCES[score.instrument],
    }
