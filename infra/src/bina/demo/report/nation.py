"""The national sections: what BPSDM sees, with small cells hidden, and whether it agrees with the services."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bina.demo.drive.errors import TooLateError
from bina.demo.drive.waiting import until
from bina.demo.report import texts
from bina.demo.report.model import Bar, Bars, Cell, Column, Section, Table, Text
from bina.demo.report.reading import SERVICES, Facts, Read, Reader
from bina.demo.report.wording import HIDDEN

CATCH_UP_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure as the services count it and as the nation sees it, summed over tenants."""

    service: str
    name: str
    own: int
    national: int
    off: int  # absolute differences of tenants and batches, so that errors cannot cancel out


def national_section(facts: Facts) -> Section:
    """Tell the participation as the nation sees it."""
    return Section(
        key="national",
        title=Text("Pandangan nasional BPSDM", "The national view of BPSDM"),
        intro=texts.NATIONAL_INTRO,
        blocks=(_register(facts), *_categories(facts)),
    )


def _register(facts: Facts) -> Table:
    read = facts.register
    rows: list[tuple[Cell, ...]] = []
    for item in read.body["items"]:
        for batch in item["batches"]:
            planned = batch["planned"]
            rows.append(
                (
                    f"{item['code']} {batch['number']}",
                    item["tenant_name"] or item["tenant"],
                    f"{planned['start']}/{planned['end']}",
                    f"{batch['actual_start']}/{batch['actual_end']}",
                    texts.of(batch["status"]),
                )
            )
    programmes = read.figure("national.programmes", len(read.body["items"]), "programmes")
    batches = read.figure("national.batches", sum(len(item["batches"]) for item in read.body["items"]), "batches")
    rows.append((texts.FIGURES["programmes"], "", "", "", programmes))
    rows.append((texts.FIGURES["batches"], "", "", "", batches))
    titles = (texts.PROGRAMME, texts.TENANT, texts.PLANNED, texts.HELD, texts.STATE)
    return Table(
        title=Text("Daftar program nasional", "National register of programmes"),
        columns=tuple(Column(title=title) for title in titles),
        rows=tuple(rows),
    )


def _categories(facts: Facts) -> Iterator[Table | Bars]:
    read = facts.participation
    by_batch = {each.id: each.key for programme in facts.programmes for each in programme.batches}
    for line in read.body["lines"]:
        key = by_batch.get(line["group"]["batch"])
        if key is None:
            continue
        cells = [cell for cell in line["cells"] if cell["hidden"] or cell["count"]]
        rows = [(texts.of(cell["name"]), _cell(read, key, cell)) for cell in cells]
        hidden = read.figure(f"national.{key}.hidden_cells", sum(cell["hidden"] for cell in cells), "hidden")
        total = HIDDEN if line["hidden"] else line["total"]
        yield Table(
            title=Text(f"{key}: peserta menurut kategori", f"{key}: participants by category"),
            columns=(Column(title=texts.CATEGORY), Column(title=texts.NUMBER, is_number=True)),
            rows=(
                *rows,
                (texts.HIDDEN_CELLS, hidden),
                (texts.TOTAL, read.figure(f"national.{key}.persons", total, "category")),
            ),
        )
        bars = tuple(Bar(label=texts.of(cell["name"]).id, value=cell["count"]) for cell in cells)
        yield Bars(title=Text(f"{key}, nasional", f"{key}, national"), bars=bars, unit=texts.PEOPLE)


def _cell(read: Read, key: str, cell: Mapping[str, Any]) -> Cell:
    value = HIDDEN if cell["hidden"] else cell["count"]
    return read.figure(f"national.{key}.{cell['name']}", value, "category")


def reconciliation_section(own: Mapping[tuple[str, str], Read], national: Mapping[str, Read]) -> Section:
    """Hold the figures of every service against the national view, name by name."""
    differences = compare(own, national)
    newest = max(national.values(), key=lambda read: read.as_of)
    rows: list[tuple[Cell, ...]] = [
        (each.service, texts.FIGURES[each.name], each.own, each.national, each.off) for each in differences
    ]
    total = newest.figure("reconciliation.difference", sum(each.off for each in differences), "difference")
    compared = newest.figure("reconciliation.compared", _compared(own), "compared")
    rows.append(("", texts.TOTAL, "", "", total))
    rows.append(("", texts.COMPARED, "", "", compared))
    titles = (texts.SERVICE, texts.FIGURE, texts.OWN, texts.NATIONAL, texts.DIFFERENCE)
    return Section(
        key="reconciliation",
        title=Text("Rekonsiliasi", "Reconciliation"),
        intro=texts.RECONCILIATION_INTRO,
        blocks=(
            Table(
                title=Text("Angka layanan dan pandangan nasional", "Figures of the services and the national view"),
                columns=tuple(Column(title=title, is_number=place > 1) for place, title in enumerate(titles)),
                rows=tuple(rows),
            ),
        ),
    )


def compare(own: Mapping[tuple[str, str], Read], national: Mapping[str, Read]) -> list[Difference]:
    """Compare every figure that a service publishes, for each tenant in all and for each of its batches."""
    found: dict[tuple[str, str], list[int]] = {}
    for (tenant, service), read in own.items():
        seen = national[tenant].body
        for name, value in read.body["figures"].items():
            sums = found.setdefault((service, name), [0, 0, 0])
            sums[0] += value
            sums[1] += seen["figures"].get(name) or 0
            sums[2] += abs(value - (seen["figures"].get(name) or 0))
            for batch, figures in read.body["batches"].items():
                sums[2] += abs(figures.get(name, 0) - (seen["batches"].get(batch, {}).get(name) or 0))
    return [
        Difference(service=service, name=name, own=sums[0], national=sums[1], off=sums[2])
        for (service, name), sums in sorted(found.items(), key=lambda each: SERVICES.index(each[0][0]))
    ]


def _compared(own: Mapping[tuple[str, str], Read]) -> int:
    return sum(
        len(read.body["figures"]) + sum(len(figures) for figures in read.body["batches"].values())
        for read in own.values()
    )


def settle(reader: Reader, tenants: Sequence[str]) -> tuple[Mapping[tuple[str, str], Read], Mapping[str, Read]]:
    """Read both sides until they agree; after a while the difference itself is what is reported."""

    def look() -> tuple[Mapping[tuple[str, str], Read], Mapping[str, Read]]:
        own = {(each, service): reader.tenant(each, service, "/v1/figures") for each in tenants for service in SERVICES}
        return own, {each: reader.nation("/v1/reconciliation", tenant=each) for each in tenants}

    def agree() -> tuple[Mapping[tuple[str, str], Read], Mapping[str, Read]] | None:
        own, national = look()
        return (own, national) if not any(each.off for each in compare(own, national)) else None

    try:
        return until("the national view to catch up", agree, within=CATCH_UP_S)
    except TooLateError:
        return look()
