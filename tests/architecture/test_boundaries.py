"""Who may import whom, by globbing: a new service is covered without being named here."""

import ast
import sys
from collections.abc import Mapping
from typing import Final

from tools import catalogue, sources
from tools.sources import Source

ALL: Final = frozenset(
    {"domain", "events", "texts", "settings", "store", "schemas", "usecases", "consumers", "views", "app"}
)
MAY_IMPORT: Final[Mapping[str, frozenset[str]]] = {
    "__init__": frozenset(),
    "texts": frozenset(),
    "settings": frozenset(),
    "events": frozenset(),
    "domain": frozenset({"events"}),
    "store": frozenset({"domain", "events"}),
    "schemas": frozenset({"domain"}),
    "usecases": frozenset({"domain", "events", "store"}),
    "consumers": frozenset({"usecases", "store", "domain"}),
    "views": frozenset({"usecases", "store", "schemas"}),
    "app": ALL,
    "__main__": ALL,
    "rebuild": ALL,  # what an operator starts by hand, composed like an app
}
# What else may be named, but not called: the types that a view answers with, and closed codes where they are declared.
NAMES_ONLY: Final = frozenset(
    {("views", "domain"), ("schemas", "events"), ("consumers", "events"), ("views", "settings")}
)
PURE: Final = {
    "domain": frozenset({"eventkit.event", "eventkit.refusal"}),
    "events": frozenset({"eventkit.event", "eventkit.refusal", "marshmallow"}),
}
IMPURE_STANDARD: Final = frozenset({
    "asyncio", "concurrent", "ftplib", "glob", "http", "logging", "multiprocessing", "os", "pathlib", "random",
    "secrets", "select", "selectors", "shutil", "signal", "smtplib", "socket", "socketserver", "sqlite3", "ssl",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib",
})  # fmt: skip
SEEDED: Final = "random.Random"  # with a seed it is a pure function
ONLY_IN: Final = {
    "pymongo": {"store", "app", "rebuild"},
    "bson": {"store"},
    "flask": {"views", "app", "__main__"},
    "flask_smorest": {"views", "app"},
    "kafka": {"rebuild"},
    "environs": {"settings"},
}
CLOCKS: Final = frozenset({"now", "utcnow", "today", "time", "monotonic", "uuid1", "uuid4", "uuid7", "new_id"})


def foreign_imports(tree: ast.AST, owner: str, names: frozenset[str]) -> set[str]:
    """Name the other services that a file imports."""
    return {name.split(".")[0] for name in sources.imports(tree)} & (names - {owner})


def roles_imported(tree: ast.AST, service: str) -> set[str]:
    """Name the modules of its own service that a file imports."""
    own = (name.split(".") for name in sources.imports(tree))
    return {parts[1] for parts in own if parts[0] == service and len(parts) > 1}


def forbidden_roles(source: Source) -> set[str]:
    """Name the modules that a file of this role may not import; its own package is open to it."""
    allowed = MAY_IMPORT.get(source.role, frozenset()) | {source.role}
    allowed |= {role for user, role in NAMES_ONLY if user == source.role and _only_names(source, role)}
    return {role for role in roles_imported(source.tree, source.service) if role in ALL and role not in allowed}


def _only_names(source: Source, role: str) -> bool:
    """Say whether a file imports only types and constants of a module: `SessionKind`, `TIME_ZONES`."""
    dotted = (name.split(".") for name in sources.imports(source.tree))
    taken = [parts for parts in dotted if parts[:2] == [source.service, role]]
    return all(len(parts) > 2 and parts[-1][:1].isupper() for parts in taken)


def impure_imports(tree: ast.AST, role: str, service: str) -> set[str]:
    """Name what a domain or events module imports beyond pure standard modules and the base of events."""
    found = set()
    for name in sources.imports(tree):
        top = name.split(".")[0]
        is_allowed = name == SEEDED or any(name == open_ or name.startswith(f"{open_}.") for open_ in PURE[role])
        if not is_allowed and top != service and (top in IMPURE_STANDARD or not _is_standard(top)):
            found.add(name)
    return found


def _is_standard(name: str) -> bool:
    return name in sys.stdlib_module_names


def clock_reads(tree: ast.AST) -> set[str]:
    """Name the calls that ask a clock or chance for an answer."""
    calls = (node.func for node in sources.walk(tree) if isinstance(node, ast.Call))
    named = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    return named & CLOCKS


def misplaced_imports(source: Source) -> set[str]:
    """Name libraries that only other roles may use."""
    tops = {name.split(".")[0] for name in sources.imports(source.tree)}
    return {top for top in tops & ONLY_IN.keys() if source.role not in ONLY_IN[top]}


def environment_reads(tree: ast.AST) -> bool:
    """Say whether a file looks into the environment."""
    named = {node.attr for node in sources.walk(tree) if isinstance(node, ast.Attribute)}
    return bool(named & {"environ", "getenv"}) or not {"os.environ", "os.getenv"}.isdisjoint(sources.imports(tree))


