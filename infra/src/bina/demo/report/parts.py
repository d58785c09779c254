"""The sections about single programmes: who took part, when, who spoke, what was taught and what was claimed."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bina.demo.report import texts
from bina.demo.report.model import (
    Bar,
    Bars,
    Block,
    Column,
    Figure,
    Lane,
    Section,
    Span,
    Table,
    Text,
    Timeline,
)
from bina.demo.report.reading import BatchFacts, Facts, ProgrammeFacts, Read


def column(title: Text, *, is_number: bool = False) -> Column:
    """Head a column."""
    return Column(title=title, is_number=is_number)


def programme_section(facts: Facts, programme: ProgrammeFacts) -> Section:
    """Tell one programme: participants, period, speakers, field visits, claims."""
    blocks: list[Block] = []
    for each in programme.batches:
        blocks += _participants(facts, programme, each)
        blocks += [_periods(each), _timeline(each)]
        blocks += _limited_sessions(facts, programme, each)
        if each.example.optional:
            continue
        blocks += _speakers(each)
    blocks += _claims(programme)
    return Section(
        key=programme.code,
        title=Text(programme.example.facts.title, programme.example.facts.title),
        intro=_intro(programme),
        blocks=tuple(blocks),
    )


def _intro(programme: ProgrammeFacts) -> Text:
    outline = programme.programme.body["outline"]
    indonesian = [
        f"{outline['code']} · {texts.of(outline['kind']).id} · dasar: {outline['legal_basis'][0]}",
        f"penanggung jawab: {programme.example.facts.sponsor.label}",
    ]
    english = [
        f"{outline['code']} · {texts.of(outline['kind']).en} · basis: {outline['legal_basis'][0]}",
        f"sponsor: {programme.example.facts.sponsor.label}",
    ]
    if before := programme.example.facts.preceded_by:
        indonesian.append(f"didahului: {before}")
        english.append(f"preceded by: {before}")
    return Text("; ".join(indonesian) + ".", "; ".join(english) + ".")


def _participants(facts: Facts, programme: ProgrammeFacts, each: BatchFacts) -> Iterator[Block]:
    counted = each.headcounts
    is_units = bool(each.roster.delegations)
    key = f"{each.key}.units" if is_units else f"{each.key}.participants"
    definition = "headcount_units" if is_units else "headcount"
    rows = [
        (texts.of(row["category"]), counted.figure(f"{key}.{row['category']}", row["total"], definition))
        for row in counted.body["categories"]
    ]
    total = counted.figure(key, counted.body["total"], definition)
    figures = facts.figures[programme.tenant, "registration"]
    names = ("persons", "non_asn", "checked_in")
    others = [
        (texts.FIGURES[name], figures.figure(f"{each.key}.{name}", _own(facts, programme, each, name), name))
        for name in names
    ]
    title = Text(f"Peserta {each.example.key} menurut kategori", f"Participants of {each.example.key} by category")
    yield Table(
        title=title,
        columns=(column(texts.CATEGORY), column(texts.NUMBER, is_number=True)),
        rows=(*rows, (texts.TOTAL, total), *others),
    )
    bars = tuple(Bar(label=texts.of(row["category"]).id, value=row["total"]) for row in counted.body["categories"])
    yield Bars(title=title, bars=bars, unit=texts.UNITS if is_units else texts.PEOPLE)


def _own(facts: Facts, programme: ProgrammeFacts, each: BatchFacts, name: str) -> int:
    return facts.figure_of(programme.tenant, "registration", each.id, name)


def _period(start: str, end: str) -> str:
    return f"{start}/{end}"


def held_days(each: BatchFacts) -> tuple[str, str]:
    """Give the real first and last day at the venue."""
    batch = each.batch.body
    zone = ZoneInfo(batch["time_zone"])
    days = [datetime.fromisoformat(batch[name]).astimezone(zone).date() for name in ("started_at", "completed_at")]
    return days[0].isoformat(), days[1].isoformat()


def _periods(each: BatchFacts) -> Table:
    versions = each.versions
    rows: list[tuple[Text | Figure | str, ...]] = []
    for version in versions.body["items"]:
        plan, number = version["plan"], version["number"]
        key = f"{each.key}.plan.{number}"
        period = versions.figure(key, _period(plan["planned_start"], plan["planned_end"]), "plan")
        reason = versions.figure(f"{key}.reason", version["reason_code"] or "–", "plan")
        decider = versions.figure(f"{key}.decided_by", version["decided_by_office"] or "–", "plan")
        region = versions.figure(f"{key}.region", plan["venue"]["region"] or "–", "plan")
        rows.append((Text(f"Rencana {number}", f"Plan {number}"), period, region, reason, decider))
    held = each.batch.figure(f"{each.key}.held", _period(*held_days(each)), "held")
    rows.append((texts.HELD, held, "", "", ""))
    return Table(
        title=Text(f"Jadwal {each.example.key}: rencana dan pelaksanaan", f"Schedule of {each.example.key}"),
        columns=tuple(column(each) for each in (Text("", ""), texts.PERIOD, texts.REGION, texts.REASON, texts.DECIDER)),
        rows=tuple(rows),
    )


def _timeline(each: BatchFacts) -> Timeline:
    spans = [
        Span(
            start=version["plan"]["planned_start"],
            end=version["plan"]["planned_end"],
            is_plan=True,
            label=f"{texts.PLANNED.id} {version['number']}",
        )
        for version in each.versions.body["items"]
    ]
    start, end = held_days(each)
    lanes = [Lane(label=span.label, spans=(span,)) for span in spans]
    held = Span(start=start, end=end, is_plan=False, label=texts.HELD.id)
    title = Text(f"Rencana dan pelaksanaan {each.example.key}", f"Plan and outcome of {each.example.key}")
    return Timeline(title=title, lanes=(*lanes, Lane(label=texts.HELD.id, spans=(held,))))


def _speakers(each: BatchFacts) -> Iterator[Table]:
    sessions = {session["id"]: session["code"] for session in each.sessions.body["sessions"]}
    slots = sorted(each.engagements.body["items"], key=lambda slot: _place(sessions[slot["session"]]))
    rows = [
        (sessions[slot["session"]], texts.of(slot["role"]), slot["office_code"] or "–", texts.of(slot["status"]))
        for slot in slots
    ]
    yield Table(
        title=Text("Narasumber dan pejabat", "Speakers and officiants"),
        columns=tuple(column(each) for each in (texts.SESSION, texts.ROLE, texts.OFFICE, texts.STATE)),
        rows=tuple(rows),
        note=texts.SPEAKER_NOTE,
    )
    states = Counter(slot["status"] for slot in slots if slot["role"] == "SPEAKER")
    states["ATTENDED"] += 0  # nobody present is a figure too
    yield _count(texts.SPEAKER_COUNT, each.engagements, f"{each.key}.speakers", states)


def _count(title: Text, read: Read, key: str, states: Counter[str]) -> Table:
    definition = key.rpartition(".")[2]
    rows = [
        (texts.of(state), read.figure(f"{key}.{state}", amount, definition)) for state, amount in sorted(states.items())
    ]
    return Table(title=title, columns=(column(texts.STATE), column(texts.NUMBER, is_number=True)), rows=tuple(rows))


def _place(code: str) -> tuple[str, int]:
    return code[0], int(code[1:])


def _limited_sessions(facts: Facts, programme: ProgrammeFacts, each: BatchFacts) -> Iterator[Block]:
    groups = {enrolment["id"]: _echelon_group(enrolment) for enrolment in each.enrolments.body}
    for session in each.sessions.body["sessions"]:
        if not session["eligible"]:
            continue
        sheets = facts.reader.items(
            programme.tenant,
            "curriculum",
            f"/v1/sessions/{session['id']}/attendance",
            name="/v1/sessions/{session}/attendance",
        )
        present = Counter(
            groups[sheet["enrolment"]]
            for sheet in sheets.body
            for mark in sheet["marks"]
            if mark["status"] == "PRESENT"
        )
        key = f"{each.key}.{session['code']}"
        rows = [
            (Text(f"Eselon {group}", f"Echelon {group}"), sheets.figure(f"{key}.{group}", present[group], "echelon"))
            for group in session["eligible"]
        ]
        total = each.sessions.figure(key, session["headcount"]["present"], "present")
        yield Table(
            title=Text(
                f"{session['code']} {session['title']}: hadir menurut eselon", f"{session['code']}: present by echelon"
            ),
            columns=(column(texts.GROUP), column(texts.NUMBER, is_number=True)),
            rows=(*rows, (texts.TOTAL, total)),
        )


def _echelon_group(enrolment: dict[str, str | None]) -> str:
    groups = {"1": "I", "2": "II", "3": "III", "4": "IV"}
    return groups.get((enrolment["echelon_id"] or "9")[0], "NON")


def _claims(programme: ProgrammeFacts) -> Iterator[Table]:
    read = programme.programme
    conflicts = {(claim.subject, claim.value): claim.conflict or "–" for claim in programme.example.claims}
    claims = sorted(read.body["claims"], key=lambda claim: (claim["subject"], claim["stated_on"], claim["value"]))
    rows = [
        (
            conflicts.get((claim["subject"], claim["value"]), "–"),
            claim["value"],
            claim["source"],
            claim["stated_on"],
            texts.of(claim["status"]),
        )
        for claim in claims
    ]
    yield Table(
        title=Text("Pernyataan yang diberitakan", "Published claims"),
        columns=tuple(column(each) for each in (texts.CONFLICT, texts.CLAIM, texts.SOURCE, texts.DATE, texts.STATE)),
        rows=tuple(rows),
        note=texts.CLAIM_NOTE,
    )
    states = Counter(claim["status"] for claim in claims)
    yield _count(texts.CLAIM_COUNT, read, f"{programme.code}.claims", states)
