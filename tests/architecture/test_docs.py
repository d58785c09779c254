"""The pages tell the truth: commands exist, links lead somewhere, words, settings and decisions are complete."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools import catalogue, sources
from tools.catalogue import ROOT

LINK: Final = re.compile(r"\[[^\]]+\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
MAKE: Final = re.compile(r"\bmake ([a-z][a-z0-9-]*)")
TARGET: Final = re.compile(r"^([a-z][a-z0-9%-]*):", re.MULTILINE)
SETTING: Final = re.compile(r"BINA_[A-Z][A-Z_]*[A-Z]")
HEADINGS: Final = ["Owns", "Publishes", "Reads", "Runs as", "Stores", "Decisions"]
SECTIONS: Final = ["Context", "Decision", "Consequences", "Rejected"]


def pages() -> list[str]:
    """List every page of the repository."""
    return [path for path in sources.tracked() if path.endswith(".md")]


def commands(text: str) -> set[str]:
    """Name the make targets that a page asks for, in code only."""
    code = re.findall(r"`[^`]+`|```.*?```", text, re.DOTALL)
    return {target for part in code for target in MAKE.findall(part)}


def targets() -> set[str]:
    """Name the targets of the Makefile; one for each service where a rule has a placeholder."""
    found = set(TARGET.findall(sources.text_of("Makefile")))
    rules = {target for target in found if "%" in target}
    return found - rules | {rule.replace("%", name) for rule in rules for name in (*catalogue.services(), "library")}


def dead_links(page: str, text: str) -> Iterator[str]:
    """Name the relative links of a page that lead nowhere."""
    for target in LINK.findall(text):
        if not (ROOT / page).parent.joinpath(target).exists():
            yield target


def headings(text: str, level: str = "## ") -> list[str]:
    """List the headings of a page."""
    return [line.removeprefix(level) for line in text.splitlines() if line.startswith(level)]


def test_commands_named_in_pages_exist() -> None:
    known = targets()
    assert {p: bad for p in pages() if (bad := commands(sources.text_of(p)) - known)} == {}


def test_planted_command_is_caught() -> None:
    assert commands("Run `make everything` and make sure.") == {"everything"}
    assert "everything" not in targets()


def test_links_lead_somewhere() -> None:
    assert {p: bad for p in pages() if (bad := list(dead_links(p, sources.text_of(p))))} == {}


def test_planted_dead_link_is_caught() -> None:
    assert list(dead_links("README.md", "[x](docs/none.md) [y](CONTRIBUTING.md)")) == ["docs/none.md"]


def test_the_readme_names_both_commands() -> None:
    assert {"demo", "test"} <= commands(sources.text_of("README.md"))


def test_every_event_subject_is_in_the_glossary() -> None:
    words = set(re.findall(r"^\| ([a-z]+) \|", sources.text_of("docs/reference/glossary.md"), re.MULTILINE))
    subjects = {name.split(".")[3] for name in catalogue.event_types()}
    assert subjects - words == set()


def test_every_setting_is_described() -> None:
    described = set(SETTING.findall(sources.text_of("docs/reference/settings.md")))
    read = {name for s in sources.product() if not s.path.startswith("tools/") for name in SETTING.findall(s.text)}
    assert read
    assert read - described == set()
    in_containers = set(SETTING.findall(sources.text_of("templates/service/Dockerfile.j2")))
    assert described - read - in_containers - {"BINA_ISSUER_PORT"} == set()


def test_every_service_page_has_the_six_headings() -> None:
    found = {name: headings(sources.text_of(f"services/{name}/README.md")) for name in catalogue.services()}
    assert {name: said for name, said in found.items() if said != HEADINGS} == {}


def test_decisions_are_numbered_and_complete() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert "\nStatus: " in text, path.name
        assert headings(text) == SECTIONS, path.name
        assert len(text.splitlines()) <= 50, path.name


def test_every_service_page_names_its_topics() -> None:
    for topic in catalogue.topics():
        assert topic.name in sources.text_of(f"services/{topic.owner}/README.md"), topic.name


def test_contracts_name_the_version_of_the_project() -> None:
    document = json.loads(Path(catalogue.CONTRACTS / "asyncapi.json").read_text("utf-8"))
    assert f"## {document['info']['version']}" in sources.text_of("CHANGELOG.md")
