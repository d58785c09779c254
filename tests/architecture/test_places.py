"""Tracked files name no machine, no registry and nothing about how they came to be."""

import re
from typing import Final

from tools import sources

# Put together from parts, so that this file does not hold what it looks for.
MACHINE: Final = re.compile(
    "|".join(
        ["/wo" + r"rk\b", "/ro" + r"ot/", "/ho" + r"me/[a-z]", r"\b[A-Z]:\\\\?Us" + "ers", "/tm" + r"p/[a-z]{1,2}/"]
    )
)
REGISTRY: Final = re.compile(
    "|".join(
        [
            "py" + r"pi\.org", "python" + r"hosted\.org", "repo1?" + r"\.maven", "maven" + r"\.org/maven2",
            "npm" + r"js\.(org|com)", "qu" + r"ay\.io", "gh" + r"cr\.io", "gc" + r"r\.io", "dock" + r"er\.io",
            "crat" + r"es\.io", "proxy\\.gol" + r"ang\.org",
        ]
    )
)  # fmt: skip
ORIGIN: Final = re.compile(
    "|".join(["\\bthe br" + r"ief\b", "\\bissue (number )?#?3" + r"\b", "\\bthe foun" + r"der\b"]), re.IGNORECASE
)
BINARY: Final = (".png", ".jpg", ".ico", ".woff2", ".gz", ".pdf")


def mentions(text: str) -> set[str]:
    """Name what a text says about machines, registries or its making."""
    return {match.group() for pattern in (MACHINE, REGISTRY, ORIGIN) for match in pattern.finditer(text)}


def test_tracked_files_speak_only_of_the_project() -> None:
    files = [path for path in sources.tracked() if not path.endswith(BINARY)]
    assert len(files) > 100
    assert {path: bad for path in files if (bad := mentions(sources.text_of(path)))} == {}


def test_planted_mentions_are_caught() -> None:
    planted = ["see /wo" + "rk/main", "from https://py" + "pi.org/simple", "as the br" + "ief says"]
    assert all(mentions(text) for text in planted)
    assert mentions("work on the platform; a brief note") == set()
