"""What a button carries: which page of which answer, in Telegram's 64 bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.pages import View

MAX_BYTES = 64
_VERSION = "1"
_FORM = re.compile(
    r"1\.([A-Za-z0-9_-]{1,32})\.([rd])\.(0|[1-9][0-9]{0,3})(?:\.([1-9]))?", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A wish to see another page of an answer."""

    answer_id: str
    view: View
    page: int
    """0-based, below 10,000."""
    claim: int = 0
    """0-based, below 10: whose context, where a message makes several claims."""


def encode(turn: Turn) -> str:
    """Callback data of a button.

    Raises:
        ValueError: the answer's id or one of the numbers has no place in it.
    """
    data = f"{_VERSION}.{turn.answer_id}.{turn.view}.{turn.page}"
    if turn.claim:
        data += f".{turn.claim}"
    if decode(data) != turn:
        raise ValueError(f"{turn!r} does not fit into callback data.")
    return data


def decode(data: str | None) -> Turn | None:
    """Read callback data; None for everything that `encode` does not write."""
    match = _FORM.fullmatch(data or "")
    if match is None:
        return None
    answer_id, view, page, claim = match.groups()
    return Turn(answer_id=answer_id, view=View(view), page=int(page), claim=int(claim or 0))
