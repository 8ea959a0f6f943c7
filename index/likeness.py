"""Whether two articles are one text: copies of it, as syndicates and agencies spread them.

A wrong "yes" would put one outlet's name to what another wrote. So the texts have to run alike in
their order, and nothing that tells two matters apart may differ where they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

import xxhash

from index.negation import NEGATIONS

if TYPE_CHECKING:
    from datasketch import MinHash

LEAST_WORDS = 12
"""A shorter text is hardly anybody's own."""
_LEAST_ALONE = 100
"""Shorter texts need the same title too: a notice to log in is the text of many pages."""
_LEAST_SHARED = 0.85
_MOST_WORDS = 3_000
"""How far a text is read; what it says behind that cannot tell it from another."""
_LENGTHS_APART = 0.7
_SHINGLE = 3
_SHORT = 8
"""So many words that stand in for others change what is said; more of them add to it."""
_LEAST_SPELT = 0.8
_LEAST_VARIED = 0.5
"""Share of distinct shingles: a table or a list that repeats itself is like every other."""
_BANDS, _ROWS = 12, 5
"""A pair of which 0.74 of all shingles are shared meets in one band with 95 %, of 0.82 with
99.6 %, of 0.3 with 3 %. (Two texts that share 0.85 of their run share 0.74 of all shingles.)"""

_DENSE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W{_DENSE}]"
_INSIDE = "['\u2019.,](?=\\w)|[\u0300-\u036f\u0900-\u0d7f]"
"""Marks that do not end a word: of "don't", "U.S" and "3,000", and vowel signs."""
_WORD = re.compile(rf"[{_DENSE}]|{_LETTER}(?:{_LETTER}|{_INSIDE})*")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in their order, as they are compared and as they stand there."""

    folded: tuple[str, ...]
    written: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Words:
        """The first 3,000 words; single characters where a script puts no space between words."""
        written = []
        for match in _WORD.finditer(text):
            written.append(match.group())
            if len(written) == _MOST_WORDS:
                break
        folded = (word.casefold().replace("\u2019", "'") for word in written)
        return cls(tuple(folded), tuple(written))

    def __len__(self) -> int:
        return len(self.folded)

    def shingles(self) -> list[str]:
        """Every three words in a row."""
        words = self.folded
        return [" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)]


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a body, made ready for comparisons."""

    title: Words
    body: Words

    @classmethod
    def of(cls, title: str, body: str) -> Text:
        """Cut a text into its words."""
        return cls(Words.of(title), Words.of(body))

    def bands(self) -> list[int]:
        """Where copies meet: texts with none of these numbers in common are no copies.

        Signed 64-bit numbers; none for a text that is too short to have copies.
        """
        if len(self.body) < LEAST_WORDS:
            return []
        signature = _signature(set(self.body.shingles()))
        return [_band(number, signature) for number in range(_BANDS)]


def are_copies(one: Text, other: Text) -> bool:
    """Whether two articles are the same text, but for what an outlet puts around it."""
    shorter, longer = sorted((len(one.body), len(other.body)))
    if shorter < LEAST_WORDS or shorter < _LENGTHS_APART * longer:
        return False
    if shorter < _LEAST_ALONE and not _same_title(one.title.folded, other.title.folded):
        return False
    if one.body.folded == other.body.folded:
        return True
    shingles = one.body.shingles(), other.body.shingles()
    if any(len(set(found)) < _LEAST_VARIED * len(found) for found in shingles):
        return False
    matcher = SequenceMatcher(None, *shingles, autojunk=False)
    if matcher.ratio() < _LEAST_SHARED:
        return False
    return not any(_conflicts(run) for run in _runs(matcher, one.body, other.body))


def _same_title(one: Sequence[str], other: Sequence[str]) -> bool:
    """Equal, or one with the outlet's name behind it."""
    shorter, longer = sorted((one, other), key=len)
    return (len(shorter) >= _SHINGLE and longer[: len(shorter)] == shorter) or one == other


# ---------------------------------------------------------------- what differs


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that stand in one text where others, or none, stand in the other."""

    here: tuple[str, ...]
    there: tuple[str, ...]
    inside: bool
    """The texts agree before and behind it."""


def _runs(matcher: SequenceMatcher[str], one: Words, other: Words) -> Iterator[_Run]:
    ends = len(one) - _SHINGLE + 1, len(other) - _SHINGLE + 1
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        first = i1 == 0 and j1 == 0
        last = i2 == ends[0] and j2 == ends[1]
        # Words of the shingles around it are words in common.
        before, behind = (0 if first else _SHINGLE - 1), (_SHINGLE - 1 if last else 0)
        yield _Run(
            here=one.written[i1 + before : i2 + behind],
            there=other.written[j1 + before : j2 + behind],
            inside=not (first or last),
        )


def _conflicts(run: _Run) -> bool:
    """Whether the two texts may say something else there."""
    longest = max(len(run.here), len(run.there))
    if longest <= _SHORT and _denies(run.here) != _denies(run.there):
        return True
    replaced = bool(run.here and run.there)
    if not (run.inside or replaced):
        return False
    numbers = _numbers(run.here), _numbers(run.there)
    if numbers[0] - numbers[1] and numbers[1] - numbers[0]:
        return True
    if longest > _SHORT:
        return False
    return numbers[0] != numbers[1] or not _spelt_otherwise(run.here, run.there)


def _denies(words: Sequence[str]) -> bool:
    return any(word.casefold() in NEGATIONS for word in words)


def _numbers(words: Sequence[str]) -> set[str]:
    return {word for word in words if _DIGIT.search(word)}


def _spelt_otherwise(here: Sequence[str], there: Sequence[str]) -> bool:
    """Whether words are the same in another spelling, or only one text has them.

    "Colour" and "color" are, "legal" and "illegal" are not. A name never is, and a script
    without capitals does not tell what is a name.
    """
    if not (here and there):
        return True
    one, other = " ".join(here), " ".join(there)
    if any(word[0].upper() == word[0] for word in (*here, *there)) or one[0] != other[0]:
        return False
    return SequenceMatcher(None, one, other).ratio() >= _LEAST_SPELT


# ---------------------------------------------------------------- candidates


@cache
def _empty() -> MinHash:
    # Stored numbers depend on all of this.
    from datasketch import MinHash

    return MinHash(
        num_perm=_BANDS * _ROWS, seed=1, hashfunc=xxhash.xxh32_intdigest, scheme="affine32"
    )


def _signature(shingles: set[str]) -> Sequence[int]:
    found = _empty().copy()
    found.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in shingles])
    return [int(value) for value in found.hashvalues]


def _band(number: int, signature: Sequence[int]) -> int:
    rows = signature[number * _ROWS : (number + 1) * _ROWS]
    digest = xxhash.xxh3_64_digest(b"".join(v.to_bytes(8) for v in (number, *rows)))
    return int.from_bytes(digest, signed=True)
