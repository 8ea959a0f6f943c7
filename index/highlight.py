"""The sentence of a passage that is nearest to a claim, by the words that they share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from index.analysis import encodable, grams, stemmed, telling, words
from index.languages import of_claim
from index.model import Span
from index.text import sentences

_MAX_CLAIM_CHARS = 10_000
_FEWEST_TERMS = 3
"""With fewer it is a dateline, a name or an exclamation, which says nothing of its own."""


def highlighter(claim: str) -> Callable[[str], Span | None]:
    """Prepare to find the nearest sentence in several passages."""
    claim = encodable(claim[:_MAX_CLAIM_CHARS])
    wanted = frozenset(telling(claim)) | frozenset(grams(claim))
    language = of_claim(claim)
    return lambda passage: nearest_sentence(passage, wanted, language)


def nearest_sentence(passage: str, wanted: frozenset[str], language: str) -> Span | None:
    """The sentence that shares most with a claim, counted inside `passage`.

    A term that stands in few of the sentences tells more than one that stands in each; a long
    sentence has to share more than a short one.

    Returns:
        None where there is only one sentence, so that nothing would stand out, or where no
        sentence of three terms or more shares one.
    """
    spans = sentences(passage)
    if len(spans) < 2 or not wanted:
        return None
    found = [_terms(passage[start:end], language) for start, end in spans]
    holding = Counter(term for terms in found for term in terms & wanted)

    def nearness(index: int) -> float:
        if len(found[index]) < _FEWEST_TERMS:
            return 0.0
        shared = sum(math.log(1 + len(spans) / holding[t]) for t in found[index] & wanted)
        return shared / math.sqrt(len(found[index]) + 4)

    best = max(range(len(spans)), key=nearness)
    if nearness(best) == 0:
        return None
    start, end = spans[best]
    return Span(start=start, end=end)


def _terms(text: str, language: str) -> frozenset[str]:
    text = encodable(text)
    return frozenset(words(stemmed(text, language), without=frozenset())) | frozenset(grams(text))
