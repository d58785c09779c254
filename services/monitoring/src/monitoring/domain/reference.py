"""Reference data of every tenant: dimensions, the 21 behaviours of BerAKHLAK, the standard instrument.

Behaviours: SE MenPAN-RB 20/2021. What depends on a year or a regulation carries a version.
"""

from collections.abc import Mapping
from typing import Final

MALANG_DIMENSIONS: Final[Mapping[str, str]] = {
    "COMMUNICATION": "Pola komunikasi",
    "LEADERSHIP": "Cara memimpin",
    "SERVICE_QUALITY": "Kualitas layanan",
}
CORE_VALUES: Final[Mapping[str, str]] = {
    "BP": "Berorientasi Pelayanan",
    "AK": "Akuntabel",
    "KP": "Kompeten",
    "HM": "Harmonis",
    "LY": "Loyal",
    "AD": "Adaptif",
    "KL": "Kolaboratif",
}
DIMENSIONS: Final[Mapping[str, str]] = {**MALANG_DIMENSIONS, **CORE_VALUES}

BEHAVIOURS: Final[Mapping[str, str]] = {
    "BP1": "Memahami dan memenuhi kebutuhan masyarakat",
    "BP2": "Ramah, cekatan, solutif, dan dapat diandalkan",
    "BP3": "Melakukan perbaikan tiada henti",
    "AK1": "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin dan berintegritas tinggi",
    "AK2": "Menggunakan kekayaan dan BMN secara bertanggung jawab, efektif, efisien",
    "AK3": "Tidak menyalahgunakan kewenangan jabatan",
    "KP1": "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
    "KP2": "Membantu orang lain belajar",
    "KP3": "Melaksanakan tugas dengan kualitas terbaik",
    "HM1": "Menghargai setiap orang apa pun latar belakangnya",
    "HM2": "Suka menolong orang lain",
    "HM3": "Membangun lingkungan kerja yang kondusif",
    "LY1": "Memegang teguh Pancasila, UUD 1945, setia kepada NKRI dan pemerintahan yang sah",
    "LY2": "Menjaga nama baik ASN, pimpinan, instansi, negara",
    "LY3": "Menjaga rahasia jabatan dan negara",
    "AD1": "Cepat menyesuaikan diri menghadapi perubahan",
    "AD2": "Terus berinovasi dan mengembangkan kreativitas",
    "AD3": "Bertindak proaktif",
    "KL1": "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
    "KL2": "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
    "KL3": "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
}

# The sources name the three dimensions but no items; these nine are ours (KOM: from article 002's statements).
MALANG_ITEMS: Final[Mapping[str, tuple[str, str]]] = {
    "KOM1": ("COMMUNICATION", "Menyampaikan arahan dengan jelas dan mendengarkan masukan"),
    "KOM2": ("COMMUNICATION", "Berkomunikasi lintas unit tanpa sekat"),
    "KOM3": ("COMMUNICATION", "Menyampaikan informasi tepat waktu kepada yang memerlukan"),
    "PIM1": ("LEADERSHIP", "Membangun tim, bukan sekadar memerintah"),
    "PIM2": ("LEADERSHIP", "Mengutamakan kolaborasi, bukan persaingan"),
    "PIM3": ("LEADERSHIP", "Memberi teladan disiplin dan empati"),
    "LAY1": ("SERVICE_QUALITY", "Melayani warga dengan hati dan menuntaskan berkas"),
    "LAY2": ("SERVICE_QUALITY", "Menanggapi setiap pengaduan warga"),
    "LAY3": ("SERVICE_QUALITY", "Menyederhanakan prosedur layanan"),
}

STANDARD_INSTRUMENT: Final = "BINA-PERILAKU"
SKM_VERSION: Final = "PERMENPANRB-14-2017"

SERVICE_ELEMENTS: Final[Mapping[str, str]] = {
    "U1": "Persyaratan",
    "U2": "Sistem, mekanisme, prosedur",
    "U3": "Waktu penyelesaian",
    "U4": "Biaya/tarif",
    "U5": "Produk spesifikasi jenis pelayanan",
    "U6": "Kompetensi pelaksana",
    "U7": "Perilaku pelaksana",
    "U8": "Penanganan pengaduan, saran dan masukan",
    "U9": "Sarana dan prasarana",
}
