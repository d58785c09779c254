"""The words of the report in Bahasa Indonesia and English."""

from collections.abc import Mapping
from typing import Final

from bina.demo.report.definitions import DEFINITIONS
from bina.demo.report.model import Text

__all__ = ["DEFINITIONS"]

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
PLANNED: Final = Text("Rencana", "Plan")
HELD: Final = Text("Terlaksana", "Held")
DUE: Final = Text("Jatuh tempo", "Due")
ORIGINS: Final = Text("Definisi, sumber dan saat angka dibaca", "Definitions, sources and moments of the figures")

CATEGORY: Final = Text("Kategori", "Category")
NUMBER: Final = Text("Jumlah", "Number")
TOTAL: Final = Text("Jumlah seluruhnya", "In all")
PEOPLE: Final = Text("orang", "people")
UNITS: Final = Text("unit", "units")
PERIOD: Final = Text("Periode", "Period")
REGION: Final = Text("Wilayah tempat", "Venue region")
REASON: Final = Text("Alasan", "Reason")
DECIDER: Final = Text("Diputuskan oleh", "Decided by")
SESSION: Final = Text("Sesi", "Session")
ROLE: Final = Text("Peran", "Role")
OFFICE: Final = Text("Jabatan", "Office")
STATE: Final = Text("Status", "State")
GROUP: Final = Text("Kelompok", "Group")
CONFLICT: Final = Text("No.", "No.")
CLAIM: Final = Text("Pernyataan", "Statement")
SOURCE: Final = Text("Sumber", "Source")
DATE: Final = Text("Tanggal", "Date")
PROGRAMME: Final = Text("Program", "Programme")
TENANT: Final = Text("Daerah", "Government")
CURRICULUM_JP: Final = Text("JP kurikulum", "Curriculum JP")
CASE: Final = Text("Kasus", "Case")
JP_OF_YEAR: Final = Text("JP setahun", "JP of the year")
OBLIGATION: Final = Text("Kewajiban", "Duty")
MET: Final = Text("Terpenuhi", "Met")
OVER_LIMIT: Final = Text("Di atas batas", "Above limit")
ENDED: Final = Text("Berakhir", "Ended")
DIMENSION: Final = Text("Dimensi", "Dimension")
PAIRS: Final = Text("Pasangan", "Pairs")
DIFFERENCE: Final = Text("Selisih", "Difference")
INTERVAL_LOW: Final = Text("dari (95 %)", "from (95 %)")
INTERVAL_HIGH: Final = Text("sampai", "to")
SPEAKER_COUNT: Final = Text("Narasumber menurut status", "Speakers by state")
CLAIM_COUNT: Final = Text("Pernyataan menurut status", "Claims by state")
HIDDEN_CELLS: Final = Text("Sel yang disembunyikan", "Hidden cells")
SERVICE: Final = Text("Layanan", "Service")
FIGURE: Final = Text("Angka", "Figure")
OWN: Final = Text("Layanan sendiri", "Services")
NATIONAL: Final = Text("Nasional", "National")
COMPARED: Final = Text("Angka yang dibandingkan", "Figures compared")
RECONCILED: Final = Text("selisih dengan nasional", "difference to national")

SPEAKER_NOTE: Final = Text(
    "“Hadir” hanya bila ada bukti kehadiran; pejabat dicatat sebagai jabatan.",
    "“Present” only with evidence; officials are recorded as offices.",
)
CLAIM_NOTE: Final = Text(
    "Pernyataan disimpan sebagaimana diberitakan; statusnya bukan penilaian platform.",
    "Statements are kept as published; a state is no judgement by the platform.",
)
LEDGER_NOTE: Final = Text(
    "PNS: sedikitnya 20 JP setahun. PPPK di atas 24 JP: ditandai, tidak ditolak. Bukan ASN: tanpa kewajiban.",
    "PNS: at least 20 JP a year. PPPK above 24 JP: flagged, not refused. Not a civil servant: no duty.",
)
OUTCOME_INTRO: Final = Text(
    "Pasangan jawaban yang sama sebelum dan 180 hari sesudah. Perubahan, bukan bukti sebab. Semua jawaban buatan.",
    "The same people before and 180 days after. A change, no proof of a cause. All answers are invented.",
)
NATIONAL_INTRO: Final = Text(
    "Tanpa nama. Sel di bawah lima disembunyikan, dan sel lain ikut disembunyikan agar tidak dapat dihitung balik.",
    "Without names. Cells below five are hidden, and others with them, so that none can be computed.",
)
RECONCILIATION_INTRO: Final = Text(
    "Angka setiap layanan dibandingkan dengan pandangan nasional, per daerah dan per gelombang.",
    "The figures of every service against the national view, by government and by batch.",
)

