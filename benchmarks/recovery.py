"""P16: how long after a fault the platform does its work again, beyond the time that detection is set to take."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import requests

from benchmarks import freshness, world
from benchmarks.goals import Outcome
from benchmarks.interleave import tell
from benchmarks.statistics import spread
from benchmarks.world import World
from eventkit.outbox import LEASE_S

HTTP_TIMEOUT_S: Final = 2.0
TRANSACTION_LIFETIME_S: Final = 5.0  # as the launcher starts mongod
BROKER_SESSION_S: Final = 2.0  # as the launcher starts the broker


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One program that is killed, how long nobody may notice, and what shows that all is well again."""

    title: str
    program: str
    detection: float
    is_whole_way: bool


FAULTS: Final = (
    Fault(title="web kill", program="registration.api", detection=0.0, is_whole_way=False),
    Fault(title="relay take-over", program="registration.relay", detection=LEASE_S, is_whole_way=True),
    Fault(title="consumer kill", program="curriculum.consumer", detection=TRANSACTION_LIFETIME_S, is_whole_way=True),
    Fault(title="mongod restart", program="registration.mongod", detection=0.0, is_whole_way=False),
    Fault(title="broker restart", program="kafka", detection=BROKER_SESSION_S, is_whole_way=True),
)


def measure(of: World, repeats: int) -> list[Outcome]:
    """Kill each program so many times; the goal is held against the worst fault of each round."""
    took: dict[str, list[float]] = {fault.title: [] for fault in FAULTS}
    worst = []
    for turn in range(repeats):
        beyond = []
        for fault in FAULTS:
            tell(f"{fault.title} {turn + 1}/{repeats}")
            seconds = _recover(of, fault)
            took[fault.title].append(seconds)
            beyond.append(max(0.0, seconds - fault.detection))
        worst.append(max(beyond))
    details = {fault.title: {"detection_s": fault.detection, **spread(took[fault.title]).as_json()} for fault in FAULTS}
    return [Outcome(goal="P16", unit="s", ours=worst, ceiling=[0.0] * repeats, details=details)]


def _recover(of: World, fault: Fault) -> float:
    """Kill, and ask again and again for a whole piece of work."""
    with freshness.watching(of) as seen:
        of.platform.kill(fault.program)
        began = time.monotonic()
        nominee = of.next_nominees(1)[0]
        of.use(1)
        key, bearer = str(uuid.uuid4()), of.bearer
        world.until(lambda: _accepts(of, nominee, key, bearer))
        if fault.is_whole_way:
            world.until(_is_in(seen, nominee))
        took = time.monotonic() - began
        of.platform.wait_until_ready(fault.program, within=120)
        world.until(_is_in(seen, nominee))
    return took


def _is_in(seen: dict[str, float], nominee: str) -> Callable[[], bool]:
    return lambda: nominee in seen


def _accepts(of: World, nominee: str, key: str, bearer: str) -> bool:
    headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": key}
    address = f"{of.stack.url('registration')}/v1/enrolments/{nominee}/confirm"
    try:
        return requests.post(address, json={}, headers=headers, timeout=HTTP_TIMEOUT_S).ok
    except requests.RequestException:
        return False
