"""Passwords are drawn once, kept privately, and a file that others can read is refused."""

import base64
import stat
from pathlib import Path

import pytest

from bina.credentials import Credentials
from bina.errors import ConfigurationError


def test_words_are_the_same_at_the_next_start(tmp_path: Path) -> None:
    first = Credentials(tmp_path / "secrets.json")
    drawn = (first.password("a"), first.key("b"), first.hexadecimal("c"), first.cluster())
    first.save()
    second = Credentials(tmp_path / "secrets.json")
    assert (second.password("a"), second.key("b"), second.hexadecimal("c"), second.cluster()) == drawn


def test_file_is_for_its_owner_only(tmp_path: Path) -> None:
    credentials = Credentials(tmp_path / "secrets.json")
    credentials.password("a")
    credentials.save()
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_readable_file_is_refused_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    (tmp_path / "secrets.json").chmod(0o644)
    with pytest.raises(ConfigurationError) as refusal:
        Credentials(tmp_path / "secrets.json")
    assert refusal.value.fix.startswith("chmod 600")


def test_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    (tmp_path / "secrets.json").chmod(0o600)
    with pytest.raises(ConfigurationError, match="damaged"):
        Credentials(tmp_path / "secrets.json")


def test_key_has_32_bytes(tmp_path: Path) -> None:
    assert len(base64.b64decode(Credentials(tmp_path / "s").key("k"))) == 32


def test_cluster_id_is_in_kafkas_form(tmp_path: Path) -> None:
    cluster = Credentials(tmp_path / "s").cluster()
    assert len(cluster) == 22
    assert not cluster.startswith("-")
