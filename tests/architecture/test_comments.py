"""Comments say why: no dead code, no open ends, no silent suppressions, no words about another service."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from tools import catalogue, sources
from tools.catalogue import ROOT
from tools.sources import Source

OPEN_END: Final = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))")
SUPPRESSION: Final = re.compile(r"#\s*(noqa|type:\s*ignore|nosec|pylint|pragma|mypy:|ruff:)", re.IGNORECASE)
ARGUED: Final = re.compile(
    r"#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[a-z-]+(, ?[a-z-]+)*\])\s*(#|-|–|—|:|because)?\s*\w+.{3,}"
)
BANNER: Final = re.compile(r"#\s*[-=*#~]{4,}")
PER_LINES: Final = 1000


def open_ends(source: Source) -> list[int]:
    """Find comments that leave work without an issue number."""
    return [line for line, text in sources.comments(source.text) if OPEN_END.search(text)]


def suppressions(source: Source) -> Iterator[tuple[int, str]]:
    """Find comments that silence a checker."""
    yield from ((line, text) for line, text in sources.comments(source.text) if SUPPRESSION.search(text))


def is_argued(comment: str) -> bool:
    """Say whether a suppression names its rule and its reason."""
    return bool(ARGUED.search(comment))


def banners(source: Source) -> list[int]:
    """Find comments that draw lines."""
    return [line for line, text in sources.comments(source.text) if BANNER.match(text)]


def foreign_words(source: Source, names: frozenset[str]) -> set[str]:
    """Name the other services in comments and texts, apart from topics, event types and marked names."""
    texts = [text for _, text in (*sources.comments(source.text), *sources.strings(source.tree))]
    others = "|".join(sorted(names - {source.service}))
    mention = re.compile(
        rf"(?<![\w./`\-\"])({others})(?:'s)? (?:service|store|api|api's)\b|/bina/({others})", re.IGNORECASE
    )
    return {match.group().lower() for text in texts for match in mention.finditer(text)}


def test_no_work_is_left_open_in_comments() -> None:
    everything = (*sources.product(), *sources.of_tests())
    assert {s.path: lines for s in everything if (lines := open_ends(s))} == {}


def test_planted_open_end_is_caught() -> None:
    word = "TO" + "DO"
    assert open_ends(Source(path="x.py", text=f"x = 1  # {word} later\ny = 2  # {word}(#12) see there")) == [1]


def test_no_code_is_commented_out() -> None:
    folders = ["libs", "services", "infra", "tools", "tests"]
    command = [sys.executable, "-m", "ruff", "check", "--select", "ERA", "--quiet", "--no-cache", *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_planted_dead_code_is_caught() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--select", "ERA", "--quiet", "--no-cache", "--isolated", "-"]
    done = subprocess.run(command, input="# x = compute(1)\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1


def test_every_suppression_names_its_rule_and_its_reason() -> None:
    everything = (*sources.product(), *sources.of_tests())
    found = [(s.path, line, text) for s in everything for line, text in suppressions(s)]
    assert [row for row in found if not is_argued(row[2])] == []


def test_suppressions_are_rare() -> None:
    everything = (*sources.product(), *sources.of_tests())
    lines = sum(source.lines for source in everything)
    found = [(s.path, line) for s in everything for line, _ in suppressions(s)]
    assert len(found) * PER_LINES <= lines, found


def test_planted_silent_suppression_is_caught() -> None:
    assert not is_argued("# " + "noqa")
    assert not is_argued("# " + "noqa: S603")
    assert not is_argued("# " + "type: ignore")
    assert is_argued("# " + "noqa: S603 - the command is ours")
    assert is_argued("# " + "type: ignore[arg-type]  # the stub is wrong")


def test_every_lint_rule_that_is_off_has_a_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    begin = lines.index("ignore = [") + 1
    ignored = lines[begin : lines.index("]", begin)]
    assert ignored
    assert [line for line in ignored if "#" not in line] == []


def test_no_banners() -> None:
    assert {s.path: lines for s in sources.product() if (lines := banners(s))} == {}
    assert banners(Source(path="x.py", text="# -----\n# why")) == [1]


def test_no_service_speaks_of_another() -> None:
    names = frozenset(catalogue.services())
    assert {s.path: bad for s in sources.of_services() if (bad := foreign_words(s, names))} == {}


def test_planted_foreign_word_is_caught() -> None:
    names = frozenset({"registration", "curriculum"})
    path = "services/registration/src/registration/app.py"
    assert foreign_words(Source(path=path, text='"""Wires the curriculum service."""'), names)
    assert not foreign_words(Source(path=path, text='TOPIC = "curriculum.session"'), names)
