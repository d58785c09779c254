"""What has to happen, and in which order, until a platform is up; independent steps run side by side."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Protocol, TypeVar

import requests

from bina import topics
from bina.engines import jars, kafka, kafka_access, mongod, mongod_access
from bina.errors import OperatorError
from bina.process import Program
from bina.services import Service
from bina.stack import ISSUER, Stack

T = TypeVar("T")
_STEP_S = 120.0
_BACKLOG_S = 15.0
_BAD_CONFIGURATION = 2
_TRIES = 3


class Runner(Protocol):
    """Starts programs; safe to call from any thread."""

    def start(self, program: Program) -> None: ...
    def run_once(self, program: Program) -> int: ...
    def exits(self, name: str) -> tuple[int, int | None]: ...
    def say(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the steps that must have ended well before it."""

    name: str
    needs: tuple[str, ...]
    run: Callable[[], None]


def steps(stack: Stack, runner: Runner) -> list[Step]:
    """List all steps: stores, broker and issuer first and together, then each service as soon as it can."""
    make = _Making(stack, runner)
    plan = [Step("kafka", (), make.kafka), Step(ISSUER, (), make.issuer)]
    for service in stack.services:
        store, init = f"{service.name}.mongod", f"{service.name}.init"
        plan.append(Step(store, (), _bound(make.mongod, service)))
        plan.append(Step(init, (store,), _bound(make.init, service)))
        for process in service.processes:
            needs = (init, ISSUER) if process == "api" else (init, "kafka")
            plan.append(Step(f"{service.name}.{process}", needs, _bound(make.process, service, process)))
    return plan


def carry_out(plan: list[Step], *, is_stopping: Callable[[], bool], done: Callable[[str, float], None]) -> None:
    """Run the steps in the order of their needs; the first error ends the whole."""
    by_name = {step.name: step for step in plan}
    order = TopologicalSorter({step.name: step.needs for step in plan})
    order.prepare()
    with ThreadPoolExecutor(max_workers=len(plan) or 1) as pool:
        running: dict[Future[float], str] = {}
        while order.is_active() and not is_stopping():
            running |= {pool.submit(_timed, by_name[name].run): name for name in order.get_ready()}
            ended, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in ended:
                name = running.pop(future)
                done(name, future.result())
                order.done(name)


def _timed(run: Callable[[], None]) -> float:
    began = time.monotonic()
    run()
    return time.monotonic() - began


def _bound(run: Callable[..., None], *arguments: object) -> Callable[[], None]:
    return lambda: run(*arguments)


class _Making:
    """The steps themselves."""

    def __init__(self, stack: Stack, runner: Runner) -> None:
        self._stack = stack
        self._runner = runner

    def kafka(self) -> None:
        stack, broker = self._stack, self._stack.broker
        files = jars.provide(stack.layout.cache)
        kafka.prepare(broker, files)
        self._runner.start(kafka.program(broker, files))
        admin = self._watch("kafka", lambda end: kafka_access.wait_until_ready(broker, deadline=end))
        try:
            kafka_access.set_passwords(admin, stack.kafka_passwords())
            # Rights first: behind hundreds of new partitions they would wait for seconds.
            kafka_access.set_grants(admin, topics.grants(stack.topics), deadline=time.monotonic() + _STEP_S)
            kafka_access.make_topics(admin, topics.to_make(stack.topics))
        finally:
            admin.close()

    def mongod(self, service: Service) -> None:
        store, user = self._stack.store(service), self._stack.store_user(service)
        mongod.prepare(store)
        self._runner.start(mongod.program(store, self._stack.layout.cache))
        self._watch(store.name, lambda end: mongod_access.provision(store, [user], deadline=end))

    def issuer(self) -> None:
        self._runner.start(self._stack.issuer_program())
        self._until_answers(ISSUER, f"{self._stack.issuer_url}/healthz")

    def init(self, service: Service) -> None:
        program = self._stack.program(service, "init")
        if status := self._runner.run_once(program):
            raise OperatorError(f"{program.name} ended with {status}: {self._tail(program.name)}")

    def process(self, service: Service, process: str) -> None:
        program = self._stack.program(service, process)
        self._runner.start(program)
        self._until_answers(program.name, f"{self._stack.url(service.listener(process))}/readyz")

    def _watch(self, name: str, act: Callable[[float], T]) -> T:
        """Give the waiting `act` short deadlines, so that a program that keeps ending is noticed between them."""
        end = time.monotonic() + _STEP_S
        while True:
            try:
                return act(time.monotonic() + 5)
            except OperatorError:
                self._refuse_crashed(name)
                if time.monotonic() > end:
                    raise

    def _until_answers(self, name: str, address: str) -> None:
        """Wait until the program says that it is ready.

        One that works off a backlog, or has events set aside, may stay red for long and does not stop the others.
        """
        began, answer = time.monotonic(), _Answer()
        while time.monotonic() < began + _STEP_S:
            answer = _asked(address)
            if answer.is_ready:
                return
            if answer.has_backlog and time.monotonic() > began + _BACKLOG_S:
                break
            self._refuse_crashed(name)
            time.sleep(0.1)
        if answer.text:
            self._runner.say(f"{name} runs but is not ready: {answer.text}")
            return
        raise OperatorError(f"{name} does not answer on {address}", fix=f"read `bina logs {name}`")

    def _refuse_crashed(self, name: str) -> None:
        count, last = self._runner.exits(name)
        if count >= _TRIES or (count and last == _BAD_CONFIGURATION):
            raise OperatorError(
                f"{name} ended {count} time(s), last with {last}: {self._tail(name)}", fix=f"read `bina logs {name}`"
            )

    def _tail(self, name: str) -> str:
        return tail(self._stack.layout.log_of(name))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a program says about its readiness; no text when it says nothing."""

    text: str = ""
    is_ready: bool = False
    has_backlog: bool = False


def _asked(address: str) -> _Answer:
    try:
        answer = requests.get(address, timeout=5)
        body = answer.json() if answer.content else {}
    except requests.RequestException:
        return _Answer()
    has_backlog = any(body.get(name) for name in ("parked", "lag_records", "outbox_rows"))
    reasons = ", ".join(map(str, body.get("reasons", ()))) or f"status {answer.status_code}"
    return _Answer(reasons, answer.ok, has_backlog)


def tail(log: Path, lines: int = 5) -> str:
    """Give the last lines of a log."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""
