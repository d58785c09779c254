"""The main job: every figure agrees with the examples, and a second run finds everything there."""

from pathlib import Path
from typing import Any


def test_every_figure_agrees_with_the_examples(first_run: Any) -> None:
    assert first_run.status == 0, first_run.err
    assert [key for key, check in first_run.data["checks"].items() if not check["agrees"]] == []
    assert len(first_run.data["checks"]) > 100


def test_every_figure_has_a_date_a_definition_and_a_source(first_run: Any) -> None:
    for figure in first_run.data["figures"].values():
        assert figure["as_of"]
        assert figure["definition"]
        assert figure["source"]


def test_services_and_nation_agree(first_run: Any) -> None:
    assert first_run.values["reconciliation.difference"] == 0
    assert first_run.values["reconciliation.compared"] > 100


def test_progress_is_told_in_plain_lines_without_a_terminal(first_run: Any) -> None:
    assert "KDI-RTR-2025: W1 attendance" in first_run.err
    assert "\x1b[" not in first_run.err


def test_the_page_is_written(first_run: Any) -> None:
    page = Path(first_run.data["page"]).read_text(encoding="utf-8")
    assert "Retret Pemerintah Kota Malang" in page
    assert "http://" not in page.split("<footer>")[0]


def test_a_second_run_says_what_is_there_and_shows_the_same(stage: Any, first_run: Any) -> None:
    again = stage.bina("demo", "--roster-scale", "small", "--json")
    assert again.status == 0, again.err
    assert again.values == first_run.values
    assert "already there from an earlier run: KDI-RBC-2025, KDI-RTR-2025, MLG-RTR-2025, NTT-RTR-2025" in again.err
    assert again.err.splitlines()[-2].startswith("0 writes were new")


def test_the_report_alone_shows_the_same(stage: Any, first_run: Any) -> None:
    shown = stage.bina("report", "--json")
    assert shown.status == 0, shown.err
    assert shown.values == first_run.values


def test_the_terminal_report_ends_with_the_way_on(stage: Any, first_run: Any) -> None:
    text = stage.bina("report").out
    assert f"{len(first_run.data['checks'])}/{len(first_run.data['checks'])}" in text
    assert "admin@74.71" in text
    assert "bina down" in text
    assert max(len(line) for line in text.splitlines() if not line.startswith("HTML")) <= 80


def test_another_roster_is_refused_by_name(stage: Any, first_run: Any) -> None:
    other = stage.bina("demo", "--json")
    assert other.status == 1
    assert "this platform holds another roster" in other.out


def test_a_figure_that_differs_fails_the_run(stage: Any, first_run: Any, tmp_path: Path) -> None:
    source = stage.platform.layout.root / "examples" / "programmes"
    for file in source.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        text = text.replace('MLG-RTR-2025.jp, value: "18"', 'MLG-RTR-2025.jp, value: "19"')
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    shown = stage.bina("report", "--examples", str(tmp_path))
    assert shown.status == 1
    assert "MLG-RTR-2025.jp: diharapkan 19, ditemukan 18" in shown.out


def test_a_wrong_example_file_is_named_by_line_and_field(stage: Any, tmp_path: Path) -> None:
    source = stage.platform.layout.root / "examples" / "programmes"
    for file in source.glob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("start: 2025-05-16,", "start: 2025-02-30,")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    refused = stage.bina("demo", "--examples", str(tmp_path))
    assert refused.status == 2
    assert "batches[0].planned.start: expected a real date as YYYY-MM-DD" in refused.err
    assert "malang-retreat.yaml:" in refused.err
    assert "Traceback" not in refused.err
