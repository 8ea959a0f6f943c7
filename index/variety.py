"""A small, varied set of comments: what each of them adds to those before it decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from index import stopwords
from index.analysis import encodable, grams, words
from index.assemble import Shown
from index.library import StoredPassage, StoredText
from index.negation import NEGATIONS

LEAST_WORDS = 4
"""Fewer telling words are no evidence on their own account ("And who owns the foundation?")."""

_SAME_SHARE = 0.7
"""Of the shorter remark's words: with so many in common the two say the same."""
_SHORT = 3
_Said = TypeVar("_Said", StoredText, StoredPassage)
_WORD = re.compile(r"[^\s.,;:!?…\"“”«»()]+")
_DIGIT = re.compile(r"\d")


def worth_reading(ranked: Iterable[_Said], shown: Shown) -> list[list[_Said]]:
    """Choose comments to show.

    Left out are comments of very few words, whatever repeats a better one, and further passages
    of a comment. Every conversation is heard once before one is heard twice.

    Args:
        ranked: passages of comments, best first; no more of them are asked for than it takes.
        shown: how many to choose.

    Returns:
        Conversations with at least one passage each, best first in both orders.
    """
    threads: dict[int, list[_Said]] = {}
    again: list[int] = []
    for passage, thread_id in _telling(ranked):
        said = threads.get(thread_id)
        if said is None and len(threads) < shown.threads:
            threads[thread_id] = [passage]
        elif said is not None and len(said) < shown.remarks_per_thread:
            said.append(passage)
            again.append(passage.passage_id)
        if len(threads) == shown.threads and len(threads) + len(again) >= shown.remarks:
            break
    kept = set(again[: max(0, shown.remarks - len(threads))])
    return [[p for p in said if p is said[0] or p.passage_id in kept] for said in threads.values()]


def _telling(ranked: Iterable[_Said]) -> Iterator[tuple[_Said, int]]:
    """Passages that say something of their own, with their conversations."""
    said: list[_Words] = []
    comments: set[int] = set()
    for passage in ranked:
        if passage.comment is None or passage.comment.comment_id in comments:
            continue
        own = _Words(passage.text)
        if len(own.telling) < LEAST_WORDS or any(_same(own, other) for other in said):
            continue
        comments.add(passage.comment.comment_id)
        said.append(own)
        yield passage, passage.comment.thread_id


class _Words:
    """What a remark says; whether it denies something is looked up only for one like another."""

    __slots__ = ("_text", "telling")

    def __init__(self, text: str) -> None:
        self._text = text = encodable(text)
        own = words(text, without=stopwords.ENGLISH)
        self.telling = frozenset([w for w in own if _tells(w)] + grams(text))

    @property
    def denies(self) -> bool:
        return not NEGATIONS.isdisjoint(_WORD.findall(self._text.casefold()))


def _tells(word: str) -> bool:
    return len(word) >= _SHORT or _DIGIT.search(word) is not None


def _same(one: _Words, other: _Words) -> bool:
    """Whether two remarks say the same; "it is" and "it is not" are two positions."""
    shared = len(one.telling & other.telling)
    shorter = min(len(one.telling), len(other.telling))
    return shared >= _SAME_SHARE * shorter and one.denies == other.denies
