"""What is the same in every service by design: rendered from templates/, so that copies cannot drift apart."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tools.catalogue import ROOT, services, settings_of, topics

TEMPLATES: Final = ROOT / "templates" / "service"
AUDIENCE: Final = "oidc-audience-mapper"
SHARED: Final = ("Dockerfile", "compose.yaml", "src/service/__main__.py")
EXAMPLES: Final = ROOT / "templates" / "examples"  # of the events that every service has
ACCESS: Final = "docker/kafka/access.txt"
REALM: Final = "docker/keycloak/realm.json"


def values_of(name: str, bina: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a template may ask for, from a service's `[tool.bina]` table."""
    ports = {"api": bina["port"], "relay": bina["relay_port"], "consumer": bina.get("consumer_port", 0)}
    return {
        "name": name,
        "NAME": name.upper(),
        "processes": list(bina["processes"]),
        "port": bina["port"],
        "relay_port": bina["relay_port"],
        "consumer_port": bina.get("consumer_port", 0),
        "mongo_port": bina["mongo_port"],
        "keys": list(bina.get("keys", ())),
        "commands": list(bina.get("commands", ())),
        "ports": ports,
    }


def render(template: str, values: Mapping[str, Any]) -> str:
    """Render one template; a value that it asks for and nobody gives is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=select_autoescape(enabled_extensions=(), default=False),
    )
    return environment.get_template(f"{template}.j2").render(values)


def place(template: str, name: str) -> str:
    """Name the file that a template becomes: `src/service/__main__.py` → `services/x/src/x/__main__.py`."""
    parts = [name if part == "service" else part for part in template.split("/")]
    return "/".join(["services", name, *parts])


def shared_copies(root: Path = ROOT) -> dict[str, str]:
    """Render what every service repeats, and what the containers of the engines need to know of them, by path."""
    copies: dict[str, str] = {}
    for name in services(root):
        values = values_of(name, settings_of(name, root))
        copies |= {place(template, name): render(template, values) for template in SHARED}
        copies |= {
            f"contracts/examples/{name}/{path.relative_to(EXAMPLES).as_posix()}": path.read_text("utf-8")
            for path in EXAMPLES.rglob("*.json")
        }
    return copies | {ACCESS: access(root), REALM: realm(root)}


def realm(root: Path = ROOT) -> str:
    """Give the realm as it is, with every service as an audience of every client."""
    document: dict[str, Any] = json.loads((root / REALM).read_text("utf-8"))
    for client in document["clients"]:
        kept = [mapper for mapper in client["protocolMappers"] if mapper["protocolMapper"] != AUDIENCE]
        client["protocolMappers"] = [*kept, *(_audience(name) for name in services(root))]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _audience(service: str) -> dict[str, Any]:
    config = {"access.token.claim": "true", "id.token.claim": "false", "included.custom.audience": service}
    return {
        "name": f"audience {service}",
        "protocol": "openid-connect",
        "protocolMapper": AUDIENCE,
        "config": config,
    }


def access(root: Path = ROOT) -> str:
    """List topics, users and rights for docker/kafka/setup.sh, one per line."""
    lines = ["# Rendered from contracts/topics.yaml by `make contracts`."]
    declared = topics(root / "contracts" / "topics.yaml")
    for topic in declared:
        lines.append(f"topic {topic.name} {topic.partitions}")
        lines += [f"topic {topic.name}.{reader}.dlq 1" for reader in topic.readers]
    lines += [f"user {name}" for name in services(root)]
    rights = {line for topic in declared for line in _rights(topic.name, topic.owner, topic.readers)}
    return "\n".join([*lines, *sorted(rights)]) + "\n"


def _rights(topic: str, owner: str, readers: tuple[str, ...]) -> list[str]:
    rights = [f"grant {owner} WRITE TOPIC {topic}"]
    for reader in readers:
        rights += [
            f"grant {reader} READ TOPIC {topic}",
            f"grant {reader} READ GROUP {reader}.",
            f"grant {reader} WRITE TOPIC {topic}.{reader}.dlq",
        ]
    return rights
