"""The web processes are reloaded, ended and frozen under load; keys and passwords change while everything runs."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psutil
import requests
from kafka import KafkaProducer
from kafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from bina.demo.drive.access import Caller, Tokens
from bina.engines import kafka_access
from bina.stack import ISSUER
from eventkit.kafka import KafkaSettings
from issuer import keys
from prove import answers
from prove.arena import Arena
from prove.outage import pause, restarted
from prove.record import Attempt
from prove.scenario import Scenario

API: Final = "registration.api"
RELAY: Final = "registration.relay"
BROKEN: Final = 0.001  # of all requests
HEARTBEAT_S: Final = 15.0  # after which gunicorn gives up a silent worker
KEYS_LIFE_S: Final = 3
NEXT: Final = "registration_next"


def reloads_and_ends(arena: Arena) -> None:
    """F35: HUP every few seconds, SIGTERM, and a worker that no longer answers, all under load."""
    with _pressed(arena) as pressed:
        began = time.time()
        for _ in range(10):
            _signal(arena, signal.SIGHUP)
            pause(3)
        reloaded = answers.between(arena, began)
        broken = [each for each in reloaded if each.status == 0]
        answers.demand(
            len(broken) <= BROKEN * len(reloaded),
            "F35",
            "broken connections while reloading",
            of=len(reloaded),
            broken=len(broken),
        )
        answers.no_5xx("F35", reloaded, "while reloading")
        arena.recovered("reload: share of connections broken", len(broken) / max(1, len(reloaded)))
        _end_in_order(arena)
        _freeze_worker(arena)
    answers.demand(pressed, "F35", "requests were sent")
    answers.no_5xx("F35", answers.between(arena, began), "whatever happens to the web process")
    arena.check()


def _signal(arena: Arena, number: signal.Signals) -> float:
    arena.platform.kill(API, number)
    return time.time()


def _end_in_order(arena: Arena) -> None:
    """SIGTERM: what is being worked on is answered; only new connections are refused until the next start."""
    pause(2)
    ended = _signal(arena, signal.SIGTERM)
    arena.recovered(
        "web ended and started again: to the first write",
        answers.until_2xx(arena, ended + 0.5, service="registration") + 0.5,
    )
    arena.expect_green(API)
    cut = [each for each in answers.between(arena, ended - 5, ended) if each.status == 0]
    answers.demand(not cut, "F35", "requests that were in work at SIGTERM", cut=len(cut), first=cut[:1])
    killed = time.time()
    arena.platform.kill(API)
    arena.recovered(
        "web killed: to the first write", answers.until_2xx(arena, killed + 0.5, service="registration") + 0.5
    )


def _freeze_worker(arena: Arena) -> None:
    """A worker that gives no sign of life is replaced."""
    arena.expect_green(API)
    identity = arena.platform.program(API).identity
    assert identity is not None
    (worker,) = psutil.Process(identity.pid).children()
    frozen = time.time()
    os.kill(worker.pid, signal.SIGSTOP)
    took = answers.until_2xx(arena, frozen + 1, service="registration", within=2 * HEARTBEAT_S + 10) + 1
    arena.recovered("web worker frozen: to the first write of its successor", took, detection=HEARTBEAT_S)
    answers.demand(not psutil.pid_exists(worker.pid), "F35", "the frozen worker is gone", pid=worker.pid)


@contextmanager
def _pressed(arena: Arena, threads: int = 6) -> Iterator[list[Attempt]]:
    """Send writes and reads without a pause, each once, with connections that are kept."""
    stop, sent = threading.Event(), list[Attempt]()

    def run(place: int) -> None:
        desk = arena.ground.desks[place % len(arena.ground.desks)]
        while not stop.is_set():
            made = desk.unit() if place % 2 else desk.listing("registration", "programmes")
            attempt, _ = desk.client.try_once(made)
            sent.append(attempt)
            stop.wait(0.02 if attempt.status else 0.2)

    running = [threading.Thread(target=run, args=(place,)) for place in range(threads)]
    for each in running:
        each.start()
    try:
        yield sent
    finally:
        stop.set()
        for each in running:
            each.join()


def secrets_change(arena: Arena) -> None:
    """F43: the signing key, a store's password and a broker's password change under load."""
    began = time.time()
    try:
        arena.rebuild(BINA_OIDC_KEYS_LIFE_S=str(KEYS_LIFE_S))
        with arena.load(rate=20, writers=4):
            _change_signing_key(arena)
            _change_store_user(arena)
            _change_broker_password(arena)
    finally:
        arena.rebuild()
    answers.no_5xx("F43", answers.between(arena, began), "while secrets change")
    arena.check()


def _change_signing_key(arena: Arena) -> None:
    home = arena.platform.layout.data / ISSUER
    since = time.time()
    old = _token(arena)
    keys.add(home)
    pause(KEYS_LIFE_S + 1)
    keys.use(home)
    new = _token(arena)
    for name, token in (("old", old), ("new", new)):
        answers.demand(_status(arena, token) == 200, "F43", f"the {name} key while both are good")
    arena.ground.desks[0].client._tokens = Tokens(arena.ground.desks[0].client.places)  # as if all had expired
    pause(2)
    refused = [each for each in answers.between(arena, since) if each.status == 401]
    answers.demand(not refused, "F43", "nobody is locked out", refused=refused[:1])
    keys.retire(home)
    retired = time.time()
    arena.until(lambda: _status(arena, old) == 401, KEYS_LIFE_S + 10, "the old key is refused")
    arena.recovered("signing key withdrawn: until it is refused", time.time() - retired, detection=float(KEYS_LIFE_S))
    answers.demand(_status(arena, new) == 200, "F43", "the new key after the old one is gone")


def _token(arena: Arena) -> str:
    tokens = Tokens(arena.ground.desks[0].client.places)  # no memory: signed just now
    return str(tokens.get(Caller(arena.ground.desks[0].tenant, "tenant_admin")))


def _status(arena: Arena, token: str) -> int:
    url = f"{arena.ground.desks[0].client.places.services['registration']}/v1/units?size=1"
    return requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code


def _change_store_user(arena: Arena) -> None:
    """A second user takes over, program by program; then the first one's password is no longer good."""
    service = arena.stack.service("registration")
    assert service is not None
    store, user = arena.stack.store(service), arena.stack.store_user(service)
    database = arena.database("registration")
    role: dict[str, Any] = {"roles": database.command("usersInfo", user.database)["users"][0]["roles"]}
    database.command("createUser", NEXT, pwd="next-word", **role)
    options = "authSource=registration&replicaSet=rs0"
    address = f"mongodb://{NEXT}:next-word@{store.address}/registration?{options}"
    before = f"mongodb://{user.database}:{user.password}@{store.address}/registration?{options}"
    try:
        with restarted(arena, [API, RELAY], BINA_MONGO_URI=address):
            database.command("updateUser", user.database, pwd="no-longer-good", **role)
            pause(3)
            answers.demand(_is_refused_by_store(before), "F43", "the old user of the store")
            database.command("updateUser", user.database, pwd=user.password, **role)
    finally:
        database.command("dropUser", NEXT)


