"""The sections across programmes: JP and the ledger, evaluation dates, what changed at work."""

import math
from collections.abc import Iterator
from typing import Any, Final

from bina.demo.report import texts
from bina.demo.report.model import (
    Bar,
    Bars,
    Block,
    Cell,
    Column,
    Lane,
    Line,
    Lines,
    Section,
    Span,
    Table,
    Text,
    Timeline,
)
from bina.demo.report.parts import held_days
from bina.demo.report.reading import BatchFacts, Facts, ProgrammeFacts

WAVES: Final = ("BASELINE", "T30", "T90", "T180")
SHOWN_DIMENSIONS: Final = ("COMMUNICATION", "LEADERSHIP", "SERVICE_QUALITY")
STEP: Final = 0.5  # the scale of a plot begins and ends at a half


def _every(facts: Facts) -> Iterator[tuple[ProgrammeFacts, BatchFacts]]:
    for programme in facts.programmes:
        for each in programme.batches:
            yield programme, each


def _head(*titles: Text, numbers: int = 0) -> tuple[Column, ...]:
    first = len(titles) - numbers
    return tuple(Column(title=title, is_number=place >= first) for place, title in enumerate(titles))


def jp_section(facts: Facts) -> Section:
    """Tell the JP of curricula and what was credited, in all and by programme."""
    rows: list[tuple[Cell, ...]] = []
    bars = []
    for programme, each in _every(facts):
        figures = facts.figures[programme.tenant, "curriculum"]
        credited = facts.figure_of(programme.tenant, "curriculum", each.id, "jp_credited")
        planned = facts.figure_of(programme.tenant, "curriculum", each.id, "jp_scheduled")
        completed = facts.figure_of(programme.tenant, "curriculum", each.id, "completed")
        rows.append(
            (
                each.key,
                figures.figure(f"{each.key}.jp", planned, "jp_scheduled"),
                figures.figure(f"{each.key}.completed", completed, "completed"),
                figures.figure(f"{each.key}.jp_credited", credited, "jp_credited"),
            )
        )
        bars.append(Bar(label=each.key, value=credited))
    any_tenant = facts.figures[facts.programmes[0].tenant, "curriculum"]
    total = any_tenant.figure("jp_credited", sum(bar.value or 0 for bar in bars), "jp_credited")
    rows.append((texts.TOTAL, "", "", total))
    table = Table(
        title=Text("Jam pelajaran (JP)", "Learning hours (JP)"),
        columns=_head(
            texts.PROGRAMME, texts.CURRICULUM_JP, texts.FIGURES["completed"], texts.FIGURES["jp_credited"], numbers=3
        ),
        rows=tuple(rows),
    )
    chart = Bars(title=texts.FIGURES["jp_credited"], bars=tuple(bars), unit=Text("JP", "JP"))
    return Section(
        key="jp",
        title=Text("Jam pelajaran dan buku JP", "Learning hours and the JP ledger"),
        blocks=(table, chart, _ledger(facts)),
    )


def _ledger(facts: Facts) -> Table:
    rows = [row for name, tenant, person in _cases(facts) for row in _ledger_rows(facts, name, tenant, person)]
    return Table(
        title=Text("Buku JP tahun 2025: contoh menurut status", "JP ledger of 2025: one case of each standing"),
        columns=_head(texts.CASE, texts.JP_OF_YEAR, texts.OBLIGATION, texts.MET, texts.OVER_LIMIT),
        rows=tuple(rows),
        note=texts.LEDGER_NOTE,
    )


