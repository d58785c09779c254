"""The compose files are valid and start what the launcher starts: the same services, ports, topics and users."""

import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from tools import catalogue, rendered
from tools.catalogue import ROOT

from bina import stack, topics
from bina.layout import Layout

MAIN: Final = ROOT / "docker-compose.yml"
PINNED: Final = re.compile(r"[a-z0-9/-]+:\d+\.\d+\.\d+([a-z0-9.-]*)")
MONGO_FLOOR: Final = (8, 0, 17)  # below lies a disclosure of memory without login


@cache
def fragments() -> Mapping[str, Any]:
    """Read each service's fragment."""
    paths = {name: ROOT / "services" / name / "compose.yaml" for name in catalogue.services()}
    return {name: yaml.safe_load(path.read_text("utf-8")) for name, path in paths.items()}


@cache
def main_file() -> Any:
    """Read docker-compose.yml."""
    return yaml.safe_load(MAIN.read_text("utf-8"))


def everything() -> dict[str, Any]:
    """Merge the containers of all files."""
    parts = [main_file(), *fragments().values()]
    return {name: container for part in parts for name, container in part["services"].items()}


def port_of(mapping: str) -> int:
    """Read the port that a mapping opens on the loopback; refuse one that is open to the world."""
    address, port, _ = mapping.split(":")
    assert address == "127.0.0.1", mapping
    return int(port)


def test_compose_files_are_valid() -> None:
    files = [MAIN, *(ROOT / "services" / name / "compose.yaml" for name in catalogue.services())]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_planted_invalid_compose_file_is_caught(tmp_path: Path) -> None:
    planted = tmp_path / "compose.yaml"
    planted.write_text("services:\n  api:\n    imagee: mongo\n", "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(planted)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_every_service_is_included() -> None:
    included = set(main_file()["include"])
    assert included == {f"services/{name}/compose.yaml" for name in catalogue.services()}


def test_compose_runs_the_processes_and_ports_of_the_launcher(tmp_path: Path) -> None:
    described = stack.describe(Layout(ROOT, tmp_path, tmp_path), {})
    containers = everything()
    for service in described.services:
        for process in (*service.processes, "init"):
            container = containers[f"{service.name}-{process}"]
            assert container["command"] == [process]
            assert container["image"].startswith(f"bina/{service.name}:")
        for process in service.processes:
            port = described.ports[service.listener(process)]
            container = containers[f"{service.name}-{process}"]
            opened = container.get("ports", []) or [f"127.0.0.1:{p}:{p}" for p in container["expose"]]
            assert [port_of(mapping) for mapping in opened] == [port]
            assert container["environment"]["BINA_HEALTH_PORT"] == str(port)
    assert port_of(containers["keycloak"]["ports"][0]) == described.ports["issuer"]


def test_compose_gives_the_settings_of_the_launcher(tmp_path: Path) -> None:
    described = stack.describe(Layout(ROOT, tmp_path, tmp_path), {})
    in_image = {"BINA_HTTP_HOST"}
    for service in described.services:
        given = set(everything()[f"{service.name}-api"]["environment"]) - {"BINA_HEALTH_PORT"}
        local = {name for name in described.environment(service) if name.startswith("BINA_")}
        assert given == local - in_image


def test_compose_makes_the_topics_users_and_rights_of_the_launcher() -> None:
    declared = topics.read(catalogue.CONTRACTS / "topics.yaml")
    lines = [line.split() for line in rendered.access().splitlines() if not line.startswith("#")]
    made = {(line[1], int(line[2])) for line in lines if line[0] == "topic"}
    assert made == {(topic.name, topic.partitions) for topic in topics.to_make(declared)}
    assert {line[1] for line in lines if line[0] == "user"} == set(catalogue.services())
    rights = {tuple(line[1:]) for line in lines if line[0] == "grant"}
    assert rights == {(g.user, g.operation, g.kind, g.name) for g in topics.grants(declared)}
    assert {g.name.endswith(".") for g in topics.grants(declared) if g.is_prefix} == {True}


def test_images_are_pinned_and_name_no_registry() -> None:
    images = {container["image"] for container in everything().values()}
    assert {image for image in images if not PINNED.fullmatch(image)} == set()
    mongo = next(image for image in images if image.startswith("mongo:"))
    assert tuple(map(int, mongo.removeprefix("mongo:").split("."))) >= MONGO_FLOOR
    assert any(image.startswith("apache/kafka:4.") for image in images)


def test_our_containers_are_locked_down() -> None:
    own = {name: c for name, c in everything().items() if c["image"].startswith("bina/")}
    for name, container in own.items():
        assert container["read_only"] is True, name
        assert container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name
    for service in catalogue.services():
        text = (ROOT / "services" / service / "Dockerfile").read_text("utf-8")
        assert text.count("\nFROM ") == 2
        assert "\nUSER 10001\n" in text
        assert "\nHEALTHCHECK " in text


def test_a_store_is_reached_by_its_own_service_only() -> None:
    for service, part in fragments().items():
        store = f"{service}-store"
        assert part["networks"][store] == {"internal": True}
        others = {n for n, c in everything().items() if store in c.get("networks", ()) and not n.startswith(service)}
        assert others == set()


def test_no_secret_stands_in_a_compose_file() -> None:
    text = "".join(path.read_text("utf-8") for path in [MAIN, *ROOT.glob("services/*/compose.yaml")])
    words = re.findall(r"(?:PASSWORD|SECRET|_KEY): (.+)", text)
    assert words
    assert [word for word in words if not re.fullmatch(r"\$\{[A-Z0-9_]+:\?see docker/make-env\.sh\}", word)] == []


def test_scripts_are_sound_shell() -> None:
    scripts = sorted(str(path) for path in (ROOT / "docker").rglob("*.sh"))
    assert len(scripts) >= 4
    for script in scripts:
        assert subprocess.run(["bash", "-n", script], check=False).returncode == 0, script
