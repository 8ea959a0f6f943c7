"""A claim without names and numbers, as far as these can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index import languages, stopwords
from index.analysis import encodable, grams
from index.analysis import words as stemmed
from index.likeness import Words
from index.mentions import find_mentions
from index.quantities import is_number

GAP = "…"
"""Stands for what was left out."""
_MOST_CHARS = 500
_LONG = 4
_ADDRESS = re.compile(r"[@#/\\_=]|\w[.:]\w")
"""What a handle, a tag, a link, a file or an address of mail has in it."""
_A_DATE = " # "
_LETTER = re.compile(r"\w")
_ENDS = (".", "!", "?", "…", "।", "؟")


def strip(text: str) -> tuple[str, ...]:
    """The words of a claim in their order, with a gap for each run of what was left out.

    Left out is every word with a capital or a digit in it, German nouns with it; so are English
    number words, dates, and what is part of an address. The first word of a sentence stays with
    its capital: whether it is a name cannot be told from it alone, see `is_name`.
    """
    kept: list[str] = []
    for word in _plain_or_gap(_without_dates(encodable(text[:_MOST_CHARS]))):
        if word != GAP or kept[-1:] != [GAP]:
            kept.append(word)
    return tuple(kept)


def is_name(word: str) -> bool:
    """Whether a word has a capital in it, as a name has."""
    return any(character.isupper() or character.istitle() for character in word)


def joined(words: Sequence[str]) -> str:
    """As a line."""
    return " ".join(words)


def telling(words: Sequence[str]) -> int:
    """How many words say what it is about: none that any text of their language has."""
    common = stopwords.of(languages.of_claim(joined(words)))
    return sum(
        word.lower() not in common and (len(word) >= _LONG or bool(grams(word)))
        for word in set(words)
    )


def stem(word: str) -> str:
    """The same for the forms of an English word, and for other spellings of accents."""
    return "".join(stemmed(word, without=frozenset())) or word.casefold()


def _plain_or_gap(text: str) -> Iterator[str]:
    first = True
    for chunk in text.split():
        if _ADDRESS.search(chunk):
            yield GAP
        elif _LETTER.search(chunk):
            for word in Words.of(chunk).written:
                small = word[:1].lower() + word[1:] if first else word
                yield word if _is_plain(small) else GAP
                first = False
        first = chunk.endswith(_ENDS)


def _without_dates(text: str) -> str:
    for mention in reversed(find_mentions(text)):
        end = mention.start + len(mention.text)
        text = text[: mention.start] + _A_DATE + text[end:]
    return text


def _is_plain(word: str) -> bool:
    numeric = any(character.isnumeric() for character in word)
    return not (numeric or is_name(word) or is_number(word))