def _cases(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Name who is in two programmes at once, and one person of each civil service status who is in one only."""
    places: dict[tuple[str, str], list[str]] = {}
    names: dict[tuple[str, str], str] = {}
    for programme, enrolment in _enrolments(facts):
        for person in [enrolment["person"]] if enrolment["person"] else enrolment["delegates"]:
            places.setdefault((programme.tenant, person), []).append(programme.code)
            names.setdefault((programme.tenant, person), f"{programme.code}.{enrolment['asn_status']}")
    told: set[str] = set()
    for (tenant, person), codes in places.items():
        name = names[tenant, person] if len(codes) == 1 else "+".join(sorted(codes))
        if name not in told and not name.endswith(".None"):
            told.add(name)
            yield name, tenant, person


def _enrolments(facts: Facts) -> Iterator[tuple[ProgrammeFacts, dict[str, Any]]]:
    for programme, each in _every(facts):
        if not each.example.optional:
            yield from ((programme, enrolment) for enrolment in each.enrolments.body)


def _ledger_rows(facts: Facts, name: str, tenant: str, person: str) -> Iterator[tuple[Cell, ...]]:
    route = f"/v1/persons/{person}/ledger"
    read = facts.reader.tenant(tenant, "curriculum", route, name="/v1/persons/{person}/ledger?year=2025", year=2025)
    found, key = read.body, f"ledger.{name}"
    met = "–" if found["is_met"] is None else _yes(found["is_met"])
    yield (
        name,
        read.figure(f"{key}.jp", found["jp"], "ledger"),
        read.figure(f"{key}.obligation", found["obligation"], "ledger"),
        read.figure(f"{key}.met", met, "ledger"),
        read.figure(f"{key}.over_limit", _yes(found["over_limit"]), "ledger"),
    )


def _yes(holds: object) -> str:
    return "YES" if holds else "NO"


def monitoring_section(facts: Facts) -> Section:
    """Tell when what is due after each programme, and what came in."""
    due_rows: list[tuple[Cell, ...]] = []
    work_rows: list[tuple[Cell, ...]] = []
    lanes = []
    for programme, each in _every(facts):
        seen = each.monitoring
        due = {measure["kind"]: measure["due_on"] for measure in seen.body["measures"]}
        marks = {"PLAN": seen.body["plan_due_on"], **{kind: due[kind] for kind in WAVES[1:]}}
        figures = [seen.figure(f"{each.key}.due.{kind}", day, "due") for kind, day in marks.items()]
        due_rows.append((each.key, seen.figure(f"{each.key}.ended", seen.body["completed_on"], "held"), *figures))
        start, end = held_days(each)
        span = Span(start=start, end=end, is_plan=False, label=texts.HELD.id)
        named = tuple((day, texts.DUE_MARKS[kind]) for kind, day in marks.items())
        lanes.append(Lane(label=each.key, spans=(span,), marks=named))
        work_rows.append((each.key, *_work_done(facts, programme, each)))
    dates = Table(
        title=Text("Jatuh tempo pemantauan", "Due dates of the evaluation"),
        columns=_head(texts.PROGRAMME, texts.ENDED, *(Text(mark, mark) for mark in texts.DUE_MARKS.values())),
        rows=tuple(due_rows),
    )
    done = Table(
        title=Text("Yang sudah masuk", "What came in"),
        columns=_head(texts.PROGRAMME, *(texts.FIGURES[name] for name in texts.FOLLOWED), numbers=len(texts.FOLLOWED)),
        rows=tuple(work_rows),
    )
    axis = Timeline(title=Text("Pelaksanaan dan jatuh tempo", "Held and due"), lanes=tuple(lanes))
    return Section(
        key="monitoring",
        title=Text("Pemantauan pascaprogram", "Evaluation after the programmes"),
        blocks=(dates, axis, done),
    )


def _work_done(facts: Facts, programme: ProgrammeFacts, each: BatchFacts) -> Iterator[Cell]:
    figures = facts.figures[programme.tenant, "monitoring"]
    for name in texts.FOLLOWED:
        value = facts.figure_of(programme.tenant, "monitoring", each.id, name)
        yield figures.figure(f"{each.key}.{name}", value, name)


def outcome_section(facts: Facts) -> Section:
    """Tell what changed between the baseline and the last follow-up, with pairs and interval."""
    blocks: list[Block] = []
    for _, each in _every(facts):
        blocks.append(_outcomes(each))
        if chart := _means(each):
            blocks.append(chart)
    return Section(
        key="outcomes",
        title=Text("Sebelum dan sesudah", "Before and after"),
        intro=texts.OUTCOME_INTRO,
        blocks=tuple(blocks),
    )


def _outcomes(each: BatchFacts) -> Table:
    read = each.outcomes
    last = [found for found in read.body["items"] if found["follow_up"] == WAVES[-1]]
    rows = [_outcome(each, found) for found in sorted(last, key=lambda found: str(found["dimension"]))]
    return Table(
        title=Text(f"{each.key}: perubahan sampai T+180", f"{each.key}: change up to T+180"),
        columns=_head(
            texts.DIMENSION,
            texts.STATE,
            texts.PAIRS,
            texts.DIFFERENCE,
            texts.INTERVAL_LOW,
            texts.INTERVAL_HIGH,
            numbers=4,
        ),
        rows=tuple(rows),
    )


def _outcome(each: BatchFacts, found: dict[str, Any]) -> tuple[Cell, ...]:
    key = f"{each.key}.outcome.{found['dimension']}"
    read = each.outcomes
    return (
        texts.of(found["dimension"]),
        read.figure(f"{key}.status", found["status"], "outcome"),
        read.figure(f"{key}.pairs", found["pairs"], "outcome"),
        read.figure(f"{key}.difference", _two(found["difference"]), "outcome"),
        _two(found["interval_low"]),
        _two(found["interval_high"]),
    )


def _two(value: str | None) -> str:
    return f"{float(value):+.2f}" if value is not None else "–"


def _means(each: BatchFacts) -> Lines | None:
    by_wave = {
        kind: {item["dimension"]: item["mean"] for item in each.results[kind].body["items"]}
        for kind in WAVES
        if kind in each.results
    }
    lines = tuple(
        Line(label=texts.of(dimension).id, values=tuple(_mean(by_wave.get(kind, {}).get(dimension)) for kind in WAVES))
        for dimension in SHOWN_DIMENSIONS
    )
    shown = [value for line in lines for value in line.values if value is not None]
    if not shown:
        return None
    low, high = math.floor(min(shown) / STEP) * STEP, math.ceil(max(shown) / STEP) * STEP
    title = Text(f"{each.key}: rata-rata jawaban (1–4)", f"{each.key}: mean answers (1–4)")
    return Lines(title=title, times=("T0", "T+30", "T+90", "T+180"), lines=lines, low=low, high=max(high, low + STEP))


def _mean(value: str | None) -> float | None:
    return None if value is None else float(value)
