"""The routes of the services as their OpenAPI documents tell them, so that a new one is attacked unasked."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

PARAMETER: Final = re.compile(r"\{[a-z_]+\}")
NATIONAL_ROLES: Final = frozenset({"bpsdm_analyst", "platform_admin"})
# A required query parameter, and a part of the path that is no id, need a value of their own kind.
QUERY: Final = {"as_of": "2025-05-05", "year": "2025", "reference": "IKU:2.1", "tenant": "74.71"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation of one service; `schema` describes its body as JSON text, so that a route can be a key."""

    service: str
    method: str
    path: str
    roles: frozenset[str]
    query: str = ""
    filters: tuple[str, ...] = ()
    schema: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def is_national(self) -> bool:
        """Whether the caller must belong to the nation."""
        return self.roles <= NATIONAL_ROLES

    @property
    def owners(self) -> list[str]:
        """Name, for each parameter, where its value is found: the segment before it, and whether by number."""
        parts = self.path.split("/")
        places = [place for place, part in enumerate(parts) if PARAMETER.fullmatch(part)]
        return [parts[each - 1] + (".number" if parts[each] == "{number}" else "") for each in places]

    def filled(self, *values: str) -> str:
        """Give the path with these values in its parameters, in order."""
        given = iter(values)
        return PARAMETER.sub(lambda _: next(given), self.path) + self.query


def routes_of(service: str, document: dict[str, Any]) -> Iterator[Route]:
    """Read every operation of a document."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "responses" not in operation:
                continue
            asked = [each for each in operation.get("parameters", ()) if each.get("in") == "query"]
            needed = [each["name"] for each in asked if each.get("required")]
            yield Route(
                service=service,
                method=method.upper(),
                path=path,
                roles=frozenset(operation["x-roles"]),
                query="?" + "&".join(f"{name}={QUERY[name]}" for name in needed) if needed else "",
                filters=tuple(each["name"] for each in asked),
                schema=_schema_of(operation, document),
            )


def _schema_of(operation: dict[str, Any], document: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return json.dumps({**content["schema"], "components": document["components"]}) if content else ""
