"""What people claim, and what the same search says about it on a quiet machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.claims import stated_in
from bot.config import Settings
from bot.wiring import answer_service
from index.model import Answer, Strength

_SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "golden.jsonl"
_MAX_CHARS = 250
"""An inline query has room for so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A claim with what an answer to it has to show."""

    text: str
    strength: Strength
    title: str
    """Of the first article; empty where nothing is close."""
    shown: tuple[int, ...]
    """Passages: what shares them is one story."""


async def known_claims(settings: Settings) -> list[Known]:
    """The golden claims that a message states alone, answered without Telegram."""
    texts = [json.loads(line)["claim"] for line in _SEEDS.read_text("utf-8").splitlines()]
    found = []
    async with answer_service(settings) as service:
        for text in texts:
            stated = stated_in(text, max_chars=settings.max_claim_chars)
            if len(stated) == 1 and len(text) <= _MAX_CHARS:
                (answer,) = await service.answer(stated)
                # Half of the claims of a lane alone would need other words to be told by.
                if answer.reporting or not answer.discussion:
                    found.append(_known(text, answer))
    return found


def _known(text: str, answer: Answer) -> Known:
    passages = [excerpt for article in answer.reporting for excerpt in article.passages]
    passages += [remark.excerpt for thread in answer.discussion for remark in thread.remarks]
    return Known(
        text=text,
        strength=answer.strength,
        title=answer.reporting[0].head.title if answer.reporting else "",
        shown=tuple(sorted(excerpt.passage_id for excerpt in passages)),
    )
