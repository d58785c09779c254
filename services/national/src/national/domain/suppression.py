"""Which cells of a table of persons may be shown: small ones are hidden, and others with them, so that none follows.

A table is a circulation: row → column → total. Row totals are shown, and so are zeros; a hidden cell is at least 1.
Whoever knows that can move a hidden cell only along cycles of other hidden cells: these are counted.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

THRESHOLD: Final = 5
SLACK: Final = 3  # a hidden cell keeps at least four possible values
_FLOOR: Final = 1
_TOTALS: Final = ("total", "")

Node = tuple[str, str]
Arc = tuple[Node, Node]
Key = tuple[str, str]  # (row, column); ("", column) is the total of a column
Table = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be shown of a table; None stands for hidden.

    `columns` are totals over the rows in `rows`. Rows in `small` have fewer than THRESHOLD persons and show nothing;
    rows in `mute` show their total only: spread so thinly, each cell would give the others away.
    """

    rows: Mapping[str, Mapping[str, int | None]]
    totals: Mapping[str, int]
    columns: Mapping[str, int | None]
    small: frozenset[str]
    mute: frozenset[str]


@dataclass(slots=True)
class _Network:
    """The cells that are not zero, as arcs, and which of them are hidden so far."""

    arcs: dict[Key, Arc]
    values: dict[Key, int]
    hidden: set[Key]
    leaving: dict[Node, list[Key]]
    entering: dict[Node, list[Key]]

    def columns_of(self, row: str) -> list[str]:
        """Give the columns of a row's hidden cells; the row without a name holds the totals."""
        arcs = self.entering.get(_TOTALS, ()) if not row else self.leaving.get(("row", row), ())
        return [key[1] for key in arcs if key in self.hidden]

    def rows_of(self, column: str) -> Iterator[str]:
        """Give the rows of a column's hidden cells, the totals first."""
        node = ("column", column)
        return (key[0] for key in (*self.leaving.get(node, ()), *self.entering.get(node, ())) if key in self.hidden)

    def steps(self, node: Node, flow: Mapping[Key, int], usable: AbstractSet[Key]) -> Iterator[tuple[Node, Key, int]]:
        """Give the moves out of a node: raise a usable cell without limit, or lower one down to the floor."""
        for key in filter(usable.__contains__, self.leaving.get(node, ())):
            yield self.arcs[key][1], key, SLACK
        for key in filter(usable.__contains__, self.entering.get(node, ())):
            room = self.values[key] + flow.get(key, 0) - _FLOOR
            if room > 0:
                yield self.arcs[key][0], key, min(room, SLACK)


def protect(table: Table, *, column_totals: bool = True) -> Protected:
    """Say what may be shown of the table; without column totals each row stands for itself.

    Every hidden cell keeps more than SLACK possible values for a reader of all that is shown.
    """
    totals = {row: sum(cells.values()) for row, cells in table.items()}
    small = frozenset(row for row, total in totals.items() if 0 < total < THRESHOLD)
    mute: frozenset[str] = frozenset()
    while True:
        kept = {row: cells for row, cells in table.items() if row not in small | mute}
        network = _network(kept, column_totals=column_totals)
        stuck = _complement(network)
        if not stuck:
            break
        mute |= stuck
    shown_totals = {row: total for row, total in totals.items() if row not in small}
    columns = sorted({column for cells in table.values() for column in cells})
    rows = {row: _shown(row, columns, cells, network) for row, cells in kept.items()}
    sums = {column: sum(cells.get(column, 0) for cells in kept.values()) for column in columns}
    margins = {column: None if ("", column) in network.hidden else sums[column] for column in columns}
    return Protected(rows, shown_totals, margins if column_totals else {}, small, mute)


def _shown(row: str, columns: Iterable[str], cells: Mapping[str, int], network: _Network) -> dict[str, int | None]:
    return {column: None if (row, column) in network.hidden else cells.get(column, 0) for column in columns}


def _network(table: Table, *, column_totals: bool) -> _Network:
    arcs: dict[Key, Arc] = {}
    values: dict[Key, int] = {}
    for row, cells in table.items():
        for column, count in cells.items():
            if count:
                node = ("column", column) if column_totals else _TOTALS
                arcs[row, column] = (("row", row), node)
                values[row, column] = count
    if column_totals:
        for row, column in list(arcs):
            arcs["", column] = (("column", column), _TOTALS)
            values["", column] = values.get(("", column), 0) + values[row, column]
    hidden = {key for key, count in values.items() if count < THRESHOLD}
    leaving: dict[Node, list[Key]] = {}
    entering: dict[Node, list[Key]] = {}
    for key, (tail, head) in arcs.items():
        leaving.setdefault(tail, []).append(key)
        entering.setdefault(head, []).append(key)
    return _Network(arcs, values, hidden, leaving, entering)


