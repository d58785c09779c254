"""Steps start as soon as what they need has ended well, and the first failure ends the whole."""

import threading

import pytest

from bina import stack as stacks
from bina.errors import OperatorError
from bina.launcher import boot
from bina.launcher.boot import Step
from bina.layout import Layout
from bina.process import Program


class Nothing:
    def start(self, program: Program) -> None:
        raise AssertionError(program)

    def run_once(self, program: Program) -> int:
        raise AssertionError(program)

    def exits(self, name: str) -> tuple[int, int | None]:
        raise AssertionError(name)

    def say(self, text: str) -> None:
        raise AssertionError(text)


def never() -> bool:
    return False


def test_services_wait_for_what_they_need_and_for_nothing_else(layout: Layout) -> None:
    plan = {step.name: set(step.needs) for step in boot.steps(stacks.describe(layout, {}), Nothing())}
    assert plan == {
        "kafka": set(),
        "issuer": set(),
        "parcel.mongod": set(),
        "parcel.init": {"parcel.mongod"},
        "parcel.api": {"parcel.init", "issuer"},
        "parcel.relay": {"parcel.init", "kafka"},
        "parcel.consumer": {"parcel.init", "kafka"},
    }


def test_independent_steps_run_side_by_side() -> None:
    both = threading.Barrier(2, timeout=5)

    def meet() -> None:
        both.wait()

    plan = [Step("a", (), meet), Step("b", (), meet)]
    boot.carry_out(plan, is_stopping=never, done=lambda *_: None)


def test_steps_end_in_the_order_of_their_needs() -> None:
    order: list[str] = []
    plan = [Step("c", ("b",), lambda: None), Step("b", ("a",), lambda: None), Step("a", (), lambda: None)]
    boot.carry_out(plan, is_stopping=never, done=lambda name, _: order.append(name))
    assert order == ["a", "b", "c"]


def test_step_after_a_failure_does_not_run() -> None:
    def fail() -> None:
        raise OperatorError("no")

    plan = [Step("a", (), fail), Step("b", ("a",), lambda: pytest.fail("ran"))]
    with pytest.raises(OperatorError, match="no"):
        boot.carry_out(plan, is_stopping=never, done=lambda *_: None)


def test_request_to_stop_starts_nothing_more() -> None:
    plan = [Step("a", (), lambda: pytest.fail("ran"))]
    boot.carry_out(plan, is_stopping=lambda: True, done=lambda *_: None)
