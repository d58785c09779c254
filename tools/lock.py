"""Write the hashed locks: one per service, one each of the installer, the test tools and the whole working copy.

`python tools/lock.py` resolves anew; packages are named, never addresses.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN = "bina"


def main() -> None:
    """Resolve each set and write its lock."""
    shared = dependencies("libs/eventkit")
    tools = groups()
    services = {path.parent.name: path.parent for path in sorted(ROOT.glob("services/*/pyproject.toml"))}
    for folder in services.values():
        resolve([*shared, *dependencies(folder)], folder / "requirements.lock")
    resolve(tools["setup"], ROOT / "requirements-setup.lock")
    resolve(tools["test"], ROOT / "requirements-test.lock")
    everything = [
        *shared,
        *dependencies("libs/testkit"),
        *dependencies("infra"),
        *tools["setup"],
        *tools["test"],
        *tools["check"],
    ]
    for folder in services.values():
        everything += dependencies(folder)
    resolve(everything, ROOT / "requirements-dev.lock")


def dependencies(folder: str | Path) -> list[str]:
    """List what a package needs from outside."""
    project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
    return [each for each in project["dependencies"] if not each.startswith(OWN)]


def groups() -> dict[str, list[str]]:
    """Give the tool groups of the root pyproject.toml."""
    found: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    return found


def resolve(wanted: Iterable[str], lock: Path) -> None:
    """Pin what is wanted and all that it needs, for every platform, with hashes."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    options = ["--python-version", "3.11", "--output-file", str(lock), "-"]
    lines = "\n".join(sorted(set(wanted)))
    subprocess.run([*command, *options], input=lines, text=True, check=True)
    sys.stdout.write(f"{lock.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
