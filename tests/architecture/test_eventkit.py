"""The shared library stays plumbing: without a service's word, small, and without drawers."""

import re
from typing import Final

from tools import catalogue, sources
from tools.sources import Source

DOMAIN_WORDS: Final = re.compile(
    r"enrol|nominat|programme|curricul|participant|attendance|certificate|speaker|retreat|regency|province|echelon"
    r"|eselon|employee|kemendagri|bpsdm|quota|delegate|commitment|jam.?pelajaran|birokrasi",
    re.IGNORECASE,
)
EXAMPLES: Final = re.compile(r"`[^`]*`")  # an example of a name in a docstring is marked as code


def domain_words(source: Source, names: frozenset[str]) -> set[str]:
    """Name the words of the domain and the services that a file uses outside marked examples."""
    text = EXAMPLES.sub("", source.text)
    mentioned = {name for name in names if re.search(rf"\b{name}\b", text)}
    return mentioned | {match.group().lower() for match in DOMAIN_WORDS.finditer(text)}


def test_eventkit_holds_no_domain_word() -> None:
    names = frozenset(catalogue.services())
    assert sources.of_eventkit()
    assert {s.path: bad for s in sources.of_eventkit() if (bad := domain_words(s, names))} == {}


def test_planted_domain_word_is_caught() -> None:
    planted = Source(path="libs/eventkit/src/eventkit/x.py", text='"""Counts enrolments for monitoring."""')
    assert domain_words(planted, frozenset({"monitoring"})) == {"enrol", "monitoring"}
    example = Source(path="libs/eventkit/src/eventkit/x.py", text='"""Reads `id.bina.monitoring.plan.submitted.v1`."""')
    assert domain_words(example, frozenset({"monitoring"})) == set()
