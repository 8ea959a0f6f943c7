"""Words that say nothing of what a claim is about."""

from __future__ import annotations

from functools import cache

_TEXT = """
a about after again all also am an and any are as at be because been before being both but by
can could did do does doing down during each few for from further had has have having he her
here hers him his how i if in into is it its itself just me more most my no nor not of off on
once only or other our out over own said same say says she should so some such than that the
their them then there these they this those through to too under until up very was we were
what when where which while who whom why will with would you your s t d ll re ve don
"""

ENGLISH = frozenset(_TEXT.split())


@cache
def of(language: str) -> frozenset[str]:
    """The stop words of a language by its ISO 639-1 code; none where nobody has listed them."""
    if language == "en":
        return ENGLISH
    from stopwordsiso import stopwords

    return frozenset(stopwords(language))
