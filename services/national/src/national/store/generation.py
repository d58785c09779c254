"""Whether the views are whole: a rebuilt generation is moved in by several renames, and meanwhile nobody reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from eventkit.event import TenantId
from eventkit.mongo import Records, Session
from national.store.scope import Scope

OWNER: Final = TenantId("00")
_CURRENT: Final = "current"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """The generation of the views that readers see."""

    id: str
    number: int
    is_switching: bool
    views: Mapping[str, str] = field(default_factory=dict)  # the identity of each one's collection


generations: Final = Records("generations", Generation)


def current_generation(scope: Scope, session: Session) -> Generation:
    """Give the present generation; it is the nation's, so the scope changes nothing."""
    del scope
    first = Generation(id=_CURRENT, number=1, is_switching=False)
    return generations.find(OWNER, _CURRENT, session) or first


def save_generation(scope: Scope, generation: Generation, session: Session) -> None:
    """Note that a switch begins or has ended."""
    del scope
    generations.put(OWNER, generation, session)
