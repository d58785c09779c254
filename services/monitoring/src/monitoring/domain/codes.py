"""The codes and patterns of the published facts, for those who read what comes in."""

from monitoring.events.wire import CODE, PERIOD, REFERENCE, REFERENCE_CODE, REFERENCE_KINDS, SCORE_SOURCES, UUID_TEXT

__all__ = ["CODE", "PERIOD", "REFERENCE", "REFERENCE_CODE", "REFERENCE_KINDS", "SCORE_SOURCES", "UUID_TEXT"]
