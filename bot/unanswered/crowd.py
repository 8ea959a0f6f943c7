"""Who asked about what, in memory alone: keyed digests of chats and of words, and a vector."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.unanswered.stripping import GAP, is_name, joined, stem, telling
from embeddings.api import Vectors

LEAST_CHATS = 5
"""So many chats ask before a word is written to disk."""
LEAST_WORDING = 3
"""So many of them write a word without a capital, or it is left out."""
LEAST_TELLING = 2
"""So many words have to say what it is about."""
_MOST_MATTERS = 500
_MOST_CHATS = 1_000
_MOST_WORDS = 1_000
_LEAST_ALIKE = 0.58
"""Of the way from what unrelated texts have in common to equal texts. With all-MiniLM-L6-v2 other
wordings of a rumour lie above it, and another rumour about the same thing below."""
_DIGEST_BYTES = 8


@dataclass(slots=True, kw_only=True, eq=False)
class Matter:
    """What several chats may have asked about."""

    total: Vectors
    """Sum of the vectors of what was heard of it, (dimension,)."""
    heard: float
    """When last; seconds since 1970."""
    chats: set[bytes] = field(default_factory=set)
    words: Counter[bytes] = field(default_factory=Counter)
    """In how many chats each was used."""
    row: int | None = None
    """Under which number it is kept on disk, if it is."""
    told: int = LEAST_TELLING - 1
    """Telling words of its wording; another one takes its place by telling more."""


class Crowd:
    """Puts like claims together; bounded in number and age, and gone with the process."""

    def __init__(self, *, keep_s: float, now: Callable[[], float]) -> None:
        """Nobody asked yet.

        Args:
            keep_s: a matter that nobody asked about for so long is forgotten.
            now: seconds since 1970.
        """
        self._keep_s = keep_s
        self._now = now
        self._key = secrets.token_bytes(32)
        self._matters: list[Matter] = []
        self._usual = 0.0

    def expect(self, unrelated: Vectors) -> None:
        """Learn how alike the encoder finds texts that have nothing to do with each other.

        Args:
            unrelated: (n, dimension), unit rows.
        """
        alike = unrelated @ unrelated.T
        self._usual = float(alike[~np.eye(len(alike), dtype=bool)].mean())

    def know(self, row: int, words: Sequence[str], vector: Vectors) -> None:
        """Take over a matter that is on disk."""
        self._matters.append(Matter(total=vector, heard=self._now(), row=row, told=telling(words)))

    def hear(self, chat_id: int, words: Sequence[str], vector: Vectors) -> Matter | None:
        """Note that a chat asked; None where it asked about the same before.

        Args:
            chat_id: is kept as a digest.
            words: of the claim, stripped; are kept as digests.
            vector: of these words, (dimension,), of unit length.
        """
        self._forget_old()
        matter = self._like(vector)
        if matter is None:
            matter = Matter(total=np.zeros_like(vector), heard=0.0)
            self._matters.append(matter)
        matter.heard = self._now()
        chat = self._of_chat(chat_id)
        if chat in matter.chats:
            return None
        if len(matter.chats) >= _MOST_CHATS:
            matter.chats.clear()
            matter.words.clear()
        matter.chats.add(chat)
        if matter.row is None:
            matter.total = matter.total + vector
        plain = (word for word in words if word != GAP and not is_name(word))
        matter.words.update({self._of_word(word) for word in plain})
        if len(matter.words) > _MOST_WORDS:
            matter.words = Counter(dict(matter.words.most_common(_MOST_WORDS // 2)))
        return matter

    def wording(self, words: Sequence[str], matter: Matter) -> str:
        """The words of a claim that enough chats wrote without a capital, and gaps for others.

        Empty where it takes more chats, or tells no more than an earlier wording.
        """
        if matter.row is None and len(matter.chats) < LEAST_CHATS:
            return ""
        kept: list[str] = []
        for word in words:
            common = word != GAP and matter.words[self._of_word(word)] >= LEAST_WORDING
            if common or kept[-1:] != [GAP]:
                kept.append(word.lower() if common else GAP)
        return joined(kept) if telling(kept) > matter.told else ""

    def drop(self, matter: Matter) -> None:
        """Forget a matter."""
        self._matters = [one for one in self._matters if one is not matter]

    def forget(self, chat_id: int) -> None:
        """Forget that a chat asked, and what is not on disk of what it asked about."""
        chat = self._of_chat(chat_id)
        self._matters = [m for m in self._matters if m.row is not None or chat not in m.chats]
        for matter in self._matters:
            if chat in matter.chats:
                # It may ask again, and its words would count as those of one chat more.
                matter.chats.discard(chat)
                matter.words.clear()

    def _like(self, vector: Vectors) -> Matter | None:
        if not self._matters:
            return None
        sums = np.stack([matter.total for matter in self._matters])
        alike = sums @ vector / np.linalg.norm(sums, axis=1)
        best = int(alike.argmax())
        least = self._usual + (1.0 - self._usual) * _LEAST_ALIKE
        return self._matters[best] if alike[best] >= least else None

    def _forget_old(self) -> None:
        since = self._now() - self._keep_s
        self._matters = [matter for matter in self._matters if matter.heard > since]
        # What fewest chats asked goes first: so one chat cannot push out what others asked.
        self._matters.sort(key=lambda one: (one.row is not None, len(one.chats), one.heard))
        del self._matters[: 1 - _MOST_MATTERS]

    def _of_chat(self, chat_id: int) -> bytes:
        return self._digest(b"chat", str(chat_id))

    def _of_word(self, word: str) -> bytes:
        return self._digest(b"word", stem(word))

    def _digest(self, kind: bytes, text: str) -> bytes:
        data = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(
            data, key=self._key, person=kind, digest_size=_DIGEST_BYTES
        ).digest()
