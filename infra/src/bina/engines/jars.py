"""The jars of Kafka, fetched from Maven Central once and checked against the manifest at every start."""

import fcntl
import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jgo.maven import MavenContext

from bina.errors import OperatorError

# Without "!" the bill of materials of the log binding would replace Kafka's own versions.
ROOTS = ("org.apache.kafka:kafka_2.13:4.3.1!", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!")
_RUN_TIME_SCOPES = (None, "compile", "runtime")
_PARALLEL_DOWNLOADS = 8


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned file: its Maven coordinate and what its bytes must sum up to."""

    coordinate: str
    sha256: str


def manifest() -> list[Jar]:
    """Read the pinned jars."""
    lines = files("bina.engines").joinpath("kafka-jars.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return [Jar(coordinate, digest) for digest, coordinate in rows]


def faulty(cache: Path) -> list[Jar]:
    """Name the jars that are missing in the cache or differ from the manifest, without fetching any."""
    context = _context(cache)
    return [jar for jar in manifest() if not _is_sound(_path(context, jar), jar)]


def provide(cache: Path) -> list[Path]:
    """Give the paths of all jars, fetching what is missing or damaged; the result is always verified."""
    context = _context(cache)
    with _only_one(cache):
        wanted = [jar for jar in manifest() if not _is_sound(_path(context, jar), jar)]
        with ThreadPoolExecutor(_PARALLEL_DOWNLOADS) as pool:
            list(pool.map(lambda jar: _fetch(context, jar), wanted))
    return [_path(context, jar) for jar in manifest()]


def resolve(cache: Path) -> list[Jar]:
    """Work out the manifest anew from the roots; for a change of version."""
    context = _context(cache)
    roots, transitive = context.resolver.resolve([context.create_dependency(root) for root in ROOTS])
    found = [each for each in (*roots, *transitive) if each.scope in _RUN_TIME_SCOPES]
    return sorted(
        (Jar(f"{each.groupId}:{each.artifactId}:{each.version}", _sum(each.artifact.resolve())) for each in found),
        key=lambda jar: jar.coordinate,
    )


def _context(cache: Path) -> MavenContext:
    return MavenContext(repo_cache=cache / "maven", timeout=60)


def _path(context: MavenContext, jar: Jar) -> Path:
    return Path(context.create_dependency(f"{jar.coordinate}!").artifact.cached_path)


def _fetch(context: MavenContext, jar: Jar) -> None:
    path = _path(context, jar)
    path.unlink(missing_ok=True)  # an interrupted download leaves a part that would be taken for the whole
    try:
        context.create_dependency(f"{jar.coordinate}!").artifact.resolve()
    except (OSError, RuntimeError) as error:
        raise OperatorError(
            f"{jar.coordinate} cannot be fetched from Maven Central: {error}",
            fix="check the network, or put a filled cache folder in place and name it in BINA_CACHE",
        ) from error
    if not _is_sound(path, jar):
        path.unlink(missing_ok=True)
        raise OperatorError(f"{jar.coordinate} arrived with a checksum that is not in the manifest; it was deleted")


def _is_sound(path: Path, jar: Jar) -> bool:
    return path.is_file() and _sum(path) == jar.sha256


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _only_one(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    for line in resolve(Path(sys.argv[1])):
        print(f"{line.sha256}  {line.coordinate}")  # noqa: T201 - the output is the product
