"""Loaded by every Python program of the platform under test: settings, sabotage, and the arming of its fault points."""

import json
import os
import sys
from pathlib import Path

_folder = Path(os.environ.get("BINA_FAULTS") or os.devnull)
if (_folder / "environ.json").is_file():  # changed settings, without a new launcher
    os.environ.update(json.loads((_folder / "environ.json").read_text("utf-8")))

if os.environ.get("BINA_SABOTAGE"):
    sys.path.append(str(Path(__file__).parents[1]))
    from prove import patching

    patching.install(os.environ["BINA_SABOTAGE"])

from testkit import faults  # noqa: E402 - nothing may be imported before the sabotage

faults.install()
