"""The control: load without any fault."""

from typing import Final

from prove.arena import Arena
from prove.scenario import Scenario


def calm(arena: Arena) -> None:
    """Send load, hurt nothing, and hold everything against what there is."""
    with arena.load(rate=20, writers=2) as load:
        arena.until(lambda: load.count() >= 80, 60, "80 requests are answered")
    arena.check()


SCENARIOS: Final = (Scenario(id="F00", title="no fault", run=calm, minutes=0.3, in_cross_section=True),)
