"""National publishes no event of its own; what it reads is declared beside each fold in `consumers`."""

from collections.abc import Mapping
from typing import Final

from eventkit.event import Event, EventSchema

SCHEMAS: Final[Mapping[type[Event], type[EventSchema]]] = {}
