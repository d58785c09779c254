"""Records that lie ready in memory, so that a consumer's own work can be measured without a broker."""

from collections.abc import Mapping, Sequence

from eventkit.feed import Partition, Record


class Shelf:
    """A feed of one partition; gives what it holds in order, and nothing for ever after."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._place = records[0].partition
        self._next = 0
        self._is_assigned = False

    def poll(self, timeout_ms: int, limit: int) -> list[Record]:
        """Give the next records."""
        del timeout_ms
        if not self._is_assigned:
            return []
        given = self._records[self._next : self._next + limit]
        self._next += len(given)
        return list(given)

    def changes(self) -> list[tuple[str, frozenset[Partition]]]:
        """Assign the one partition, once."""
        if self._is_assigned:
            return []
        self._is_assigned = True
        return [("assigned", self.assignment())]

    def assignment(self) -> frozenset[Partition]:
        """Give the one partition."""
        return frozenset({self._place})

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from there."""
        del partition
        self._next = offset

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Nobody asks."""

    def pause(self) -> None:
        """Nothing comes unasked."""

    def resume(self) -> None:
        """Nothing was held."""

    def lag(self) -> int:
        """Count what is left."""
        return len(self._records) - self._next

    def close(self) -> None:
        """Nothing is open."""
