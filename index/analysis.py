"""How texts become the terms of the lexical leg; a stored text and a claim go the same way.

The index folds every word and takes its English stem. A text in another language comes there as
the stems of that language, which the index then treats like any other words.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from index import languages, stopwords

if TYPE_CHECKING:
    from tantivy import TextAnalyzer, TextAnalyzerBuilder

RULES = 2
"""Raise it when texts would be cut into other terms: the next rebuild then indexes them anew."""

WORDS = "words"
"""Name of the analyzer of spaced scripts: folded, lower-case, English stems."""
GRAMS = "grams"
"""Name of the analyzer of what `grams` returns."""

_STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
"""Languages beside English that the engine has a stemmer for."""

_LONGEST_WORD_BYTES = 60
_CLAIMS = 16
"""The latest claims: each is asked about for both lanes, to judge it and to read for it."""

_UNSPACED = re.compile(
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "]+"
)


@cache
def analyzers() -> dict[str, TextAnalyzer]:
    """Every analyzer by the name under which the index fields refer to it."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    stemming = _lower_case().filter(Filter.ascii_fold()).filter(Filter.stemmer("english"))
    return {
        WORDS: stemming.build(),
        GRAMS: TextAnalyzerBuilder(Tokenizer.whitespace()).build(),
    }


def words(text: str, *, without: frozenset[str]) -> list[str]:
    """The terms of a text in the order of its words, repetitions included.

    Args:
        text: any text; nothing in it is query syntax.
        without: folded, lower-case words to leave out.
    """
    terms = analyzers()[WORDS].analyze(text)
    left_out = _stems(without)
    return [term for term in terms if term not in left_out] if left_out else terms


def stemmed(text: str, language: str | None) -> str:
    """A text as its words' stems; as it is in English and where there is no stemmer."""
    stemmer = _stemmer(language)
    return text if stemmer is None else " ".join(stemmer.analyze(text))


@lru_cache(maxsize=_CLAIMS)
def telling(text: str) -> tuple[str, ...]:
    """What a claim is about: its `words` without the stop words of its language.

    All of them where it has nothing else.
    """
    language = languages.of_claim(text)
    text = stemmed(text, language)
    return tuple(words(text, without=_stop_words(language)) or words(text, without=frozenset()))


@lru_cache(maxsize=_CLAIMS)
def sought(text: str) -> tuple[str, ...]:
    """The terms to look a claim up by.

    They are what is telling, and the same words as they stand: so stands in the index a text whose
    language nobody could tell.
    """
    as_they_stand = words(text, without=stopwords.of(languages.of_claim(text)))
    return (*telling(text), *as_they_stand)


def grams(text: str) -> list[str]:
    """Overlapping pairs of characters of the parts whose script puts no space between words."""
    pairs: list[str] = []
    if text.isascii():
        return pairs
    for match in _UNSPACED.finditer(text):
        run = match.group()
        pairs.extend(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    return pairs


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, which the engine would refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")


@cache
def _stems(words_: frozenset[str]) -> frozenset[str]:
    return frozenset(analyzers()[WORDS].analyze(" ".join(words_)))


@cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(stemmed(" ".join(stopwords.of(language)), language).split())


@cache
def _stemmer(language: str | None) -> TextAnalyzer | None:
    from tantivy import Filter

    name = _STEMMERS.get(language or "")
    return None if name is None else _lower_case().filter(Filter.stemmer(name)).build()


def _lower_case() -> TextAnalyzerBuilder:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple())
    return builder.filter(Filter.remove_long(_LONGEST_WORD_BYTES)).filter(Filter.lowercase())
