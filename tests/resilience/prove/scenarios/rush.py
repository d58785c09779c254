"""F38 F39: many callers at once, with one key, or for one seat."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

from prove.arena import Arena
from prove.record import Attempt, Intention
from prove.scenario import Counterexample, Scenario
from prove.setup import add_batch, add_programme

TWINS: Final = 50
RIVALS: Final = 200
FULL: Final = (409, "quota_full")


def same_key(arena: Arena) -> None:
    """Send one intention many times at once, with whole and with lost answers: one effect and one answer."""
    for desk in arena.ground.desks:
        programme = desk.any("programmes").id
        for intention in (desk.unit(), desk.batch(programme), desk.person(), desk.visit(desk.any("units").id)):
            senders = [_sender(desk.client.send, intention, lose_first=place % 3 == 0) for place in range(TWINS)]
            answers = _at_once(senders)
            _hold_one_answer(intention, answers)
    arena.check()


def last_seat(arena: Arena) -> None:
    """Let two hundred callers ask for the one seat of a batch at the same time."""
    desk = arena.random.choice(arena.ground.desks)
    batch = add_batch(desk, add_programme(desk), seats=1)
    report = desk.must(desk.nomination(batch.id, RIVALS))
    rivals = [desk.confirmation(row["id"]) for row in report["rows"]]
    answers = _at_once([_sender(desk.do, each) for each in rivals])
    got = Counter((each.status, each.code) for each in answers)
    if got != {(200, ""): 1, FULL: RIVALS - 1}:
        raise Counterexample("I11", f"the one seat of batch {batch.id}", answers=dict(got))
    arena.check()


def _sender(send: Callable[..., tuple[Attempt, Any]], intention: Intention, **how: Any) -> Callable[[], Attempt]:
    return lambda: send(intention, **how)[0]


def _at_once(senders: Sequence[Callable[[], Attempt]]) -> list[Attempt]:
    """Let all begin in the same moment; gives what each was told in the end."""
    gate = threading.Barrier(len(senders))
    answers: list[Attempt] = []

    def run(send: Callable[[], Attempt]) -> None:
        gate.wait()
        answers.append(send())

    threads = [threading.Thread(target=run, args=(each,)) for each in senders]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


def _hold_one_answer(intention: Intention, answers: Sequence[Attempt]) -> None:
    told = Counter((each.status, each.made, each.answer) for each in answers)
    (status, made, _), count = told.most_common(1)[0]
    if count != TWINS or not made:
        raise Counterexample("I9", f"{TWINS} requests with key {intention.key}", path=intention.path, answers=told)
    if sum(not each.replayed for each in answers) > 1:
        raise Counterexample("I9", f"key {intention.key}", status=status, answered_as_the_first="more than once")


SCENARIOS: Final = (
    Scenario(
        id="F38",
        title=f"one key in {TWINS} requests at once, every third with a lost answer",
        run=same_key,
        minutes=0.4,
        in_cross_section=True,
    ),
    Scenario(id="F39", title=f"{RIVALS} callers for one seat", run=last_seat, minutes=0.3, in_cross_section=True),
)
