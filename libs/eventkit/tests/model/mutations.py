"""Seeded faults in the decision cores, the loops and the model's own stores; the model must find each of them."""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, Final

from model.ledger import ModelLedger
from model.outbox import ModelOutbox

from eventkit import consumer, gate, relay


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A text in a function that is replaced by another."""

    name: str
    of: FunctionType
    old: str
    new: str


MUTATIONS: Final = (
    Mutation(
        name="sequence check < instead of <=",
        of=gate.judge,
        old="if envelope.sequence <= known.sequence:",
        new="if envelope.sequence < known.sequence:",
    ),
    Mutation(
        name="gap applied instead of held",
        of=gate._admit,
        old="if envelope.sequence > known.sequence + 1:",
        new="if False:",
    ),
    Mutation(
        name="failing aggregate skipped instead of parked",
        of=gate.judge,
        old="verdict.known[envelope.key] = Known(known.sequence, known.state, parked=True)",
        new="verdict.known[envelope.key] = Known(envelope.sequence, known.state); continue",
    ),
    Mutation(
        name="parked event not written down",
        of=gate.judge,
        old="verdict.parked.append(Parked(envelope, refused.reason, refused.detail, due))",
        new="pass",
    ),
    Mutation(
        name="the missing event of a gap is not due",
        of=gate.judge,
        old='due = is_next and refused.reason == "BEHIND_PARKED"',
        new="due = False",
    ),
    Mutation(
        name="rows deleted before they are acknowledged",
        of=relay.settle,
        old='if outcome.state == "ACKED":',
        new='if outcome.state != "REFUSED":',
    ),
    Mutation(
        name="rows deleted before they are sent",
        of=relay.Relay.step,
        old="outcomes = self._publisher.publish(rows)",
        new="self._outbox.delete([r.id for r in rows], self._lease); outcomes = self._publisher.publish(rows)",
    ),
    Mutation(
        name="a lease refused is not minded",
        of=relay.Relay._holds_lease,
        old="self._lease = self._outbox.acquire(self._owner)",
        new="self._lease = self._outbox.acquire(self._owner) or before",
    ),
    Mutation(
        name="fencing token not checked before the delete",
        of=ModelOutbox._holds,
        old="return (lease.owner, lease.token) == (self._owner, self._token)",
        new="return True",
    ),
    Mutation(
        name="relay reads ids greater than the last",
        of=ModelOutbox.pending,
        old='step("read absent rows")',
        new="""found = [r for r in found if r.id > getattr(self, "last", "")]
        self.last = max([r.id for r in found], default=getattr(self, "last", ""))""",
    ),
    Mutation(
        name="offset advanced before the transaction",
        of=consumer.Consumer._decide,
        old='faults.reach("K3")',
        new="""self._positions |= {p: Position(self._positions[p].epoch, o) for p, o in offsets.items()}
        self._waiting = self._waiting[len(records):]""",
    ),
    Mutation(
        name="checkpoint guard removed",
        of=ModelLedger._demand_right,
        old="if self.checkpoints[place].epoch != right.epoch:",
        new="if False:",
    ),
    Mutation(
        name="relay sends past a hole",
        of=relay.plan,
        old="if row.sequence == following.get(row.key):",
        new="if row.key in following:",
    ),
    Mutation(
        name="reads on where Kafka says instead of at the checkpoint",
        of=consumer.Consumer._claim_assigned,
        old="self._feed.seek(each, position.offset)",
        new="pass",
    ),
)


@contextmanager
def planted(mutation: Mutation) -> Iterator[None]:
    """Let the function run with the mutation in it; callers that hold it already run the mutated one."""
    sound = mutation.of.__code__
    text = inspect.getsource(sys.modules[mutation.of.__module__])
    own = inspect.getsource(mutation.of)
    if own.count(mutation.old) != 1 or text.count(own) != 1:
        raise ValueError(f"{mutation.name}: the text to replace is not there once")
    mutated = compile(text.replace(own, own.replace(mutation.old, mutation.new)), sound.co_filename, "exec")
    mutation.of.__code__ = _find(mutated, sound.co_qualname)
    try:
        yield
    finally:
        mutation.of.__code__ = sound


def _find(code: CodeType, name: str) -> Any:
    for each in code.co_consts:
        if isinstance(each, CodeType) and (found := each if each.co_qualname == name else _find(each, name)):
            return found
    return None
