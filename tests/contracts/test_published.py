"""What is published under contracts/ is what the code says, byte by byte."""

import json
from collections.abc import Iterator
from typing import Any

from tools import catalogue, contracts


def test_published_contracts_are_those_of_the_code() -> None:
    assert contracts.differences(contracts.published(), contracts.committed()) == []


def test_planted_differences_are_caught() -> None:
    code = {"events/a/x.json": "1", "events/a/y.json": "2"}
    files = {"events/a/y.json": "3", "events/a/z.json": "4"}
    found = contracts.differences(code, files)
    assert found == [
        "missing: events/a/x.json",
        "nothing in the code: events/a/z.json",
        "differs from the code: events/a/y.json",
    ]


def test_nothing_under_contracts_is_unreferenced() -> None:
    known = {"topics.yaml", "README.md", *contracts.published()}
    released = {f"{contracts.RELEASED}/{name}" for name in contracts.schemas(catalogue.CONTRACTS / contracts.RELEASED)}
    types = {f"{event.service}/{event.short}" for event in catalogue.event_types().values()}
    there = [path.relative_to(catalogue.CONTRACTS) for path in catalogue.CONTRACTS.rglob("*") if path.is_file()]
    examples = {p.as_posix() for p in there if p.parts[0] == "examples" and "/".join(p.parts[1:3]) in types}
    assert {path.as_posix() for path in there} - known - released - examples == set()


def references(node: Any) -> Iterator[str]:
    """Yield every `$ref` of a JSON document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def is_resolved(reference: str, document: Any) -> bool:
    """Follow a reference within the document or to a published file."""
    if not reference.startswith("#/"):
        return (catalogue.CONTRACTS / reference).is_file()
    node = document
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(node, dict) or part.replace("~1", "/") not in node:
            return False
        node = node[part.replace("~1", "/")]
    return True


def test_every_reference_leads_somewhere() -> None:
    paths = [catalogue.CONTRACTS / "asyncapi.json", *catalogue.CONTRACTS.glob("openapi/*.json")]
    documents = {path.name: json.loads(path.read_text("utf-8")) for path in paths}
    assert len(documents) == len(catalogue.services()) + 1
    dangling = {n: [r for r in references(d) if not is_resolved(r, d)] for n, d in documents.items()}
    assert {name: found for name, found in dangling.items() if found} == {}


def test_planted_dangling_reference_is_caught() -> None:
    assert not is_resolved("#/components/messages/x", {"components": {}})
    assert not is_resolved("events/registration/none.v1.schema.json", {})


def test_asyncapi_names_every_sender_and_receiver() -> None:
    document = json.loads((catalogue.CONTRACTS / "asyncapi.json").read_text("utf-8"))
    topics = catalogue.topics()
    sends = {f"{topic.owner}.sends.{topic.name}" for topic in topics}
    receives = {f"{reader}.receives.{topic.name}" for topic in topics for reader in topic.readers}
    assert document["operations"].keys() == sends | receives
    assert document["channels"].keys() == {topic.name for topic in topics}
