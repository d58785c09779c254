"""How much one caller may ask for: per subject and per tenant, and per address for those who have not signed in.

Counted in the memory of one worker, so several workers together allow as many times the figure.
"""

import math
import time
from typing import Final, Literal

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from eventkit.problem import RefusedRequestError
from eventkit.settings import ServiceSettings

Who = Literal["subject", "tenant", "address"]
_MAX_KEY: Final = 200


class Rates:
    """Counts requests in windows that begin with the first of them."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._window = FixedWindowRateLimiter(MemoryStorage())
        self._limits: dict[Who, RateLimitItem] = {
            "subject": parse(settings.rate_subject),
            "tenant": parse(settings.rate_tenant),
            "address": parse(settings.rate_address),
        }

    def take(self, who: Who, *key: str) -> None:
        """Count one request; raises RefusedRequestError 429 beyond the limit."""
        limit, parts = self._limits[who], [who, *(each[:_MAX_KEY] for each in key)]
        if not self._window.hit(limit, *parts):
            wait = self._window.get_window_stats(limit, *parts).reset_time - time.time()
            raise RefusedRequestError(429, "too_many_requests", headers={"Retry-After": str(max(1, math.ceil(wait)))})
