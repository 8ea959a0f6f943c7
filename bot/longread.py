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
        Sentences in their order, about 900 characters; of one that is longer its beginning.
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
    chosen: list[tuple[int, int]] = []
    room = _BUDGET_CHARS
    for number in order:
        start, end = spans[number]
        if end - start > _BUDGET_CHARS:
            # Many people write on without full stops: what they say is no less the claim.
            end = start + max(0, room)
            space = text.rfind(" ", start + room // 2, end + 1)  # Some scripts have none.
            end = space if space > 0 else end
        if start < end <= start + room:
            chosen.append((start, end))
            room -= end - start + 1
    return " ".join(text[start:end] for start, end in sorted(chosen))


def _terms(text: str) -> frozenset[str]:
    text = encodable(text)
    return frozenset(words(text, without=stopwords.ENGLISH)) | frozenset(grams(text))
