"""What curriculum learns from other services: one projection per topic, folds without I/O, few reactions."""

from typing import Any, Final

from curriculum.consumers.batch import BATCHES
from curriculum.consumers.enrolment import ENROLMENTS
from curriculum.consumers.plan import PLANS
from eventkit.consumer import Projection

PROJECTIONS: Final[tuple[Projection[Any], ...]] = (BATCHES, ENROLMENTS, PLANS)
