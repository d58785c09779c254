"""Gathers a whole report: waits for the national view, reads every service, lays out the sections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bina.demo.example.model import Examples
from bina.demo.example.roster import BatchRoster
from bina.demo.report import texts
from bina.demo.report.model import Check, Doors, Figure, Report, Section, Text
from bina.demo.report.nation import national_section, reconciliation_section, settle
from bina.demo.report.parts import programme_section
from bina.demo.report.reading import Facts, Read, Reader, read_programme
from bina.demo.report.results import jp_section, monitoring_section, outcome_section


@dataclass(frozen=True, slots=True)
class Gathered:
    """A report before it is checked."""

    report: Report

    def figures(self) -> Iterator[Figure]:
        """Yield every figure."""
        return self.report.figures()

    def finished(self, checks: tuple[Check, ...], doors: Doors) -> Report:
        """Add the checks and how to go on."""
        return replace(self.report, checks=checks, doors=doors)


def gather(examples: Examples, rosters: Mapping[tuple[str, str], BatchRoster], reader: Reader, scale: str) -> Gathered:
    """Read everything and lay it out."""
    own, national = settle(reader, sorted(examples.tenants))
    facts = Facts(
        reader=reader,
        examples=examples,
        programmes=tuple(read_programme(reader, programme, rosters) for programme in examples.programmes),
        figures=own,
        register=reader.lines("/v1/programmes", "items"),
        participation=reader.lines("/v1/participation", "lines", by="category", group="batch"),
        jp=reader.lines("/v1/jp", "lines"),
    )
    sections = (
        *(programme_section(facts, programme) for programme in facts.programmes),
        jp_section(facts),
        monitoring_section(facts),
        outcome_section(facts),
        national_section(facts),
        reconciliation_section(own, national),
    )
    made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Gathered(Report(made_at=made_at, scale=scale, headline=_headline(facts, sections), sections=sections))


def _headline(facts: Facts, sections: tuple[Section, ...]) -> tuple[tuple[Text, Figure], ...]:
    figures = {
        figure.key: figure
        for section in sections
        for figure in Report(made_at="", scale="", headline=(), sections=(section,)).figures()
    }
    persons = sum(_sum(own, "persons") for (_, service), own in facts.figures.items() if service == "registration")
    places = next(own for (_, service), own in facts.figures.items() if service == "registration")
    return (
        (texts.FIGURES["programmes"], figures["national.programmes"]),
        (texts.FIGURES["batches"], figures["national.batches"]),
        (texts.FIGURES["persons"], places.figure("persons", persons, "persons")),
        (texts.FIGURES["jp_credited"], figures["jp_credited"]),
        (texts.RECONCILED, figures["reconciliation.difference"]),
    )


def _sum(read: Read, name: str) -> int:
    return int(read.body["figures"][name])
