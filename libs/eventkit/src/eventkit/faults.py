"""Fault points: the places between two steps where a test may kill, stop or fail this process.

Nothing a program is given can arm one: no setting, file or message is looked at here. A test sets `hook` from
outside before the program starts; under `python -O`, as in the images, the look at it is not even compiled.
"""

from collections.abc import Callable
from typing import Literal

Point = Literal[
    "W0",  # web: request received
    "W1",  # validated and authorised, before the transaction
    "W2",  # transaction started
    "W3",  # aggregates written
    "W4",  # outbox rows written
    "W5",  # about to commit
    "W6",  # commit acknowledged
    "W7",  # response written
    "R0",  # relay: lease taken or renewed
    "R1",  # doorbell heard, or its wait over
    "R2",  # pending rows read
    "R3",  # given to the producer
    "R4",  # one record acknowledged, perhaps not the others
    "R5",  # all answers there
    "R6",  # acknowledged rows deleted
    "R7",  # audit entries numbered and in the log
    "R8",  # their head in the outbox, about to commit
    "R9",  # commit acknowledged
    "K0",  # consumer: partitions claimed
    "K1",  # records polled
    "K2",  # decoded
    "K3",  # state read and judged
    "K4",  # transaction started
    "K5",  # projections written
    "K6",  # checkpoint written
    "K7",  # about to commit
    "K8",  # commit acknowledged
    "K9",  # Kafka told where we are
    "K10",  # partitions taken away
    "D1",  # parked rows written
    "D2",  # dead letters acknowledged by Kafka
    "P1",  # parked events are about to be tried again
]

hook: Callable[[Point], None] | None = None


def reach(point: Point) -> None:
    """Say that this step is reached; does nothing outside tests."""
    if __debug__ and hook is not None:
        hook(point)