def _is_refused_by_store(address: str) -> bool:
    try:
        with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=3000) as client:
            client["registration"].command("ping")
            return client["registration"]["units"].find_one({}) is None
    except OperationFailure as error:
        return error.code == 18


def _change_broker_password(arena: Arena) -> None:
    old = arena.stack.kafka_passwords()["registration"]
    admin = kafka_access.connect(arena.stack.broker)
    try:
        kafka_access.set_passwords(admin, {"registration": "next-word"})
        with restarted(arena, [RELAY], BINA_KAFKA_PASSWORD="next-word"):
            pause(3)
            arena.expect_green(RELAY)
            answers.demand(_is_refused_by_broker(arena, old), "F43", "the old password of the broker")
            kafka_access.set_passwords(admin, {"registration": old})
    finally:
        kafka_access.set_passwords(admin, {"registration": old})
        admin.close()


def _is_refused_by_broker(arena: Arena, password: str) -> bool:
    access = KafkaSettings(bootstrap=arena.stack.broker.bootstrap, username="registration", password=password)
    try:
        KafkaProducer(**access.options()).close()
    except KafkaError:
        return True
    return False


SCENARIOS: Final = (
    Scenario(id="F35", title="reloads, SIGTERM and a frozen worker under load", run=reloads_and_ends, minutes=1.5),
    Scenario(id="F43", title="keys and passwords change under load", run=secrets_change, minutes=1.2),
)
