"""A small report with every kind of block, for the tests of the renderers."""

import pytest

from bina.demo.report.model import (
    Bar,
    Bars,
    Column,
    Doors,
    Figure,
    Lane,
    Line,
    Lines,
    Login,
    Provenance,
    Report,
    Section,
    Span,
    Table,
    Text,
    Timeline,
)

ORIGIN = Provenance(definition="headcount", source="registration /v1/figures", as_of="2026-01-02T03:04:05Z")


@pytest.fixture
def report() -> Report:
    """Build a report that shows each kind of block once."""
    table = Table(
        title=Text("Peserta", "Participants"),
        columns=(Column(title=Text("Kategori", "Category")), Column(title=Text("Jumlah", "Number"), is_number=True)),
        rows=(
            (Text("Asisten", "Assistant"), Figure("a.ASISTEN", "HIDDEN", ORIGIN)),
            ("<b>Camat</b>", Figure("a.CAMAT", 11, ORIGIN)),
            ("JP", Figure("a.jp", 15524, ORIGIN)),
            ("Periode", Figure("a.period", "2025-05-16/2025-05-18", ORIGIN)),
        ),
    )
    bars = Bars(
        title=Text("Peserta", "Participants"),
        bars=(Bar(label="Camat", value=11), Bar(label="Asisten", value=None), Bar(label="Lurah", value=57)),
        unit=Text("orang", "people"),
    )
    plan = Span(start="2025-05-16", end="2025-05-18", is_plan=True, label="Rencana")
    held = Span(start="2025-05-15", end="2025-05-17", is_plan=False, label="Terlaksana")
    lane = Lane(label="Malang", spans=(plan, held), marks=(("2025-05-31", "T+14"),))
    lines = Lines(
        title=Text("Sebelum dan sesudah", "Before and after"),
        times=("T0", "T+30", "T+90", "T+180"),
        lines=(
            Line(label="Komunikasi", values=(2.6, 3.0, 3.2, 3.3)),
            Line(label="Kepemimpinan", values=(2.7, None, 3.1, 3.3)),
        ),
        low=1,
        high=4,
    )
    section = Section(
        key="malang",
        title=Text("Retret Malang", "Malang retreat"),
        intro=Text("Rencana dan pelaksanaan", "Plan and outcome"),
        blocks=(table, bars, Timeline(title=Text("Jadwal", "Schedule"), lanes=(lane,)), lines),
    )
    return Report(
        made_at="2026-01-02T03:04:05Z",
        scale="small",
        headline=((Text("JP", "JP"), Figure("a.jp", 15524, ORIGIN)),),
        sections=(section,),
        doors=Doors(
            addresses=(("registration", "http://127.0.0.1:8101"),),
            logins=(Login(account="admin@74.71", secret="open", may=Text("mengelola", "manage")),),
        ),
    )
