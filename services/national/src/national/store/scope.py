"""Whose documents a query is about: the nation, a region with its children, or one tenant. National alone has this."""

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Scope:
    """The first argument of every store function; without a region it is the whole nation."""

    region: str | None = None
    is_tenant_only: bool = False

    def match(self) -> dict[str, Any]:
        """Give the filter that starts every query, in the form that the indexes start with."""
        if self.region is None:
            return {"tenant": {"$type": "string"}}
        if self.is_tenant_only or "." in self.region:
            return {"tenant": self.region}
        return {"tenant": {"$gte": self.region, "$lte": f"{self.region}.99"}}

    def covers(self, tenant: str) -> bool:
        """Is this tenant's document in scope?"""
        if self.region is None or tenant == self.region:
            return True
        return not self.is_tenant_only and tenant.startswith(f"{self.region}.")


NATION: Final = Scope()