FIGURES: Final[Mapping[str, Text]] = {
    "programmes": Text("Program", "Programmes"),
    "batches": Text("Gelombang", "Batches"),
    "units": Text("Unit organisasi", "Organisation units"),
    "nominated": Text("Diusulkan", "Nominated"),
    "rejected": Text("Ditolak", "Rejected"),
    "confirmed": Text("Terkonfirmasi", "Confirmed"),
    "checked_in": Text("Hadir (pendaftaran)", "Arrived (enrolments)"),
    "persons": Text("Orang", "Persons"),
    "non_asn": Text("Bukan ASN", "Not civil servants"),
    "sessions_held": Text("Sesi terlaksana", "Sessions held"),
    "jp_scheduled": Text("JP terjadwal", "JP scheduled"),
    "completed": Text("Lulus", "Completed"),
    "incomplete": Text("Tidak lulus", "Incomplete"),
    "jp_credited": Text("JP diakui", "JP credited"),
    "measures_opened": Text("Pengukuran", "Measures"),
    "plans_submitted": Text("Rencana aksi", "Action plans"),
    "plans_verified": Text("Terverifikasi", "Verified"),
    "visits_closed": Text("Kunjungan selesai", "Visits closed"),
    "outcomes_shown": Text("Hasil tampil", "Outcomes shown"),
}
FOLLOWED: Final = ("measures_opened", "plans_submitted", "plans_verified", "visits_closed", "outcomes_shown")
DUE_MARKS: Final = {"PLAN": "T+14", "T30": "T+30", "T90": "T+90", "T180": "T+180"}
ACCOUNT: Final = Text("akun percobaan", "demo account")
ACCOUNTS: Final[Mapping[str, Text]] = {
    "admin": Text("mengelola daerah", "runs the government's tenant"),
    "pm": Text("mengelola program", "runs programmes"),
    "kurikulum": Text("mengelola kurikulum", "runs curricula"),
    "evaluator": Text("menilai dan mengunjungi", "evaluates and visits"),
    "auditor": Text("memeriksa", "audits"),
    "analis": Text("analis BPSDM nasional", "analyst of the national agency"),
    "platform": Text("admin platform nasional", "national platform administrator"),
}

CODES: Final[Mapping[str, Text]] = {
    "RETREAT": Text("retret", "retreat"),
    "CLINIC": Text("klinik", "clinic"),
    "SEKDA": Text("Sekretaris Daerah", "Regional secretary"),
    "ASISTEN": Text("Asisten", "Assistants"),
    "STAF_AHLI": Text("Staf Ahli", "Expert staff"),
    "KEPALA_PERANGKAT_DAERAH": Text("Kepala perangkat daerah", "Heads of agencies"),
    "KEPALA_BAGIAN": Text("Kepala bagian", "Heads of divisions"),
    "CAMAT": Text("Camat", "Heads of districts"),
    "LURAH": Text("Lurah", "Heads of urban villages"),
    "ADMINISTRATOR_LAIN": Text("Administrator lain", "Other administrators"),
    "PENGAWAS_LAIN": Text("Pengawas lain", "Other supervisors"),
    "DIREKSI_BUMD": Text("Direksi BUMD", "Directors of regional companies"),
    "UNSPECIFIED": Text("belum dikategorikan", "not yet categorised"),
    "DINAS": Text("OPD (dinas)", "Agencies (dinas)"),
    "BAGIAN_SETDA": Text("Bagian Sekretariat Daerah", "Divisions of the secretariat"),
    "SPEAKER": Text("Narasumber", "Speaker"),
    "FACILITATOR": Text("Fasilitator", "Facilitator"),
    "TRAINER": Text("Pelatih", "Trainer"),
    "OFFICIANT": Text("Pejabat pembuka/penutup", "Officiant"),
    "TO_BE_NAMED": Text("belum ditentukan", "to be named"),
    "PROPOSED": Text("direncanakan", "proposed"),
    "INVITED": Text("diundang", "invited"),
    "CONFIRMED": Text("dikonfirmasi", "confirmed"),
    "RECONFIRM_NEEDED": Text("perlu konfirmasi ulang", "to be confirmed again"),
    "ATTENDED": Text("hadir", "present"),
    "NO_SHOW": Text("tidak hadir", "absent"),
    "DECLINED": Text("berhalangan", "declined"),
    "REPLACED": Text("digantikan", "replaced"),
    "RECORDED": Text("dicatat", "recorded"),
    "VERIFIED": Text("terverifikasi", "verified"),
    "DISPUTED": Text("diperselisihkan", "disputed"),
    "COMPLETED": Text("ditutup", "completed"),
    "SHOWN": Text("tampil", "shown"),
    "NO_BASELINE": Text("tanpa data awal", "no baseline"),
    "TOO_FEW": Text("terlalu sedikit", "too few"),
    "HIDDEN": Text("disembunyikan", "hidden"),
    "YES": Text("ya", "yes"),
    "NO": Text("tidak", "no"),
    "NOT_STATED": Text("tidak disebut sumber", "not stated by a source"),
    "VENUE_UNAVAILABLE": Text("tempat tidak tersedia", "venue not available"),
    "PNS_20": Text("PNS ≥ 20 JP", "PNS ≥ 20 JP"),
    "PPPK_24": Text("PPPK ≤ 24 JP", "PPPK ≤ 24 JP"),
    "NONE": Text("tanpa kewajiban", "no duty"),
    "COMMUNICATION": Text("Komunikasi", "Communication"),
    "LEADERSHIP": Text("Kepemimpinan", "Leadership"),
    "SERVICE_QUALITY": Text("Kualitas layanan", "Service quality"),
    "BP": Text("Berorientasi Pelayanan", "Service orientation"),
    "AK": Text("Akuntabel", "Accountable"),
    "KP": Text("Kompeten", "Competent"),
    "HM": Text("Harmonis", "Harmonious"),
    "LY": Text("Loyal", "Loyal"),
    "AD": Text("Adaptif", "Adaptive"),
    "KL": Text("Kolaboratif", "Collaborative"),
}


def of(code: str) -> Text:
    """Put a code into words; one without words stays as it is."""
    return CODES.get(code, Text(code, code))
