"""What each refusal says, in Bahasa Indonesia and in English."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "already_answered": (
        "Penilai ini sudah memberi jawaban lain untuk peserta ini.",
        "This rater has already given another answer about this participant.",
    ),
    "answer_invalid": ("Jawaban tidak sah.", "The answer is not valid."),
    "answer_repeated": ("Jawaban ini sudah ada di baris sebelumnya.", "An earlier row holds this answer already."),
    "baseline_too_late": (
        "Kondisi awal hanya berlaku sampai {due_on}, sehari sebelum hari pertama.",
        "A baseline counts until {due_on} only, the day before day 1.",
    ),
    "batch_unknown": ("Gelombang ini belum dikenal.", "This batch is not known (yet)."),
    "checklist_version_fixed": (
        "Rangkaian kunjungan ini memakai daftar periksa versi {version}.",
        "This series of visits uses version {version} of its checklist.",
    ),
    "component_missing": ("Komponen ini wajib diisi.", "This component is required."),
    "component_repeated": ("Komponen {component} tertulis dua kali.", "Component {component} appears twice."),
    "component_unknown": ("Komponen ini tidak ada dalam set bobot.", "The weight set has no such component."),
    "dimension_unknown": ("Dimensi {dimension} tidak dikenal.", "Dimension {dimension} is not known."),
    "due_before_submission": (
        "Tenggat tidak boleh sebelum tanggal pengajuan.",
        "The due date may not lie before the submission.",
    ),
    "element_missing": ("Unsur {element} belum diisi.", "Element {element} is missing."),
    "element_off_scale": (
        "Jumlah nilai unsur {element} di luar skala 1-4.",
        "The total of element {element} is off the scale 1-4.",
    ),
    "element_unknown": (
        "Unsur {element} tidak dikenal atau tertulis dua kali.",
        "Element {element} is not known or appears twice.",
    ),
    "end_state": ("Harus FAILED atau CANCELLED.", "Must be FAILED or CANCELLED."),
    "enrolment_unknown": (
        "Peserta ini belum dikenal pada gelombang ini.",
        "This enrolment is not known in this batch (yet).",
    ),
    "finding_due_before_visit": (
        "Tenggat temuan tidak boleh sebelum tanggal kunjungan.",
        "A finding's due date may not lie before the visit.",
    ),
    "finding_state": ("Temuan {finding} berstatus {state}.", "Finding {finding} is {state}."),
    "finding_unknown": ("Kunjungan ini tidak memiliki temuan {finding}.", "This visit has no finding {finding}."),
    "findings_open": ("Masih ada {count} temuan yang belum selesai.", "{count} findings are not settled yet."),
    "follow_up_only": ("Harus T30, T90, atau T180.", "Must be T30, T90 or T180."),
    "innovation_state": ("Inovasi ini berstatus {state}.", "This innovation is {state}."),
    "instrument_exists": (
        "Instrumen {instrument} versi {version} sudah ada.",
        "Instrument {instrument} version {version} exists already.",
    ),
    "instrument_frozen": (
        "Instrumen {instrument} versi {version} sudah diterbitkan dan tidak dapat diubah.",
        "Instrument {instrument} version {version} is published and cannot change.",
    ),
    "instrument_invalid": ("Instrumen tidak sah.", "The instrument is not valid."),
    "instrument_reserved": ("Kode {instrument} dicadangkan.", "The code {instrument} is reserved."),
    "instrument_unknown": (
        "Instrumen {instrument} versi {version} tidak ada atau belum diterbitkan.",
        "Instrument {instrument} version {version} does not exist or is not published.",
    ),
    "item_missing": ("Butir {item} belum dijawab.", "Item {item} is not answered."),
    "item_off_scale": ("Nilai harus {low} sampai {high}.", "The answer must be {low} to {high}."),
    "item_repeated": ("Butir {item} tertulis dua kali.", "Item {item} appears twice."),
    "item_state": ("Aksi {item} berstatus {state}.", "Action {item} is {state}."),
    "item_unknown": ("Butir {item} tidak ada dalam instrumen.", "The instrument has no item {item}."),
    "item_unknown_in_plan": ("Rencana ini tidak memiliki aksi {item}.", "This plan has no action {item}."),
    "measure_closed": ("Pengukuran {measure_kind} sudah ditutup.", "Measure {measure_kind} is closed."),
    "measure_exists": (
        "Gelombang ini sudah memiliki pengukuran {measure_kind}.",
        "This batch has a measure {measure_kind} already.",
    ),
    "measure_open": ("Pengukuran {measure_kind} belum ditutup.", "Measure {measure_kind} is not closed yet."),
    "percent_off_range": ("Persentase harus 0 sampai 100.", "The percentage must be 0 to 100."),
    "plan_exists": ("Peserta ini sudah memiliki rencana aksi.", "This enrolment has an action plan already."),
    "plan_invalid": ("Rencana aksi tidak sah.", "The action plan is not valid."),
    "plan_state": ("Rencana aksi ini berstatus {state}.", "This action plan is {state}."),
    "progress_state": ("Harus IN_PROGRESS, DONE, atau CANCELLED.", "Must be IN_PROGRESS, DONE or CANCELLED."),
    "rater_missing": ("Penilai lain wajib disebut dengan id-nya.", "Another rater must be named by an id."),
    "rater_not_self": ("Penilaian diri hanya oleh peserta sendiri.", "A self-rating is the participant's own."),
    "rubric_unknown": (
        "Instrumen {instrument} versi {version} tidak dikenal.",
        "Instrument {instrument} version {version} is not known.",
    ),
    "score_exists": (
        "Nilai {instrument} untuk {period} sudah dicatat.",
        "The score of {instrument} for {period} is recorded already.",
    ),
    "score_off_range": ("Nilai harus {low} sampai {high}.", "The score must be {low} to {high}."),
    "simulation_invalid": ("Simulasi tidak sah.", "The simulation is not valid."),
    "survey_invalid": ("Survei tidak sah.", "The survey is not valid."),
    "unit_unknown": ("Unit organisasi ini belum dikenal.", "This organisation unit is not known (yet)."),
    "verifier_is_owner": (
        "Pemilik aksi {item} tidak boleh memverifikasi aksinya sendiri.",
        "The owner of action {item} cannot verify it.",
    ),
    "visit_state": ("Kunjungan ini berstatus {state}.", "This visit is {state}."),
    "weight_set_exists": ("Set bobot {weight_set} sudah ada.", "Weight set {weight_set} exists already."),
    "weight_set_unknown": ("Set bobot {weight_set} tidak ada.", "There is no weight set {weight_set}."),
    "weights_invalid": ("Set bobot tidak sah.", "The weight set is not valid."),
    "weights_off_total": (
        "Jumlah bobot {sum} tidak sama dengan {total}.",
        "The weights sum to {sum} instead of {total}.",
    ),
}
