"""Importing does no work: every module loads in an empty environment, opens nothing and starts nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tools import sources
from tools.catalogue import ROOT

PROBE: Final = """
import importlib, json, sys, threading
names = json.loads(sys.stdin.read())
touched = []
def watch(event, arguments):
    if event in {"socket.connect", "subprocess.Popen", "os.system", "os.exec"}:
        touched.append([current, event])
    if event == "open" and isinstance(arguments[1], str) and set("wax+") & set(arguments[1]):
        touched.append([current, f"open {arguments[0]}"])
sys.dont_write_bytecode = True
sys.addaudithook(watch)
failed = {}
for current in names:
    before = threading.active_count()
    try:
        importlib.import_module(current)
    except BaseException as error:
        failed[current] = repr(error)
    if threading.active_count() > before:
        touched.append([current, "thread"])
print(json.dumps({"failed": failed, "touched": touched}))
"""


def module_names() -> list[str]:
    """Name every module of every package that is shipped; what runs when started is left out."""
    packages = [s.path.split("/src/")[1] for s in sources.product() if "/src/" in s.path]
    dotted = [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in packages]
    return [name for name in dotted if not name.endswith("__main__") and not name.startswith("testkit")]


def probe(names: list[str], *path: str) -> dict[str, Any]:
    """Import the modules in a process of their own without any environment variable."""
    environment = {"PYTHONPATH": ":".join(path)} if path else {}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE],
        input=json.dumps(names),
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_module_loads_in_an_empty_environment_and_does_nothing() -> None:
    names = module_names()
    assert len(names) > 50
    assert probe(names) == {"failed": {}, "touched": []}


def test_planted_work_at_import_is_caught(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "planted_eager.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(0.3,)).start()\n"
    )
    (folder / "planted_needy.py").write_text("import os\nURI = os.environ['BINA_MONGO_URI']\n")
    found = probe(["planted_eager", "planted_needy"], str(folder))
    assert found["touched"] == [["planted_eager", "thread"]]
    assert list(found["failed"]) == ["planted_needy"]
