"""One after another on the same batch, within this process: a queue is cheaper than transactions that collide.

Correctness does not rest on it: between processes the batch's version alone decides who gets the last seat.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_STRIPES: Final = 64


class Turns:
    """A fixed number of locks; two batches may share one, which costs only a short wait."""

    def __init__(self) -> None:
        self._locks = tuple(threading.Lock() for _ in range(_STRIPES))

    @contextmanager
    def on(self, batch: str) -> Iterator[None]:
        """Wait until nobody else here changes the seats of the batch."""
        with self._locks[hash(batch) % _STRIPES]:
            yield
