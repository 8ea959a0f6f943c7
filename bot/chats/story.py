"""Whether two messages tell the same story: compared by keyed digests, never by kept texts."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.model import Answer, Claim

_PASSAGES = 3
_BYTES = 12
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Keyed digests. Without the key nothing can be learned from them, not even by guessing."""

    key: bytes

    def of_claims(self, chat_id: int, claims: Sequence[Claim]) -> str:
        """Equal for texts of the same words in one chat."""
        words = [_WORD.findall(claim.text.casefold()) for claim in claims]
        return self._digest("claims", chat_id, words, [claim.links for claim in claims])

    def of_found(self, chat_id: int, answers: Sequence[Answer]) -> str | None:
        """Equal where the nearest texts are the same; None where nothing is near."""
        found = [passages for answer in answers if (passages := _nearest(answer))]
        return self._digest("found", chat_id, found) if found else None

    def of_voter(self, answer_id: str, user_id: int) -> str:
        """Who voted on an answer; the same person looks different under another one."""
        return self._digest("voter", answer_id, user_id)

    def _digest(self, *parts: object) -> str:
        data = repr(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, data, hashlib.sha256).digest()[:_BYTES].hex()


def key_from(secret: str) -> bytes:
    """A key for digests from the bot's token, which no database holds."""
    return hashlib.sha256(b"digests of factcontext\0" + secret.encode()).digest()


def _nearest(answer: Answer) -> list[int]:
    excerpts = [excerpt for article in answer.reporting for excerpt in article.passages]
    excerpts += [remark.excerpt for thread in answer.discussion for remark in thread.remarks]
    return sorted(excerpt.passage_id for excerpt in excerpts[:_PASSAGES])
