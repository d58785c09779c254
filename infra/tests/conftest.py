"""A small project of one service, and a platform that runs it in a folder of its own."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bina.launcher.control import Platform
from bina.launcher.supervisor import owned_by_me
from bina.layout import Layout, cache_folder

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture
def environ() -> dict[str, str]:
    """The variables with which the sample's programs find their modules and free ports."""
    return {"PYTHONPATH": str(SAMPLE / "modules"), "BINA_PORTS": "free", **owned_by_me()}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A state folder that nothing has run in."""
    return Layout(SAMPLE, tmp_path / "home", cache_folder())


@pytest.fixture
def idle(layout: Layout, environ: dict[str, str]) -> Iterator[Platform]:
    """A platform that the test may start; it is ended in any case."""
    platform = Platform(layout, environ)
    yield platform
    platform.down()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """One platform for the tests of a module, which leave it down or up as they like."""
    home = tmp_path_factory.mktemp("shared") / "home"
    environ = {"PYTHONPATH": str(SAMPLE / "modules"), "BINA_PORTS": "free", **owned_by_me()}
    platform = Platform(Layout(SAMPLE, home, cache_folder()), environ)
    yield platform
    platform.down()


@pytest.fixture
def platform(shared: Platform) -> Platform:
    """The module's platform, up and ready."""
    shared.up()
    return shared


@pytest.fixture
def in_sample(monkeypatch: pytest.MonkeyPatch, layout: Layout, environ: dict[str, str]) -> Layout:
    """Be where an operator would be: in the sample project, with the variables set."""
    monkeypatch.chdir(SAMPLE)
    for name in [name for name in os.environ if name.startswith("BINA_")]:
        monkeypatch.delenv(name)
    for name, value in {**environ, "BINA_HOME": str(layout.home), "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    return layout


@pytest.fixture
def until() -> Callable[[Callable[[], bool], float], None]:
    """Wait for something to hold, up to a deadline."""

    def wait(holds: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "did not come to hold in time"
            time.sleep(0.02)

    return wait
