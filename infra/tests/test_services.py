"""A service is a folder that says so; a wrong declaration is named with its file."""

from pathlib import Path

import pytest

from bina import services
from bina.errors import ConfigurationError

GOOD = '[tool.bina]\nport = 8105\nrelay_port = 8205\nmongo_port = 27105\nprocesses = ["api", "relay"]\n'


def declare(root: Path, name: str, text: str) -> None:
    folder = root / "services" / name
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(text)


def test_declared_service_is_found_unasked(tmp_path: Path) -> None:
    declare(tmp_path, "catering", GOOD)
    (found,) = services.discover(tmp_path)
    assert found.name == "catering"
    assert found.ports == {"catering": 8105, "catering_relay": 8205, "catering_mongo": 27105}
    assert found.listener("relay") == "catering_relay"


def test_folder_without_a_declaration_is_no_service(tmp_path: Path) -> None:
    declare(tmp_path, "library", '[project]\nname = "library"\n')
    assert services.discover(tmp_path) == ()


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (GOOD.replace("relay_port = 8205\n", ""), "relay_port"),
        (GOOD.replace("mongo_port = 27105\n", ""), "mongo_port"),
        (GOOD.replace('"relay"', '"cron"'), "cron"),
        ("[tool.bina\n", "catering"),
    ],
)
def test_faulty_declaration_is_named(tmp_path: Path, fault: str, complaint: str) -> None:
    declare(tmp_path, "catering", fault)
    with pytest.raises(ConfigurationError, match=complaint):
        services.discover(tmp_path)


def test_all_services_of_the_project_are_found() -> None:
    root = Path(__file__).parents[2]
    assert {service.name for service in services.discover(root)} == {
        path.parent.name for path in root.glob("services/*/pyproject.toml")
    }
