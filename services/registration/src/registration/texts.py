"""What registration says when it refuses: code → (Bahasa Indonesia, English). Codes are stable, texts may change."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # whole requests
    "after_measures_missing": (
        "Program belum dapat dinyatakan selesai dievaluasi: pengukuran pascaprogram belum ada.",
        "The batch cannot be closed yet: there are no after-measures.",
    ),
    "arrived_out_of_range": (
        "Jumlah yang hadir {persons} tidak sesuai dengan utusan yang ditunjuk ({expected}).",
        "{persons} arrived, but {expected} delegates are named.",
    ),
    "batch_state": (
        "Gelombang berstatus {state}; tindakan {action} tidak dapat dilakukan.",
        "The batch is {state}; {action} is not possible.",
    ),
    "claim_state": ("Klaim tidak dapat dikembalikan menjadi {status}.", "A claim cannot go back to {status}."),
    "cover_missing": (
        "Pelaksana harian (Plh) belum ditunjuk untuk pejabat ini.",
        "No acting official (Plh) is named for this head.",
    ),
    "cover_not_expected": (
        "Kategori {category} tidak memerlukan pelaksana harian.",
        "Category {category} needs no acting official.",
    ),
    "cover_period": (
        "Masa Plh tidak mencakup seluruh hari kegiatan.",
        "The acting official does not cover all days of the batch.",
    ),
    "delegate_elsewhere": (
        "Utusan sudah mewakili unit lain dalam gelombang ini.",
        "A delegate comes for another unit of this batch already.",
    ),
    "delegates_missing": ("Utusan unit belum ditunjuk.", "The unit has named no delegates."),
    "enrolment_state": (
        "Kepesertaan berstatus {state}; tindakan {action} tidak dapat dilakukan.",
        "The enrolment is {state}; {action} is not possible.",
    ),
    "not_a_unit_enrolment": ("Ini bukan kepesertaan unit.", "This is not the enrolment of a unit."),
    "person_erased": ("Data pribadi orang ini sudah dihapus.", "This person's data were erased."),
    "person_exists": (
        "Nomor pegawai ini sudah terdaftar (id {person}).",
        "This employee number is registered already (id {person}).",
    ),
    "programme_has_batches": (
        "Program masih memiliki gelombang yang belum dibatalkan.",
        "The programme still has batches that are not cancelled.",
    ),
    "programme_state": (
        "Program berstatus {state}; tindakan {action} tidak dapat dilakukan.",
        "The programme is {state}; {action} is not possible.",
    ),
    "quota_below_taken": (
        "Kuota baru lebih kecil daripada kursi yang sudah terisi ({taken}).",
        "The new quota is below the seats that are taken ({taken}).",
    ),
    "quota_category_full": (
        "Kuota untuk kategori {category} sudah penuh.",
        "The quota of category {category} is full.",
    ),
    "quota_full": ("Kuota {seats} kursi sudah penuh.", "All {seats} seats are taken."),
    "replacement_already_enrolled": (
        "Pengganti sudah menjadi peserta program ini.",
        "The replacement is enrolled in this programme already.",
    ),
    "replacement_is_the_same": (
        "Pengganti sama dengan yang digantikan.",
        "The replacement is the one who is replaced.",
    ),
    "replacement_not_eligible": (
        "Pengganti tidak memenuhi syarat peserta.",
        "The replacement does not meet the rule for participants.",
    ),
    "tenant_not_onboarded": (
        "Pemerintah daerah {tenant} belum terdaftar di platform ini.",
        "The regional government {tenant} is not on the platform yet.",
    ),
    "unit_closed": ("Unit sudah ditutup per {valid_to}.", "The unit was closed on {valid_to}."),
    # single fields and rows
    "ACTING_FOR_ONESELF": (
        "Pejabat tidak dapat menjadi Plh bagi dirinya sendiri.",
        "Nobody can act for themselves.",
    ),
    "ACTING_OFFICIAL": (
        "Plh dan Plt memerlukan orang yang ditunjuk; EXEMPT tidak.",
        "PLH and PLT need a person; EXEMPT has none.",
    ),
    "AGE_AT_APPOINTMENT": (
        "Usia saat pengangkatan terlalu muda menurut nomor ini.",
        "Too young at appointment according to this number.",
    ),
    "AGE_UNDER_18": (
        "Berusia 16-17 tahun saat pengangkatan; periksa kembali.",
        "Aged 16-17 at appointment; please check.",
    ),
    "ALREADY_ENROLLED": (
        "Sudah menjadi peserta program ini ({enrolment}).",
        "Enrolled in this programme already ({enrolment}).",
    ),
    "BIRTH_DATE": (
        "Digit 1-8 bukan tanggal lahir yang benar.",
        "Digits 1-8 are no real date of birth.",
    ),
    "BIRTH_FUTURE": ("Tanggal lahir di masa depan.", "The date of birth lies in the future."),
    "CATEGORY_NON_ASN_ONLY": ("Kategori ini hanya untuk non-ASN.", "This category is for non-ASN only."),
    "CATEGORY_NOT_ADMITTED": (
        "Kategori jabatan tidak termasuk syarat peserta.",
        "The rule does not admit this category.",
    ),
    "COVER_NEEDED": (
        "Pimpinan unit perlu menunjuk Plh selama kegiatan.",
        "A head of unit needs an acting official during the batch.",
    ),
    "DELEGATE_ELSEWHERE": ("Sudah mewakili unit lain.", "Comes for another unit already."),
    "DUPLICATE": ("Tercantum dua kali.", "Listed twice."),
    "ECHELON_KIND_MISMATCH": (
        "Eselon {echelon} tidak sesuai dengan jenis jabatan {position_kind}.",
        "Echelon {echelon} does not go with position kind {position_kind}.",
    ),
    "ECHELON_MISSING": (
        "Eselon wajib diisi menurut syarat peserta.",
        "The rule looks at the echelon, which is missing.",
    ),
    "ECHELON_NOT_ADMITTED": (
        "Eselon tidak termasuk syarat peserta.",
        "The rule does not admit this echelon.",
    ),
    "ECHELON_NOT_EXPECTED": (
        "Eselon dan jenis jabatan hanya untuk ASN.",
        "Echelon and position kind are for ASN only.",
    ),
    "ECHELON_UNKNOWN": ("Kode eselon {echelon} tidak dikenal.", "Echelon code {echelon} is unknown."),
    "JPT_UTAMA_NOT_REGIONAL": (
        "JPT utama tidak ada di pemerintah daerah.",
        "JPT utama does not exist in regional government.",
    ),
    "LEGACY_NIP9": (
        "Ini NIP lama 9 digit; gunakan NIP 18 digit.",
        "This is the old 9-digit number; use the one with 18 digits.",
    ),
    "LEGAL_STATUS_NOT_ACTIVE": (
        "Kedudukan hukum bukan aktif.",
        "The person is not in active service.",
    ),
    "LENGTH": ("Nomor pegawai harus 18 digit.", "An employee number has 18 digits."),
    "LOOKS_LIKE_NIK": (
        "Ini tampak seperti NIK (16 digit); NIK peserta tidak dikumpulkan.",
        "This looks like a NIK (16 digits), which is not collected.",
    ),
    "NON_ASN_NOT_NAMED": (
        "Peserta non-ASN hanya bila kategorinya disebut dalam syarat.",
        "Non-ASN take part only if the rule names their category.",
    ),
    "NOT_DIGITS": (
        "Nomor pegawai hanya boleh memuat angka 0-9.",
        "An employee number holds digits 0-9 only.",
    ),
    "NUMBER_NOT_EXPECTED": ("Non-ASN tidak memiliki nomor pegawai.", "Non-ASN have no employee number."),
    "NUMBER_REQUIRED": ("Nomor pegawai wajib untuk ASN.", "ASN need an employee number."),
    "PERIOD_ORDER": ("Akhir mendahului awal.", "The end lies before the beginning."),
    "PERSON_ERASED": ("Data pribadi orang ini sudah dihapus.", "This person's data were erased."),
    "PERSON_NOT_EXPECTED": ("Kepesertaan unit tidak memuat orang.", "The enrolment of a unit has no person."),
    "PERSON_OR_FACTS": (
        "Isi salah satu: person atau facts.",
        "Give either person or facts, not both.",
    ),
    "POSITION_KIND_NOT_ADMITTED": (
        "Jenis jabatan tidak termasuk syarat peserta.",
        "The rule does not admit this kind of position.",
    ),
    "PPPK_YEAR": ("PPPK belum ada sebelum 2019.", "There was no PPPK before 2019."),
    "QUOTA_ABOVE_TOTAL": (
        "Jumlah kuota per kategori melebihi kuota keseluruhan.",
        "The quotas by category exceed the total.",
    ),
    "QUOTA_TWICE": ("Satu kategori memiliki dua kuota.", "A category has two quotas."),
    "REGENCY_RANGE": (
        "Kode kabupaten 01-69, kota 71-99: {region} tidak sah.",
        "Regencies are 01-69 and cities 71-99: {region} is neither.",
    ),
    "REGION_FORMAT": (
        "Kode wilayah {region} tidak ditulis dalam bentuk bertitik, misalnya 74.71.",
        "Region code {region} is not in dotted form, such as 74.71.",
    ),
    "REGION_UNKNOWN": ("Kode wilayah {region} tidak dikenal.", "Region code {region} is unknown."),
    "SERIAL": ("Tiga digit terakhir tidak boleh 000.", "The last three digits cannot be 000."),
    "SEX": ("Digit ke-15 harus 1 atau 2.", "Digit 15 must be 1 or 2."),
    "STATUS_DIFFERS": (
        "Status kepegawaian berbeda dari yang tersirat dalam nomor.",
        "The status differs from what the number says.",
    ),
    "STATUS_KIND_MISMATCH": (
        "Status kepegawaian tidak sesuai dengan jenis orang.",
        "The civil service status does not go with the kind of person.",
    ),
    "TMT_FUTURE": ("Waktu pengangkatan di masa depan.", "The appointment lies in the future."),
    "TMT_MONTH": (
        "Digit 13-14 harus bulan 01-12, atau 21-29 untuk PPPK.",
        "Digits 13-14 must be a month 01-12, or 21-29 for PPPK.",
    ),
    "UNIT_CYCLE": ("Unit tidak dapat berada di bawah dirinya sendiri.", "A unit cannot be below itself."),
    "UNIT_NOT_ALIVE": (
        "Unit belum ada atau sudah ditutup pada tanggal itu.",
        "The unit does not exist on that day.",
    ),
    "UNKNOWN_ID": ("Tidak ditemukan.", "There is none with this id."),
    "UNKNOWN_PROVINCE": ("Provinsi pada kode {region} tidak dikenal.", "The province of {region} is unknown."),
    "VILLAGE_KIND": (
        "Digit pertama kode desa/kelurahan harus 1, 2, atau 3: {region}.",
        "The first digit of a village code must be 1, 2 or 3: {region}.",
    ),
}
