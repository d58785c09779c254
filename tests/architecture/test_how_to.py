"""The how-to pages are true: followed to the letter in a copy they work, and touch no more places than they promise."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import yaml
from tools import contracts, new_service
from tools.catalogue import ROOT, services

STEP: Final = re.compile(
    r"^(?:In `(?P<file>[^`]+)`, (?P<how>after|replace) `(?P<line>[^`]+)`,? (?:add|by):"
    r"|At the end of `(?P<end>[^`]+)`, add:"
    r"|Create `(?P<new>[^`]+)`:)\n\n```\w+\n(?P<text>.*?)```",
    re.DOTALL | re.MULTILINE,
)
COPIED: Final = (
    "contracts",
    "docker",
    "docker-compose.yml",
    "pyproject.toml",
    "services",
    "templates",
    "tests",
    "tools",
)
IGNORED: Final = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info", "e2e", "build")
CHECKED: Final = ("tests/contracts/test_topics.py", "tests/contracts/test_examples.py", "services/library/tests")
# One process for all of it, because importing every service takes longer than the work.
WORK: Final = f"""
import sys, pytest
from tools import contracts
contracts.render_copies()
contracts.write()
sys.exit(pytest.main(["-q", "-p", "no:randomly", "-p", "no:cacheprovider", *{CHECKED!r}]))
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One edit that a page asks for."""

    path: str
    how: str
    line: str
    text: str


def changes_of(page: str) -> Iterator[Change]:
    """Read the edits of a page in their order."""
    for found in STEP.finditer(page):
        path = found["file"] or found["end"] or found["new"]
        how = found["how"] or ("end" if found["end"] else "new")
        yield Change(path, how, found["line"] or "", found["text"])


def apply(change: Change, root: Path) -> None:
    """Do one edit; a line that is not there exactly once makes the page wrong."""
    path = root / change.path
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8") if path.exists() else ""
    if change.how in {"after", "replace"}:
        assert before.splitlines().count(change.line) == 1, (change.path, change.line)
        put = change.text if change.how == "replace" else f"{change.line}\n{change.text}"
        path.write_text(f"\n{before}".replace(f"\n{change.line}\n", f"\n{put}", 1)[1:], "utf-8")
    else:
        assert change.how != "new" or not before, change.path
        path.write_text(before + change.text, "utf-8")


def place_of(path: str) -> str:
    """Name the place that a file belongs to: a module or package of a service, one example folder, or itself."""
    parts = path.split("/")
    if parts[0] == "services":
        return "/".join(parts[:5]).removesuffix(".py")
    return "/".join(parts[:4]) if parts[:2] == ["contracts", "examples"] else path


def page(name: str) -> str:
    """Read a how-to page."""
    return (ROOT / "docs" / "how-to" / f"{name}.md").read_text("utf-8")


def run(copy: Path, *arguments: str) -> str:
    """Run Python in the copy, where the copied packages come first."""
    paths = [str(copy), *(str(copy / "services" / name / "src") for name in services(copy))]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow both pages in a copy of the project."""
    copy = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=IGNORED)
        else:
            shutil.copy(source, copy / name)
    for name in re.findall(r"^make new-service name=(\w+)$", page("add-a-service"), re.MULTILINE):
        assert new_service.faults_of(name, (), copy) == []
        new_service.make(name, root=copy)
    for name in ("add-a-service", "add-an-event"):
        for change in changes_of(page(name)):
            apply(change, copy)
    return copy


def test_a_service_touches_at_most_two_places_outside_its_folder() -> None:
    touched = {place_of(change.path) for change in changes_of(page("add-a-service"))}
    assert touched == {"docker-compose.yml", "contracts/topics.yaml"}


def test_an_event_touches_three_places_and_two_per_consumer() -> None:
    touched = {place_of(change.path) for change in changes_of(page("add-an-event"))}
    assert touched == {
        "services/library/src/library/events",
        "services/library/src/library/domain",
        "contracts/examples/library/book.lent.v1",
        "services/archive/src/archive/consumers",
    }
    assert "contracts/topics.yaml" in page("add-an-event")


def test_the_pages_work_when_followed(followed: Path) -> None:
    assert " passed" in run(followed, "-c", WORK)
    assert (followed / "contracts/events/library/book.lent.v1.schema.json").exists()
    assert "archive.receives.library.book" in (followed / "contracts/asyncapi.json").read_text("utf-8")
    assert contracts.copies_that_differ(followed) == []
    included = yaml.safe_load((followed / "docker-compose.yml").read_text("utf-8"))["include"]
    assert {path.split("/")[1] for path in included} == set(services(followed))


def test_a_page_that_names_a_missing_line_is_caught(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("a = 1\n", "utf-8")
    planted = "In `x.py`, after `b = 2`, add:\n\n```python\nc = 3\n```\n"
    with pytest.raises(AssertionError):
        apply(next(changes_of(planted)), tmp_path)


def test_bad_names_are_refused() -> None:
    assert new_service.faults_of("registration", ()) != []
    assert new_service.faults_of("two-words", ()) != []
    assert new_service.faults_of("library", ("worker",)) != []