def _complement(network: _Network) -> set[str]:
    """Hide more cells until none can be computed; names the rows that cannot be protected."""
    stuck: set[str] = set()
    waiting = deque(sorted(network.hidden, key=lambda each: (not each[0], each)))  # cells first, then totals
    while waiting:
        key = waiting.popleft()
        if key[0] in stuck or _near_room(network, key) >= SLACK or _room(network, key) >= SLACK:
            continue
        more = _own_margin(network, key) or _cheapest_cycle(network, key) or _margins_of(network, key)
        if not more:
            stuck.add(_weakest_row(network, key))
            continue
        network.hidden |= more
        waiting.append(key)
        waiting.extend(sorted(more))
    return stuck


def _near_room(network: _Network, key: Key) -> int:
    """Count how far the cell can differ along rectangles of hidden cells: quick, enough for most, never too much."""
    row, column = key
    if not row or network.arcs[key][1] == _TOTALS:
        return 0
    up, down, own = 0, 0, network.values[key] - _FLOOR
    spare = {each: network.values[row, each] - _FLOOR for each in network.columns_of(row) if each != column}
    for other in network.rows_of(column):
        shared = spare.keys() & network.columns_of(other) if other != row else set()
        lend = SLACK if not other else network.values[other, column] - _FLOOR
        for each in shared:
            # A total stands on the other side of its column, so it is lowered where a cell would be raised.
            far = network.values[other, each] - _FLOOR
            take = min(lend, spare[each], SLACK if other else far)
            spare[each], lend, up = spare[each] - take, lend - take, up + take
            down = max(down, min(own, far if other else network.values["", column] - _FLOOR))
            if up + down >= SLACK:
                return up + down
    return up + down


def _room(network: _Network, key: Key) -> int:
    """Count by how much the cell could differ, up and down, up to SLACK each, with all that is shown unchanged."""
    tail, head = network.arcs[key]
    up = _flow(network, key, head, tail)
    down = min(network.values[key] - _FLOOR, _flow(network, key, tail, head)) if up < SLACK else 0
    return up + down


def _flow(network: _Network, key: Key, source: Node, target: Node) -> int:
    flow: dict[Key, int] = {}
    total = 0
    while total < SLACK:
        path = _hidden_path(network, key, (source, target), flow)
        if path is None:
            break
        amount = min(room for _, _, room in path)
        for node, each, _ in path:
            raised = network.arcs[each][1] == node
            flow[each] = flow.get(each, 0) + (amount if raised else -amount)
        total += amount
    return min(total, SLACK)


def _hidden_path(
    network: _Network, key: Key, ends: tuple[Node, Node], flow: Mapping[Key, int]
) -> list[tuple[Node, Key, int]] | None:
    source, target = ends
    came: dict[Node, tuple[Node, tuple[Node, Key, int]] | None] = {source: None}
    waiting = deque([source])
    while waiting and target not in came:
        node = waiting.popleft()
        for step in network.steps(node, flow, network.hidden):
            if step[1] != key and step[0] not in came:
                came[step[0]] = (node, step)
                waiting.append(step[0])
    return _walk_back(came, target)


def _walk_back(
    came: Mapping[Node, tuple[Node, tuple[Node, Key, int]] | None], target: Node
) -> list[tuple[Node, Key, int]] | None:
    if target not in came:
        return None
    path = []
    while (before := came[target]) is not None:
        target, step = before
        path.append(step)
    return path


def _cheapest_cycle(network: _Network, key: Key) -> set[Key]:
    """Find the fewest and smallest shown cells whose hiding lets this one grow by SLACK."""
    target, source = network.arcs[key]
    queue: list[tuple[tuple[int, int], Node, tuple[Key, ...]]] = [((0, 0), source, ())]
    done: set[Node] = set()
    while queue:
        cost, node, path = heapq.heappop(queue)
        if node == target:
            return {each for each in path if each not in network.hidden}
        if node in done:
            continue
        done.add(node)
        for other, each, room in network.steps(node, {}, network.arcs.keys()):
            if each != key and room >= SLACK and other not in done:
                count, size = _price(network, each)
                heapq.heappush(queue, ((cost[0] + count, cost[1] + size), other, (*path, each)))
    return set()


def _price(network: _Network, key: Key) -> tuple[int, int]:
    if key in network.hidden:
        return 0, 0
    # A total gives way before a cell: no batch shall show less because of another one.
    return 1, network.values[key] if key[0] else 0


def _own_margin(network: _Network, key: Key) -> set[Key]:
    """Give the total of the cell's column if hiding it is enough."""
    own = {("", key[1])} & (network.arcs.keys() - network.hidden)
    wider = replace(network, hidden=network.hidden | own)
    return own if own and _room(wider, key) >= SLACK else set()


def _margins_of(network: _Network, key: Key) -> set[Key]:
    columns = {column for row, column in network.arcs if row == key[0]} if key[0] else {key[1]}
    return {("", column) for column in columns if ("", column) in network.arcs} - network.hidden


def _weakest_row(network: _Network, key: Key) -> str:
    if key[0]:
        return key[0]
    rows = [row for row, column in network.arcs if row and column == key[1]]
    return min(rows, key=lambda row: (network.values[row, key[1]], row))
