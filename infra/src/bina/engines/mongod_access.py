"""The replica set and the users of a running mongod; the only module of this package that speaks MongoDB."""

import time
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from bina.engines.mongod import REPLICA_SET, Store, StoreUser
from bina.errors import OperatorError

_ALREADY_INITIALIZED = 23
_AUTHENTICATION_FAILED = 18
_USER_EXISTS = 51003
_ROLE_EXISTS = 51002
_APPENDER = "appender"  # of a service's audit log: nothing there can be changed or taken away with its password


def uri(store: Store, user: StoreUser) -> str:
    """Give the address that a service is handed: its own user, its own database."""
    credentials = f"{user.database}:{user.password}"
    return (
        f"mongodb://{credentials}@{store.address}/{user.database}?authSource={user.database}&replicaSet={REPLICA_SET}"
    )


def root_uri(store: Store) -> str:
    """Give the address with the rights of the operator."""
    return f"mongodb://root:{store.root_password}@{store.address}/?authSource=admin&directConnection=true"


def provision(store: Store, users: list[StoreUser], *, deadline: float) -> None:
    """Bring a started mongod to a writable primary that knows its users; safe to repeat."""
    _until(deadline, store, lambda: _ping(store))
    if not _knows_root(store):
        _initiate(store)
        _until(deadline, store, lambda: _is_primary(store))
        _make_root(store)
    with root(store) as client:
        _follow_port(store, client)
        _until(deadline, store, lambda: _is_primary(store))
        for user in users:
            ensure_user(client, user)


def root(store: Store) -> MongoClient[dict[str, Any]]:
    """Open a client with the rights of the operator."""
    return MongoClient(root_uri(store), serverSelectionTimeoutMS=3000)


def ensure_user(client: MongoClient[dict[str, Any]], user: StoreUser) -> None:
    """Make the user of one database and of its append-only audit log, or give the existing one this password."""
    audit = f"{user.database}_audit"
    entries = {"resource": {"db": audit, "collection": "audit_log"}, "actions": ["find", "insert"]}
    _ensure(client[audit], "Role", _APPENDER, {"privileges": [entries], "roles": []})
    roles = [{"role": "readWrite", "db": user.database}, {"role": _APPENDER, "db": audit}]
    _ensure(client[user.database], "User", user.database, {"pwd": user.password, "roles": roles})


def _ensure(database: Database[dict[str, Any]], kind: str, name: str, rights: dict[str, Any]) -> None:
    try:
        database.command(f"create{kind}", name, **rights)
    except OperationFailure as error:
        if error.code not in (_USER_EXISTS, _ROLE_EXISTS):
            raise
        database.command(f"update{kind}", name, **rights)


def _anonymous(store: Store) -> MongoClient[dict[str, Any]]:
    # Made anew each time: a client from before the replica set would refuse sessions for a while.
    return MongoClient(f"mongodb://{store.address}/?directConnection=true", serverSelectionTimeoutMS=1000)


def _ping(store: Store) -> bool:
    with _anonymous(store) as client:
        return bool(client.admin.command("ping")["ok"])


def _is_primary(store: Store) -> bool:
    with _anonymous(store) as client:
        return bool(client.admin.command("hello").get("isWritablePrimary"))


def _knows_root(store: Store) -> bool:
    try:
        with root(store) as client:
            client.admin.command("ping")
    except OperationFailure as error:
        if error.code == _AUTHENTICATION_FAILED:
            return False
        raise
    return True


def _initiate(store: Store) -> None:
    members = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": store.address}]}
    with _anonymous(store) as client:
        try:
            client.admin.command("replSetInitiate", members)
        except OperationFailure as error:
            if error.code == _ALREADY_INITIALIZED:  # an earlier start was cut off between the two steps
                return
            raise


def _make_root(store: Store) -> None:
    # Allowed without a password from this machine, exactly as long as there is no user.
    with _anonymous(store) as client:
        try:
            client.admin.command("createUser", "root", pwd=store.root_password, roles=["root"])
        except OperationFailure as error:
            raise OperatorError(
                f"mongod {store.name} does not accept the password of the secrets file: {error.details}",
                fix="put the matching secrets.json back, or wipe with `bina down --wipe`",
            ) from error


def _follow_port(store: Store, client: MongoClient[dict[str, Any]]) -> None:
    """Tell the replica set its new address after a change of port; else it would never have a primary again."""
    config = client.admin.command("replSetGetConfig")["config"]
    if config["members"][0]["host"] == store.address:
        return
    config["members"][0]["host"] = store.address
    client.admin.command("replSetReconfig", {**config, "version": config["version"] + 1}, force=True)


def _until(deadline: float, store: Store, holds: Any) -> None:
    reason = "not writable yet"
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except PyMongoError as error:
            reason = str(error)
        time.sleep(0.05)
    raise OperatorError(f"mongod {store.name} on {store.address} does not get ready: {reason}")
