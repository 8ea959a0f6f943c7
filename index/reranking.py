"""A second look at the passages found, by a model that reads claim and text together.

It changes their order and nothing else. Whether anything is close, and how strong each passage is
called, was decided before by what was calibrated: a re-ranker's scores are on a scale of its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from embeddings.api import Reranker
from embeddings.errors import EmbeddingError

if TYPE_CHECKING:
    from index.answering import Found
    from index.library import Library, StoredPassage

_TEXTS_A_CALL = 4
_log = logging.getLogger(__name__)


class Reranking:
    """Orders the first passages of an answer anew, within a time; safe on several threads."""

    def __init__(
        self,
        reranker: Reranker,
        *,
        passages: int = 20,
        budget_s: float = 1.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wrap a re-ranker.

        Args:
            reranker: scores a claim with texts.
            passages: so many of the first are looked at.
            budget_s: when it is clear that they take longer, the order stays as it was.
            clock: seconds.
        """
        self._reranker = reranker
        self._passages = passages
        self._budget_s = budget_s
        self._clock = clock
        self._turn = threading.Lock()

    def apply(self, found: Found, claim: str, library: Library) -> Found:
        """Order the reporting of an answer; the same answer where there is no time for it."""
        read = [entry for entry in found.reporting if entry[0] not in found.spare]
        first = read[: self._passages]
        ends = self._clock() + self._budget_s
        stored = library.hydrate(id_ for id_, _ in first)
        shown = [entry for entry in first if entry[0] in stored]
        if len(shown) < 2 or not self._turn.acquire(timeout=self._budget_s):
            return found
        try:
            scores = self._scores(claim, [_text(stored[id_]) for id_, _ in shown], ends)
        except EmbeddingError as error:
            _log.warning("the order of passages stays as it was: %s", error)
            return found
        finally:
            self._turn.release()
        if scores is None:
            return found
        # Sorting is stable: equal scores keep the order of the search.
        order = sorted(range(len(shown)), key=lambda place: -scores[place])
        rest = (entry for entry in found.reporting if entry not in shown)
        return replace(found, reporting=(*(shown[place] for place in order), *rest))

    def _scores(self, claim: str, texts: Sequence[str], ends: float) -> list[float] | None:
        """None as soon as it is clear that the time does not suffice."""
        scores: list[float] = []
        slowest = 0.0
        while len(scores) < len(texts):
            started = self._clock()
            left = -(-(len(texts) - len(scores)) // _TEXTS_A_CALL)
            if started + left * slowest > ends:
                _log.info("no time to re-rank %d passages", len(texts))
                return None
            part = texts[len(scores) : len(scores) + _TEXTS_A_CALL]
            scores += self._reranker.score(claim, part).tolist()
            slowest = max(slowest, self._clock() - started)
        return scores


def _text(passage: StoredPassage) -> str:
    """The title says what a paragraph is about."""
    return f"{passage.document.title}\n{passage.text}"
