"""The words of the report in Bahasa Indonesia and English."""

from collections.abc import Mapping
from typing import Final

from bina.demo.report.model import Text

TITLE: Final = Text("Laporan program pembinaan ASN", "Report on civil servant development programmes")
MADE: Final = Text("Dibuat", "Made")
SYNTHETIC: Final = Text(
    "semua peserta dan nilai adalah buatan; jadwal dan jumlah menurut sumber",
    "all participants and scores are invented; dates and numbers follow the sources",
)
CHECKS: Final = Text("Angka yang sesuai dengan contoh", "Figures that agree with the examples")
EXPECTED: Final = Text("diharapkan", "expected")
FOUND: Final = Text("ditemukan", "found")
GO_ON: Final = Text("Selanjutnya", "Where to go on")
STOP: Final = Text("Menghentikan platform", "To stop the platform")
SKIP: Final = Text("Langsung ke isi", "Skip to the content")
CONTENTS: Final = Text("Daftar isi", "Contents")
PLANNED: Final = Text("rencana awal", "first plan")
HELD: Final = Text("pelaksanaan", "held")
DUE: Final = Text("jatuh tempo", "due")
ORIGINS: Final = Text("Definisi, sumber dan saat angka dibaca", "Definitions, sources and moments of the figures")

DEFINITIONS: Final[Mapping[str, Text]] = {
    "confirmed": Text(
        "Peserta: pendaftaran yang kini terkonfirmasi atau hadir, tanpa yang digantikan atau mundur.",
        "Participants: enrolments now confirmed or checked in, without substituted and withdrawn ones.",
    ),
}
