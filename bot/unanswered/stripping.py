"""A claim without names and numbers, as far as these can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.analysis import encodable, grams
from index.analysis import words as stemmed
from index.likeness import Words
from index.mentions import find_mentions
from index.quantities import is_number
from index.stopwords import ENGLISH

GAP = "…"
"""Stands for what was left out."""
_MOST_CHARS = 500
_LONG = 4
_ADDRESS = re.compile(r"[@#/\\_=]|\w[.:]\w")
"""What a handle, a tag, a link, a file or an address of mail has in it."""
_A_DATE = " # "
_LETTER = re.compile(r"\w")


def strip(text: str) -> tuple[str, ...]:
    """The words of a claim in their order, with a gap for each run of what was left out.

    Left out is every word with a capital or a digit in it, wherever it stands: capitals at the
    beginning of a sentence and German nouns look like names too. So are English number words,
    dates, and what is part of an address.
    """
    kept: list[str] = []
    for word in _plain_or_gap(_without_dates(encodable(text[:_MOST_CHARS]))):
        if word != GAP or kept[-1:] != [GAP]:
            kept.append(word)
    return tuple(kept)


def joined(words: Sequence[str]) -> str:
    """As a line."""
    return " ".join(words)


def tells(words: Sequence[str]) -> bool:
    """Whether two words at least say what it is about."""
    return sum(_tells(word) for word in set(words)) > 1


def stem(word: str) -> str:
    """The same for the forms of an English word, and for other spellings of accents."""
    return "".join(stemmed(word, without=frozenset())) or word.casefold()


def _plain_or_gap(text: str) -> Iterator[str]:
    for chunk in text.split():
        if _ADDRESS.search(chunk):
            yield GAP
        elif _LETTER.search(chunk):
            yield from (word if _is_plain(word) else GAP for word in Words.of(chunk).written)


def _without_dates(text: str) -> str:
    for mention in reversed(find_mentions(text)):
        end = mention.start + len(mention.text)
        text = text[: mention.start] + _A_DATE + text[end:]
    return text


def _is_plain(word: str) -> bool:
    telling = any(c.isupper() or c.istitle() or c.isnumeric() for c in word)
    return not telling and not is_number(word)


def _tells(word: str) -> bool:
    return word not in ENGLISH and (len(word) >= _LONG or bool(grams(word)))
