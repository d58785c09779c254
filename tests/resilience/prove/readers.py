"""Every event takes effect once: a read model is the pure fold of its topic, copies left out (I3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import bson
from bson.codec_options import CodecOptions

from eventkit.envelope import Envelope
from eventkit.gate import Known, Projection, judge
from prove.facts import Document, Facts
from prove.scenario import Counterexample

_AWARE: Final[CodecOptions[Document]] = CodecOptions(tz_aware=True)


@dataclass
class Refold:
    """What one reader should know: fed with the events of a topic in any order, each number counted once."""

    projection: Projection[Any]
    known: dict[str, Known] = field(default_factory=dict)
    _early: dict[str, dict[int, list[Envelope]]] = field(default_factory=dict)

    def feed(self, envelopes: Iterable[Envelope]) -> None:
        """Take more events in."""
        for each in envelopes:
            if each.sequence > self.known.get(each.key, Known()).sequence:
                self._early.setdefault(each.key, {}).setdefault(each.sequence, []).append(each)
                self._advance(each.key)

    def _advance(self, key: str) -> None:
        waiting = self._early[key]
        while candidates := waiting.get(self.known.get(key, Known()).sequence + 1):
            before = self.known.get(key, Known())
            verdicts = (judge(self.projection, [each], {key: before}, {}) for each in candidates)
            # Normally there is one; an event that cannot be taken in may have been published again, rightly.
            taken = next((each for each in verdicts if not each.parked), None)
            if taken is None:  # this reader cannot take it in, so whatever follows waits
                return
            self.known[key] = taken.known[key]
            del waiting[self.known[key].sequence]
        if not waiting:
            del self._early[key]


@dataclass
class Refolds:
    """The refolds of all readers, kept from check to check, so that each event is folded once."""

    _made: dict[tuple[str, str], tuple[Refold, int]] = field(default_factory=dict)

    def of(self, facts: Facts, reader: str, topic: str) -> Refold:
        """Bring one refold up to date."""
        refold, done = self._made.get((reader, topic)) or (Refold(facts.projection(reader, topic)), 0)
        seen = facts.wire.get(topic, ())
        refold.feed(each.envelope for each in seen[done:] if each.envelope)
        self._made[reader, topic] = refold, len(seen)
        return refold


def exactly_once(facts: Facts, refolds: Refolds) -> int:
    """Hold I3: each document of each read model equals the fold, and there are no others."""
    count = 0
    for topic in facts.topics:
        for reader in topic.readers:
            refold = refolds.of(facts, reader, topic.name)
            stored = facts.collection(reader, refold.projection.view.name)
            _hold_same(refold, reader, stored)
            count += len(stored)
    return count


def _hold_same(refold: Refold, reader: str, stored: Mapping[str, Document]) -> None:
    topic, view = refold.projection.topic, refold.projection.view
    expected = {key: known for key, known in refold.known.items() if known.state is not None}
    for key in sorted(stored.keys() ^ expected.keys()):
        raise Counterexample(
            "I3", f"{reader} {view.name} {key}", store=key in stored, fold_of=f"{topic}: {key in expected}"
        )
    for key, known in expected.items():
        document = stored[key]
        tenant = key.partition("/")[0]
        wanted = _as_stored({**view.unstructure(tenant, known.state), "sequence": known.sequence})
        wrong = {name: (document.get(name), value) for name, value in wanted.items() if document.get(name) != value}
        if wrong:
            told = {name: f"stored {found!r}, folded {value!r}" for name, (found, value) in wrong.items()}
            raise Counterexample("I3", f"{reader} {view.name} {key}", **told)


def _as_stored(document: Document) -> Document:
    return bson.decode(bson.encode(document), _AWARE)
