"""Reads the Python files of the repository for the tests about its architecture; judges nothing."""

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tools.catalogue import ROOT, services

PRODUCT: Final = ("services/*/src", "libs/*/src", "infra/src", "tools")
TESTS: Final = ("services/*/tests", "libs/*/tests", "infra/tests", "tests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One Python file: its place, its text, its tree."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Parse the file, once for all readers of the same text."""
        return _parsed(self.text)

    @property
    def service(self) -> str:
        """Name the service that owns the file; empty outside services/."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "services" else ""

    @property
    def role(self) -> str:
        """Name the module's role: `store` for store.py and for store/batches.py alike."""
        parts = self.path.split("/src/", 1)[-1].split("/")
        return parts[1].removesuffix(".py") if len(parts) > 1 else parts[0].removesuffix(".py")

    @property
    def lines(self) -> int:
        """Count the lines of the file."""
        return len(self.text.splitlines())


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def _read(patterns: tuple[str, ...]) -> tuple[Source, ...]:
    files = sorted({file for pattern in patterns for folder in ROOT.glob(pattern) for file in folder.rglob("*.py")})
    return tuple(Source(path=f.relative_to(ROOT).as_posix(), text=f.read_text("utf-8")) for f in files)


def product() -> tuple[Source, ...]:
    """Read everything that is shipped or run by developers, without tests."""
    return _read(PRODUCT)


def of_services() -> tuple[Source, ...]:
    """Read the services' own packages."""
    return tuple(source for source in product() if source.service in services())


def of_eventkit() -> tuple[Source, ...]:
    """Read the shared library that runs inside the services."""
    return tuple(source for source in product() if source.path.startswith("libs/eventkit/"))


def of_tests() -> tuple[Source, ...]:
    """Read all tests and their fixtures."""
    return _read(TESTS)


@cache
def comments(text: str) -> tuple[tuple[int, str], ...]:
    """List each comment with its line number."""
    if "#" not in text:
        return ()
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return tuple((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each text constant, docstrings included, with its line number."""
    for node in walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@cache
def walk(tree: ast.AST) -> tuple[ast.AST, ...]:
    """List all nodes of a tree, walked once for all rules."""
    return tuple(ast.walk(tree))


@cache
def imports(tree: ast.AST) -> tuple[str, ...]:
    """List the full dotted name of everything that is imported: `flask.Flask`, `eventkit.event.Event`."""
    return tuple(_imports(tree))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (node.module or "")
            yield from (f"{prefix}.{alias.name}" for alias in node.names)


@cache
def tracked() -> tuple[str, ...]:
    """List the files that git knows, those not yet committed included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(sorted(name for name in done.stdout.splitlines() if (ROOT / name).is_file()))


def text_of(path: str | Path) -> str:
    """Read a tracked file as text; bytes that are no text are replaced."""
    return (ROOT / path).read_text("utf-8", errors="replace")
