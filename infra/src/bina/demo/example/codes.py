"""The closed sets of codes that the example files may use."""

from typing import Final

ZONES: Final = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
UNIT_KINDS: Final = [
    "SEKRETARIAT_DAERAH",
    "BAGIAN_SETDA",
    "BIRO_SETDA",
    "SEKRETARIAT_DPRD",
    "INSPEKTORAT",
    "DINAS",
    "BADAN",
    "RSUD",
    "SATPOL_PP",
    "KECAMATAN",
    "KELURAHAN",
    "UPTD",
    "CABANG_DINAS",
    "BUMD",
    "INSTANSI_PUSAT",
    "LAINNYA",
]
CATEGORIES: Final = [
    "SEKDA",
    "ASISTEN",
    "STAF_AHLI",
    "KEPALA_PERANGKAT_DAERAH",
    "KEPALA_BAGIAN",
    "CAMAT",
    "LURAH",
    "ADMINISTRATOR_LAIN",
    "PENGAWAS_LAIN",
    "FUNGSIONAL",
    "PELAKSANA",
    "DIREKSI_BUMD",
    "TAMU",
    "UNSPECIFIED",
]
ECHELONS: Final = ("I.b", "II.a", "II.b", "III.a", "III.b", "IV.a", "IV.b", "NON")
POSITIONS: Final = ("JPT_MADYA", "JPT_PRATAMA", "ADMINISTRATOR", "PENGAWAS", "FUNGSIONAL", "PELAKSANA")
SESSION_KINDS: Final = [
    "LECTURE",
    "DISCUSSION",
    "WORKSHOP",
    "SIMULATION",
    "CASE_STUDY",
    "PRACTICE",
    "FIELD_VISIT",
    "REFLECTION",
    "OUTDOOR",
    "CEREMONY",
]
GOVERNMENT_LEVELS: Final = ("PUSAT", "PROVINSI", "KABUPATEN", "KOTA", "NON_PEMERINTAH")
SPEAKER_STATES: Final = ("TO_BE_NAMED", "PROPOSED", "INVITED", "CONFIRMED")
WAVES: Final = ("T30", "T90", "T180")
ANSWERS: Final = 9  # unsur of a service survey
DIMENSIONS: Final = (
    "COMMUNICATION",
    "LEADERSHIP",
    "SERVICE_QUALITY",
    "BERAKHLAK",
)  # the last stands for all seven values
ECHELON_IDS: Final = {
    "I.b": "12",
    "II.a": "21",
    "II.b": "22",
    "III.a": "31",
    "III.b": "32",
    "IV.a": "41",
    "IV.b": "42",
    "NON": "99",
}  # as the civil service agency numbers them
