"""Fault points: each stands once, does nothing unless a test sets the hook, and is gone under -O."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from eventkit import faults

SOURCES = Path(faults.__file__).parent
REACHED = re.compile(r'faults\.reach\("(\w+)"\)')
ARM = "from eventkit import faults; faults.hook = print; faults.reach('R3')"


def test_every_point_stands_at_exactly_one_step() -> None:
    found = Counter(point for path in SOURCES.glob("*.py") for point in REACHED.findall(path.read_text("utf-8")))
    assert found == Counter(get_args(faults.Point))


def test_a_point_does_nothing_until_a_test_sets_the_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    faults.reach("R3")
    passed: list[str] = []
    monkeypatch.setattr(faults, "hook", passed.append)
    faults.reach("R3")
    assert passed == ["R3"]


def test_an_optimised_program_cannot_be_armed() -> None:
    said = {
        flag: subprocess.run([sys.executable, *flag, "-c", ARM], capture_output=True, check=True).stdout
        for flag in ((), ("-O",))
    }
    assert said == {(): b"R3\n", ("-O",): b""}


def test_nothing_in_the_library_sets_the_hook() -> None:
    setting = re.compile(r"faults\.hook\b|^\s*hook\s*=", re.MULTILINE)
    assert [path.name for path in SOURCES.glob("*.py") if setting.search(path.read_text("utf-8"))] == []
    assert setting.search("faults.hook = print")
