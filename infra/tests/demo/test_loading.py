"""The example files: the real ones load, and a wrong one is named by file, line, field and expectation."""

import shutil
from pathlib import Path

import pytest

from bina.demo.example.loading import ExamplesError, load_examples

EXAMPLES = Path(__file__).parents[3] / "examples" / "programmes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES, tmp_path / "programmes"))


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a text once and give its line."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    line = text[: text.index(old)].count("\n") + 1
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return line


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(ExamplesError) as refusal:
        load_examples(folder)
    return [str(fault) for fault in refusal.value.faults]


def test_the_source_programmes_load() -> None:
    examples = load_examples(EXAMPLES)
    assert [programme.code for programme in examples.programmes] == [
        "KDI-RBC-2025",
        "KDI-RTR-2025",
        "MLG-RTR-2025",
        "NTT-RTR-2025",
    ]
    assert set(examples.tenants) == {"74.71", "35.73", "53"}
    jp = {programme.code: sum(s.jp for s in programme.curriculum.sessions) for programme in examples.programmes}
    assert jp == {"KDI-RTR-2025": 20, "MLG-RTR-2025": 18, "KDI-RBC-2025": 8, "NTT-RTR-2025": 34}


@pytest.mark.parametrize(
    ("old", "new", "field", "expected"),
    [
        ("minutes_per_jp: 45", "minutes_per_jp: many", "programme.minutes_per_jp", "expected a whole number from 30"),
        ("start: 2025-05-16,", "start: 2025-02-30,", "batches[0].planned.start", "expected a real date as YYYY-MM-DD"),
        ("kind: RETREAT", "kind: PARTY", "programme.kind", "expected one of RETREAT, CLINIC, BRIEFING; found 'PARTY'"),
        ("tenant: 35.73", "tenant: 3573", "programme.tenant", "expected a dotted region code such as 74.71"),
        ("tenant: 35.73", "tenant: 35.74", "programme.tenant", "expected one of 74.71, 35.73, 53; found '35.74'"),
        ("organizer_unit: bkpsdm", "organizer_unit: bkd", "programme.organizer_unit", "expected a unit key"),
        (
            "reason: NOT_STATED",
            "reasons: NOT_STATED",
            "batches[0].moved.reasons",
            "expected no such field; known",
        ),
        ("minutes: 135, jp: 3}", "minutes: 135, jp: 4}", "curriculum.sessions[5].jp", "expected 3 JP for 135 minutes"),
        ("session: M4,", "session: M44,", "curriculum.speakers[1].session", "expected a session key; found 'M44'"),
        ("source: article-001", "source: article-9", "claims[0].source", "expected one of article-001, article-002"),
        ("end: 2025-05-18}", "end: 2025-05-15}", "batches[0].planned.end", "expected 2025-05-16 or later"),
        ("small: 3, person_kind", "small: 4, person_kind", "batches[0].roster[4].small", "expected at most 3"),
    ],
)
def test_a_fault_names_line_field_and_expectation(folder: Path, old: str, new: str, field: str, expected: str) -> None:
    line = change(folder, "malang-retreat.yaml", old, new)
    found = faults_of(folder)
    assert any(text.startswith(f"malang-retreat.yaml:{line}: {field}: {expected}") for text in found), found


def test_a_missing_field_is_placed_at_its_mapping(folder: Path) -> None:
    line = change(folder, "ntt-retreat.yaml", "planned: {start: 2025-10-01, end", "planned: {end")
    assert faults_of(folder) == [
        f"ntt-retreat.yaml:{line}: batches[0].planned.start: expected a real date as YYYY-MM-DD"
    ]


def test_all_faults_of_all_files_come_at_once(folder: Path) -> None:
    change(folder, "ntt-retreat.yaml", "minutes_per_jp: 45", "minutes_per_jp: 5")
    change(folder, "malang-retreat.yaml", "kind: RETREAT", "kind: PARTY")
    change(folder, "tenants.yaml", "kind: PROVINSI", "kind: KINGDOM")
    assert {text.split(":")[0] for text in faults_of(folder)} == {
        "ntt-retreat.yaml",
        "malang-retreat.yaml",
        "tenants.yaml",
    }


def test_broken_yaml_names_its_line(folder: Path) -> None:
    line = change(folder, "kendari-clinic.yaml", "code: KDI-RBC-2025", "code: [KDI-RBC-2025")
    (found,) = [text for text in faults_of(folder) if "expected YAML" in text]
    assert found.startswith("kendari-clinic.yaml:")
    assert int(found.split(":")[1]) >= line


def test_a_field_given_twice_is_refused(folder: Path) -> None:
    line = change(folder, "kendari-clinic.yaml", "  kind: CLINIC\n", "  kind: CLINIC\n  kind: RETREAT\n")
    assert f"kendari-clinic.yaml:{line + 1}: programme.kind: expected once, found again" in faults_of(folder)


@pytest.mark.parametrize("content", [b"", b"- 1\n", b"\xff\xfe\x00", b"just text"])
def test_a_file_that_is_no_mapping_is_refused(folder: Path, content: bytes) -> None:
    (folder / "kendari-clinic.yaml").write_bytes(content)
    assert any(text.startswith("kendari-clinic.yaml:1: (file): expected") for text in faults_of(folder))


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "tenants.yaml").unlink()
    assert "tenants.yaml:1: (file): expected this file, found none" in faults_of(folder)


def test_two_programmes_cannot_share_a_code(folder: Path) -> None:
    line = change(folder, "kendari-retreat.yaml", "code: KDI-RTR-2025", "code: KDI-RBC-2025")
    expected = f"kendari-retreat.yaml:{line}: programme.code: expected a new code; kendari-clinic.yaml has it"
    assert expected in faults_of(folder)
