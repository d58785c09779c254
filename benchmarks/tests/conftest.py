"""Lets the benchmarks' tests use the suites that every outbox must pass."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
for folder in (ROOT, ROOT / "libs" / "eventkit" / "tests"):
    sys.path.insert(0, str(folder))
