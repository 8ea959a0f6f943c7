"""How texts become the terms of the lexical leg; a stored text and a claim go the same way."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tantivy import TextAnalyzer, TextAnalyzerBuilder

RULES = 1
"""Raise it when texts would be cut into other terms: the next rebuild then indexes them anew."""

WORDS = "words"
"""Name of the analyzer of spaced scripts: folded, lower-case, English stems."""
GRAMS = "grams"
"""Name of the analyzer of what `grams` returns."""

_LONGEST_WORD_BYTES = 60

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

    return {
        WORDS: _folding().filter(Filter.stemmer("english")).build(),
        GRAMS: TextAnalyzerBuilder(Tokenizer.whitespace()).build(),
    }


def words(text: str, *, without: frozenset[str]) -> list[str]:
    """The terms of a text in the order of its words, repetitions included.

    Args:
        text: any text; nothing in it is query syntax.
        without: folded, lower-case words to leave out.
    """
    left_out = _stems(without)
    return [term for term in analyzers()[WORDS].analyze(text) if term not in left_out]


def grams(text: str) -> list[str]:
    """Overlapping pairs of characters of the parts whose script puts no space between words."""
    pairs: list[str] = []
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


def _folding() -> TextAnalyzerBuilder:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(
        Filter.remove_long(_LONGEST_WORD_BYTES)
    )
    return builder.filter(Filter.lowercase()).filter(Filter.ascii_fold())
