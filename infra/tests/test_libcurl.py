"""The borrowed libcurl: several mongods ask for it at once on a fresh machine."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bina.engines import mongod


def test_starting_several_at_once_makes_one_whole_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod, "has_system_curl", lambda: False)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(mongod.library_environment, tmp_path) for _ in range(40)]
        environments = {each.result()["LD_LIBRARY_PATH"] for each in asked}
    assert len(environments) == 1
    folder = tmp_path / "libcurl"
    assert [each.name for each in folder.iterdir()] == ["libcurl.so.4"]
    assert (folder / "libcurl.so.4").resolve() == mongod.bundled_curl().resolve()