def transactions_opened(tree: ast.AST) -> int:
    """Count the calls of `….run(work)` on a unit of work."""
    calls = (node.func for node in sources.walk(tree) if isinstance(node, ast.Call))
    named = [c for c in calls if isinstance(c, ast.Attribute) and c.attr == "run" and isinstance(c.value, ast.Name)]
    return sum(1 for call in named if isinstance(call.value, ast.Name) and call.value.id in {"uow", "unit"})


def test_there_are_services_to_look_at() -> None:
    assert len(catalogue.services()) >= 4
    assert {source.service for source in sources.of_services()} == set(catalogue.services())


def test_no_service_imports_another() -> None:
    names = frozenset(catalogue.services())
    found = {s.path: bad for s in sources.of_services() if (bad := foreign_imports(s.tree, s.service, names))}
    assert found == {}


def test_planted_foreign_import_is_caught() -> None:
    names = frozenset({"registration", "curriculum"})
    assert foreign_imports(ast.parse("from curriculum.domain import Session"), "registration", names) == {"curriculum"}
    assert foreign_imports(ast.parse("import curriculum"), "registration", names) == {"curriculum"}


def test_no_library_imports_a_service() -> None:
    names = frozenset(catalogue.services())
    libraries = [s for s in sources.product() if s.path.startswith(("libs/", "infra/"))]
    assert libraries
    assert {s.path: bad for s in libraries if (bad := foreign_imports(s.tree, "", names))} == {}


def test_modules_import_only_what_their_role_allows() -> None:
    assert {s.path: bad for s in sources.of_services() if (bad := forbidden_roles(s))} == {}


def test_planted_role_violation_is_caught() -> None:
    path = "services/registration/src/registration/domain/batch.py"
    text = "from registration import store\nfrom registration.domain.period import Period"
    assert forbidden_roles(Source(path=path, text=text)) == {"store"}
    views = Source(path="services/registration/src/registration/views.py", text="import registration.consumers")
    assert forbidden_roles(views) == {"consumers"}
    path = "services/registration/src/registration/views.py"
    assert forbidden_roles(Source(path=path, text="from registration.domain.batch import Batch")) == set()
    assert forbidden_roles(Source(path=path, text="from registration.domain.batch import open_batch")) == {"domain"}


def test_every_module_has_a_role() -> None:
    unknown = {s.path for s in sources.of_services() if s.role not in MAY_IMPORT}
    assert unknown == set()


def test_domain_and_events_do_no_input_or_output() -> None:
    pure = [s for s in sources.of_services() if s.role in PURE]
    assert {s.path: bad for s in pure if (bad := impure_imports(s.tree, s.role, s.service))} == {}


def test_planted_impure_import_is_caught() -> None:
    text = "from pymongo import MongoClient\nimport os\nimport eventkit.mongo\nfrom datetime import date"
    assert impure_imports(ast.parse(text), "domain", "x") == {"pymongo.MongoClient", "os", "eventkit.mongo"}
    assert impure_imports(ast.parse("from marshmallow import fields"), "domain", "x") == {"marshmallow.fields"}
    assert impure_imports(ast.parse("from marshmallow import fields"), "events", "x") == set()


def test_domain_and_consumers_read_no_clock() -> None:
    silent = [s for s in sources.of_services() if s.role in {"domain", "events", "consumers"}]
    assert {s.path: bad for s in silent if (bad := clock_reads(s.tree))} == {}


def test_planted_clock_is_caught() -> None:
    assert clock_reads(ast.parse("at = datetime.now(UTC)\nid = new_id()")) == {"now", "new_id"}


def test_libraries_stay_in_their_modules() -> None:
    assert {s.path: bad for s in sources.of_services() if (bad := misplaced_imports(s))} == {}


def test_planted_misplaced_library_is_caught() -> None:
    path = "services/registration/src/registration/views.py"
    assert misplaced_imports(Source(path=path, text="from pymongo import MongoClient")) == {"pymongo"}


def test_only_settings_read_the_environment() -> None:
    others = [s for s in sources.of_services() if s.role not in {"settings", "rebuild"}]
    assert {s.path for s in others if environment_reads(s.tree)} == set()


def test_planted_environment_read_is_caught() -> None:
    assert environment_reads(ast.parse("uri = os.environ['BINA_MONGO_URI']"))
    assert environment_reads(ast.parse("from os import getenv"))


def test_only_use_cases_open_transactions() -> None:
    others = [s for s in sources.of_services() if s.role not in {"usecases", "rebuild"}]
    assert {s.path for s in others if transactions_opened(s.tree)} == set()


def test_planted_transaction_is_caught() -> None:
    assert transactions_opened(ast.parse("uow.run(lambda session: None)")) == 1
