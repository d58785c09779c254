"""Loads a sabotaged build: one module is compiled from altered source, in memory; no file and no cache changes."""

import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Final

from prove import disturbances
from prove.sabotages import Sabotage, named

BAD_SABOTAGE: Final = 3


def altered(source: str, sabotage: Sabotage) -> str:
    """Replace the text; raises ValueError unless it stands there exactly once."""
    found = source.count(sabotage.old)
    if found != 1:
        raise ValueError(f"{sabotage.name}: its text stands {found} times in {sabotage.module}")
    return source.replace(sabotage.old, sabotage.new)


class _Loader(SourceFileLoader):
    """Compiles the altered source itself, so that no cached bytecode is read or written."""

    def __init__(self, name: str, path: str, sabotage: Sabotage) -> None:
        super().__init__(name, path)
        self._sabotage = sabotage

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        source = self.get_data(path).decode()
        try:
            return compile(altered(source, self._sabotage), path, "exec", dont_inherit=True)
        except (ValueError, SyntaxError) as error:
            sys.stderr.write(f"sabotage: {error}\n")
            sys.stderr.flush()
            os._exit(BAD_SABOTAGE)  # anything milder might be survived, and a sound build would be tested


class Finder(MetaPathFinder):
    """Finds the one module that is sabotaged; all others are left to the usual finders."""

    def __init__(self, sabotage: Sabotage) -> None:
        self._sabotage = sabotage

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Give the sabotaged module's own loader."""
        if fullname != self._sabotage.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            return None
        loader: Loader = _Loader(fullname, spec.origin, self._sabotage)
        spec.loader = loader
        return spec


def install(name: str) -> None:
    """Sabotage this process from here on."""
    sabotage = disturbances.named(name) or named(name)
    if sabotage.module in sys.modules:
        sys.stderr.write(f"sabotage: {sabotage.module} is loaded already\n")
        os._exit(BAD_SABOTAGE)
    sys.meta_path.insert(0, Finder(sabotage))
