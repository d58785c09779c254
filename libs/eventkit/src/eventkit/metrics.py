"""Every metric of every process, declared once; values are read at `/metrics` and never hold a tenant or a person."""

import os
from functools import cache
from typing import Final, Literal, NamedTuple, cast, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

Name = Literal[
    "outbox_depth",  # rows that wait for the relay
    "outbox_oldest_seconds",  # age of the oldest of them
    "outbox_parked",  # rows that Kafka refused, waiting for a person
    "published",  # events acknowledged by Kafka
    "producer_resets",  # producers thrown away after a fatal error or silence
    "applied",  # events that took effect here
    "dropped",  # copies of events already applied
    "parked",  # events set aside now
    "dead_letters",  # records that cannot be decoded
    "lag_records",  # records not yet read
    "lag_seconds",  # time by which the view is behind
    "kafka_silent_seconds",  # time for which the group has not answered this consumer
    "batch_seconds",  # one consumer transaction
    "request_seconds",  # by route, method, status
    "refusals",  # by status and code
    "audit_pending",  # entries that the sealer has not taken yet
    "audit_sealed",  # entries added to the audit log
    "audit_unwritten",  # refused tokens beyond the limit of entries
]


class _Metric(NamedTuple):
    kind: type[Counter] | type[Gauge] | type[Histogram]
    text: str
    labels: tuple[str, ...] = ()


_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_METRICS: Final[dict[Name, _Metric]] = {
    "outbox_depth": _Metric(Gauge, "Events not yet published"),
    "outbox_oldest_seconds": _Metric(Gauge, "Age of the oldest event not yet published"),
    "outbox_parked": _Metric(Gauge, "Events that the broker refused"),
    "published": _Metric(Counter, "Events acknowledged by the broker"),
    "producer_resets": _Metric(Gauge, "Producers thrown away since the start"),
    "applied": _Metric(Counter, "Events applied"),
    "dropped": _Metric(Counter, "Events dropped as copies"),
    "parked": _Metric(Gauge, "Events set aside"),
    "dead_letters": _Metric(Counter, "Records that cannot be decoded"),
    "lag_records": _Metric(Gauge, "Records not yet read"),
    "lag_seconds": _Metric(Gauge, "Time by which the view is behind"),
    "kafka_silent_seconds": _Metric(Gauge, "Time since the broker last answered"),
    "batch_seconds": _Metric(Histogram, "Time of one batch"),
    "request_seconds": _Metric(Histogram, "Time of one request", ("route", "method", "status")),
    "refusals": _Metric(Counter, "Requests answered with a problem", ("status", "code")),
    "audit_pending": _Metric(Gauge, "Audit entries not yet sealed"),
    "audit_sealed": _Metric(Counter, "Audit entries sealed"),
    "audit_unwritten": _Metric(Counter, "Refused tokens that were counted instead of written down"),
}


@cache
def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    if not is_shared():
        ProcessCollector(registry=registry)
    return registry


@cache
def _collector(name: Name) -> Counter | Gauge | Histogram:
    kind, text, labels = _METRICS[name]
    if kind is Histogram:
        return Histogram(f"bina_{name}", text, labels, registry=_registry(), buckets=_BUCKETS)
    if kind is Gauge:
        return Gauge(f"bina_{name}", text, labels, registry=_registry(), multiprocess_mode="mostrecent")
    return Counter(f"bina_{name}", text, labels, registry=_registry())


def count(name: Name, amount: float = 1, **labels: str) -> None:
    """Add to a counter."""
    counter = cast("Counter", _collector(name))
    (counter.labels(**labels) if labels else counter).inc(amount)


def gauge(name: Name, value: float, **labels: str) -> None:
    """Say what a gauge shows now."""
    shown = cast("Gauge", _collector(name))
    (shown.labels(**labels) if labels else shown).set(value)


def observe(name: Name, value: float, **labels: str) -> None:
    """Add one measured time to a histogram."""
    histogram = cast("Histogram", _collector(name))
    (histogram.labels(**labels) if labels else histogram).observe(value)


def value(name: Name, **labels: str) -> float:
    """Read one value back; 0 when nothing was recorded."""
    ending = {Histogram: "_count", Counter: "_total"}.get(_METRICS[name].kind, "")
    return _registry().get_sample_value(f"bina_{name}{ending}", labels) or 0.0


def render() -> bytes:
    """Write all values in the text format of Prometheus, those of sibling workers included."""
    for name in get_args(Name):
        if not _METRICS[name].labels:
            _collector(name)  # so that a quiet process shows 0 and not nothing
    if not is_shared():
        return generate_latest(_registry())
    shared = CollectorRegistry()
    MultiProcessCollector(shared)
    return generate_latest(shared)


def is_shared() -> bool:
    """Say whether several workers of this process add to the same figures."""
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ
