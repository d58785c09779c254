"""What every kind of figure means, in Bahasa Indonesia and English."""

from collections.abc import Mapping
from typing import Final

from bina.demo.report.model import Text

DEFINITIONS: Final[Mapping[str, Text]] = {
    "headcount": Text(
        "Pendaftaran menurut kategori, menurut laporan daerah sendiri.",
        "Enrolments by category, by the tenant's own report.",
    ),
    "headcount_units": Text("Unit yang mendaftar menurut jenis unit.", "Units enrolled, by kind of unit."),
    "persons": Text(
        "Orang di balik pendaftaran terkonfirmasi; utusan dihitung satu per satu.",
        "Persons behind confirmed enrolments; delegates count one by one.",
    ),
    "non_asn": Text("Peserta terkonfirmasi yang bukan ASN.", "Confirmed participants who are no civil servants."),
    "checked_in": Text("Pendaftaran yang tercatat tiba.", "Enrolments that arrived."),
    "plan": Text(
        "Versi jadwal; yang pertama adalah rencana awal, tidak pernah dihapus.",
        "Schedule versions; the first is the first plan, none is ever deleted.",
    ),
    "held": Text(
        "Hari pertama dan terakhir yang sebenarnya, waktu setempat.", "The real first and last day, local time."
    ),
    "speakers": Text("Tempat narasumber menurut status.", "Speaker slots by state."),
    "echelon": Text("Hadir pada sesi menurut kelompok eselon.", "Present in the session by echelon group."),
    "present": Text(
        "Orang yang hadir saat daftar sesi ditutup.", "Persons present when the session's list was closed."
    ),
    "claims": Text("Pernyataan menurut status.", "Claims by state."),
    "jp_scheduled": Text("JP semua sesi yang tidak dibatalkan.", "JP of all sessions that are not cancelled."),
    "completed": Text("Pendaftaran yang lulus menurut aturan.", "Enrolments completed by the rule."),
    "jp_credited": Text("JP diakui, dijumlahkan atas semua orang.", "JP credited, summed over all persons."),
    "ledger": Text(
        "JP satu orang dalam satu tahun atas semua program.", "One person's JP of a year over all programmes."
    ),
    "due": Text(
        "Jatuh tempo, dihitung dari hari terakhir yang sebenarnya.", "Due dates, counted from the real last day."
    ),
    "measures_opened": Text("Pengukuran yang dibuka.", "Measures opened."),
    "plans_submitted": Text("Rencana aksi yang diajukan.", "Action plans submitted."),
    "plans_verified": Text(
        "Rencana aksi yang semua butirnya diverifikasi orang lain.",
        "Action plans whose every item somebody else verified.",
    ),
    "visits_closed": Text("Kunjungan yang semua temuannya tuntas.", "Visits whose every finding is settled."),
    "outcomes_shown": Text(
        "Perbandingan dengan cukup pasangan untuk ditampilkan.", "Comparisons with enough pairs to be shown."
    ),
    "outcome": Text(
        "Rata-rata selisih berpasangan dengan selang kepercayaan bootstrap.",
        "Mean paired difference with a bootstrap interval.",
    ),
    "programmes": Text("Program dalam daftar nasional.", "Programmes in the national register."),
    "batches": Text("Gelombang dalam daftar nasional.", "Batches in the national register."),
    "category": Text(
        "Orang terkonfirmasi menurut kategori; sel kecil disembunyikan.",
        "Confirmed persons by category; small cells are hidden.",
    ),
    "hidden": Text("Banyaknya sel yang disembunyikan.", "How many cells are hidden."),
    "difference": Text(
        "Jumlah selisih mutlak semua angka, daerah dan gelombang.",
        "Sum of absolute differences over figures, tenants and batches.",
    ),
    "compared": Text("Banyaknya angka yang dibandingkan.", "How many figures were compared."),
}
