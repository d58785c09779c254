"""Every refusal and fault of this service by its code: Bahasa Indonesia and English."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "already_scheduled": (
        "Sesi gelombang ini sudah dijadwalkan.",
        "The sessions of this batch have been scheduled already.",
    ),
    "attendance_missing": (
        "Presensi sesi {session} belum diisi.",
        "No attendance of session {session} was recorded yet.",
    ),
    "attendance_recorded": (
        "Presensi sesi {session} sudah diisi, sehingga sesi tidak dapat dipindah atau dibatalkan.",
        "Attendance of session {session} was recorded, so it can be neither moved nor cancelled.",
    ),
    "batch_not_completed": ("Gelombang ini belum ditutup.", "This batch has not been completed."),
    "batch_state": (
        "Status gelombang ({state}) tidak mengizinkan tindakan ini.",
        "The state of the batch ({state}) does not allow this action.",
    ),
    "batch_without_period": (
        "Gelombang ini belum memiliki tanggal dan zona waktu.",
        "This batch has no dates and time zone yet.",
    ),
    "delegates_missing": ("Unit ini belum menyebut utusannya.", "This unit has not named its delegates."),
    "engagement_state": (
        "Status narasumber {state} tidak dapat menjadi {wanted}.",
        "A speaker in state {state} cannot become {wanted}.",
    ),
    "enrolment_inactive": (
        "Pendaftaran ini tidak memegang kursi (belum terkonfirmasi, mundur, atau digantikan).",
        "This enrolment holds no seat (not confirmed, withdrawn or substituted).",
    ),
    "enrolment_unknown": (
        "Pendaftaran ini tidak dikenal pada gelombang ini.",
        "This enrolment is not known in this batch.",
    ),
    "many_jp_in_a_day": (
        "Hari ke-{day} memuat {jp} JP, lebih dari 10.",
        "Day {day} holds {jp} JP, more than 10.",
    ),
    "minutes_or_jp": ("Isi menit atau JP sesi.", "Give the minutes or the JP of the session."),
    "minutes_too_many": (
        "Menit kehadiran melebihi lama sesi.",
        "More minutes attended than the session lasts.",
    ),
    "minutes_without_presence": (
        "Menit kehadiran hanya berlaku untuk PRESENT atau LATE.",
        "Minutes attended go with PRESENT or LATE only.",
    ),
    "not_eligible": (
        "Sesi ini tidak terbuka bagi kelompok eselon peserta.",
        "This session does not admit the participant's echelon group.",
    ),
    "nothing_completed": (
        "Belum ada peserta gelombang ini yang dinyatakan lulus.",
        "Nobody of this batch has completed yet.",
    ),
    "nothing_held": ("Belum ada sesi yang terlaksana.", "No session has been held."),
    "office_fixed": (
        "Jabatan narasumber tidak dapat diganti di sini; gunakan penggantian.",
        "The speaker's office cannot be changed here; replace the speaker.",
    ),
    "office_missing": ("Jabatan narasumber wajib disebut.", "The speaker's office must be named."),
    "person_unknown": (
        "Orang ini bukan peserta atau utusan pendaftaran ini.",
        "This person is neither the participant nor a delegate of this enrolment.",
    ),
    "programme_kind_unknown": (
        "Jenis program {programme_kind} tidak memiliki nomor sertifikat.",
        "There is no certificate number for programmes of kind {programme_kind}.",
    ),
    "programme_mismatch": (
        "Kurikulum ini milik program lain.",
        "This curriculum belongs to another programme.",
    ),
    "reason_required": (
        "Nilai ini berbeda dari yang tercatat; sebutkan alasan koreksinya.",
        "This differs from what was recorded; give the reason for the correction.",
    ),
    "roster_differs": (
        "Diharapkan {expected} orang terdaftar, yang dikenal saat ini {known}.",
        "Expected {expected} enrolled persons, {known} are known at this moment.",
    ),
    "rows_or_default": ("Isi baris atau status bawaan.", "Give rows or a default status."),
    "score_invalid": (
        "Nilai harus 0 sampai 100 dengan paling banyak dua desimal.",
        "A score is 0 to 100 with two decimals at most.",
    ),
    "session_code_repeated": (
        "Kode sesi {code} dipakai dua kali.",
        "The session code {code} is used twice.",
    ),
    "session_outside_period": (
        "Sesi {code} jatuh pada hari ke-{day}, di luar masa gelombang.",
        "Session {code} falls on day {day}, outside the period of the batch.",
    ),
    "session_state": (
        "Status sesi ({state}) tidak mengizinkan tindakan ini.",
        "The state of the session ({state}) does not allow this action.",
    ),
    "sessions_open": (
        "Sesi berikut belum ditutup atau dibatalkan: {sessions}.",
        "These sessions are neither closed nor cancelled: {sessions}.",
    ),
    "sessions_outside_period": (
        "Sebagian sesi jatuh di luar masa gelombang.",
        "Some sessions fall outside the period of the batch.",
    ),
    "too_many_jp_in_a_day": (
        "Hari ke-{day} memuat {jp} JP; batasnya 12.",
        "Day {day} holds {jp} JP; the limit is 12.",
    ),
    "version_empty": ("Versi ini belum memiliki sesi.", "This version has no session."),
    "version_frozen": (
        "Versi {number} sudah diterbitkan dan tidak dapat diubah; buat versi berikutnya.",
        "Version {number} is published and cannot change; draft the next one.",
    ),
    "version_invalid": ("Isi versi ini tidak sah.", "The content of this version is not valid."),
    "version_not_published": (
        "Versi {number} belum diterbitkan.",
        "Version {number} has not been published.",
    ),
}
