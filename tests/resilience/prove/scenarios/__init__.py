"""All faults that are injected, one module per area; each module lists its own in SCENARIOS."""

import importlib
import pkgutil

from prove.scenario import Scenario


def discover() -> tuple[Scenario, ...]:
    """Collect the scenarios of every module here, in the order of their ids."""
    modules = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    found = [scenario for module in modules for scenario in module.SCENARIOS]
    names = [each.id for each in found]
    if doubled := {each for each in names if names.count(each) > 1}:
        raise ValueError(f"two scenarios have the same id: {sorted(doubled)}")
    return tuple(sorted(found, key=lambda each: each.id))
