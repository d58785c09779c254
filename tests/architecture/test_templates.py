"""What every service repeats by design is rendered from one template; copies cannot drift apart."""

from pathlib import Path

from tools import catalogue, contracts, rendered


def test_rendered_copies_are_those_of_the_template() -> None:
    assert contracts.copies_that_differ() == []


def test_planted_drift_is_caught(tmp_path: Path) -> None:
    for name in catalogue.services():
        folder = tmp_path / "services" / name
        folder.mkdir(parents=True)
        source = catalogue.ROOT / "services" / name / "pyproject.toml"
        (folder / "pyproject.toml").write_text(source.read_text("utf-8"), "utf-8")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "topics.yaml").write_text("topics: []\n", "utf-8")
    realm = tmp_path / rendered.REALM
    realm.parent.mkdir(parents=True)
    realm.write_text('{"clients": []}', "utf-8")
    assert contracts.render_copies(tmp_path) != []
    assert contracts.copies_that_differ(tmp_path) == []
    drifted = tmp_path / rendered.place("Dockerfile", catalogue.services()[0])
    drifted.write_text(drifted.read_text("utf-8") + "USER root\n", "utf-8")
    assert contracts.copies_that_differ(tmp_path) == [f"differs from its template: {drifted.relative_to(tmp_path)}"]
