"""What a long forwarded text is searched by: an encoder reads no more than a page of it."""

from __future__ import annotations

import math
from collections import Counter

from index import stopwords
from index.analysis import encodable, grams, words
from index.text import sentences

LONG_CHARS = 1_200
"""A longer message is an article of its own, not a claim."""

_OPENING = 2
_BUDGET_CHARS = 900
_MOST_READ_CHARS = 40_000
_LEAST_TERMS = 4


def gist(text: str) -> str:
    """The first sentences of a text, which find its own copy, and its most telling ones.

    A sentence tells much that holds many of the words on which the text keeps coming back.

    Returns:
        Sentences in their order, about 900 characters; of a text without sentences its beginning.
    """
    text = text[:_MOST_READ_CHARS]
    spans = sentences(text)
    terms = [_terms(text[start:end]) for start, end in spans]
    counts = Counter(term for found in terms for term in found)

    def tells(number: int) -> float:
        found = terms[number]
        if len(found) < _LEAST_TERMS:
            return 0.0
        return sum(math.log(counts[term]) for term in found) / math.sqrt(len(found))

    order = [*range(min(_OPENING, len(spans)))]
    order += sorted(range(_OPENING, len(spans)), key=lambda number: (-tells(number), number))
    chosen: set[int] = set()
    room = _BUDGET_CHARS
    for number in order:
        start, end = spans[number]
        if end - start <= room:
            chosen.add(number)
            room -= end - start + 1
    if not chosen:
        return text[:_BUDGET_CHARS]
    return " ".join(text[slice(*spans[number])] for number in sorted(chosen))


def _terms(text: str) -> frozenset[str]:
    text = encodable(text)
    return frozenset(words(text, without=stopwords.ENGLISH)) | frozenset(grams(text))
