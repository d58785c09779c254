"""Who did what stays as it was written: the audit log of each service is the one whose heads Kafka was told (I10)."""

from eventkit import audit
from prove.facts import AUDIT, Facts
from prove.scenario import Counterexample


def untouched(facts: Facts) -> int:
    """Hold I10: each chain verifies up to its last anchor, and every service that keeps a log has entries."""
    count = 0
    for service, entries in facts.logs.items():
        values = [each.record.value or b"" for each in facts.wire.get(f"{service}{AUDIT}", ()) if not each.is_foreign]
        anchors = audit.anchors_of(values)
        verdict = audit.verify(entries, anchors)
        if verdict.finding:
            raise Counterexample(
                "I10", f"the audit log of {service}", first_bad_entry=verdict.finding.number,
                fault=verdict.finding.fault, entries=len(entries), anchors=len(anchors),
            )  # fmt: skip
        count += verdict.entries
    return count
