"""The main job while programs are killed and the broker is restarted: it ends with the same report."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bina.launcher.control import Platform, running

# What is killed when the progress of a run says that this begins.
KILLS = {
    "MLG-RTR-2025: W1 nominations": ("registration.relay", "registration.api"),
    "MLG-RTR-2025: W1 baseline": ("curriculum.consumer",),
    "NTT-RTR-2025: W2 attendance": ("curriculum.api",),
    "MLG-RTR-2025: W1 action plans": ("monitoring.relay", "national.consumer"),
}
BROKER_AT = "MLG-RTR-2025: W1 attendance"


@pytest.fixture
def fragile(stage: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Run a platform of its own, because it will be hurt."""
    with running(tmp_path_factory.mktemp("fragile"), stage.platform.layout.root) as platform:
        yield type(stage)(platform)


class Saboteur:
    """Kills what the plan says, once each, while the run goes on."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._threads: list[threading.Thread] = []
        self.done: list[str] = []

    def hear(self, line: str) -> None:
        for sign, names in KILLS.items():
            if sign in line:
                for name in names:
                    self._platform.kill(name)
                    self.done.append(name)
        if BROKER_AT in line:
            self._begin(lambda: self._platform.restart("kafka", within=120), "kafka")

    def _begin(self, act: Any, name: str) -> None:
        def run() -> None:
            act()
            self.done.append(name)

        thread = threading.Thread(target=run)
        thread.start()
        self._threads.append(thread)

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()


def test_a_run_through_crashes_ends_with_the_same_report(fragile: Any, first_run: Any) -> None:
    saboteur = Saboteur(fragile.platform)
    hurt = fragile.bina("demo", "--roster-scale", "small", "--json", on_line=saboteur.hear)
    saboteur.wait()
    assert sorted(saboteur.done) == sorted(["kafka", *(name for names in KILLS.values() for name in names)])
    assert hurt.status == 0, hurt.err
    assert hurt.values == first_run.values
    assert hurt.data["checks"] == first_run.data["checks"]
