"""An outbox that does step by step what the real one does; every call may fail before its effect or after it."""

from collections.abc import Sequence
from datetime import timedelta

from model.scheduler import Actor, Clock, step
from model.truth import Truth, demand

from eventkit.outbox import LEASE_S, Lease, Row

PAGE = 4  # so that a page often lacks a part of what is pending


class ModelOutbox:
    """The rows of one service; all its relays share this one."""

    def __init__(self, clock: Clock, truth: Truth | None = None) -> None:
        self.rows: dict[str, Row] = {}
        self.parked_rows: dict[str, str] = {}
        self._clock = clock
        self._truth = truth
        self._owner, self._token, self._until = "", 0, 0.0
        self._refused: set[Actor | None] = set()

    def acquire(self, owner: str) -> Lease | None:
        step("acquire")
        if self._until < self._clock.seconds:
            self._owner, self._token = owner, self._token + 1
        if self._owner == owner:
            self._until = self._clock.seconds + LEASE_S
        held = Lease(owner, self._token) if self._owner == owner else None
        (self._refused.discard if held else self._refused.add)(Actor.current)
        step("acquired")
        return held

    def release(self, lease: Lease) -> None:
        step("release")
        if lease.token == self._token:
            self._until = 0.0

    def pending(self, limit: int) -> tuple[list[Row], dict[str, int]]:
        demand(Actor.current not in self._refused, "fencing", "publishes without the lease", self._owner)
        step("read parked keys")
        parked = {self.rows[each].key for each in self.parked_rows}
        step("read a page")
        found = [self.rows[each] for each in sorted(self.rows) if self.rows[each].key not in parked]
        found = found[: limit if self._truth is None else PAGE]
        step("read lowest sequences")
        keys = {each.key for each in found}
        lowest: dict[str, int] = {}
        for each in self.rows.values():
            if each.key in keys:
                lowest[each.key] = min(each.sequence, lowest.get(each.key, each.sequence))
        present = {(each.key, each.sequence) for each in found}
        absent = set(lowest.items()) - present
        step("read absent rows")
        if absent:
            found += [self.rows[each] for each in sorted(self.rows) if self._place(each) in absent]
        return found, lowest

    def _place(self, id: str) -> tuple[str, int]:
        return self.rows[id].key, self.rows[id].sequence

    def delete(self, ids: Sequence[str], lease: Lease) -> bool:
        step("check the lease")
        if not self._holds(lease):
            return False
        demand(lease.token == self._token, "fencing", "deletes with an old lease", lease)
        step("delete rows")
        if self._truth is not None:
            self._truth.on_delete(ids)
        for each in ids:
            self.rows.pop(each, None)
            self.parked_rows.pop(each, None)
        step("rows deleted")
        return True

    def _holds(self, lease: Lease) -> bool:
        return (lease.owner, lease.token) == (self._owner, self._token)

    def park(self, id: str, reason: str) -> None:
        step("park a row")
        if id in self.rows:
            self.parked_rows.setdefault(id, reason)
        step("row parked")

    def release_parked(self) -> int:
        step("release parked rows")
        count = len(self.parked_rows)
        self.parked_rows.clear()
        step("parked rows released")
        return count

    def depth(self) -> int:
        return len(self.rows)

    def parked(self) -> int:
        return len(self.parked_rows)

    def oldest_age(self) -> timedelta:
        return max((self._clock.now() - each.at for each in self.rows.values()), default=timedelta())

    def ring(self, wait_ms: int) -> None:
        step("wait for the bell")
        self._clock.seconds += wait_ms / 1000
