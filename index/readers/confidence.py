"""How far a guessed parse can be trusted, as a number that can be explained."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from index.model import Comment, Paragraph


class Clue(StrEnum):
    """What told where the comments begin."""

    SIDECAR = "the sidecar says so"
    MARKER = "a line such as Comments"
    GAP = "two blank lines"
    AUTHOR = "a short line before a text"
    NOTHING = "no sign of comments"


_START = {
    Clue.SIDECAR: 1.0,
    Clue.MARKER: 0.9,
    # Guesses are exact for about half of flattened pages, and within a block for two thirds.
    Clue.GAP: 0.5,
    Clue.AUTHOR: 0.5,
    Clue.NOTHING: 0.7,
}
_LOST_EMBED = 0.15
_NAMED = 0.1
_UNCERTAIN_WEIGHT = 0.4
_THIN_BODY = 0.7
_THIN_BODY_CHARS = 200


def confidence_in(clue: Clue, body: Sequence[Paragraph], comments: Sequence[Comment]) -> float:
    """Confidence in a flattened page's boundaries, 0 to 1.

    It starts from the clue. A guess gains where the body ends with a colon (an embed was lost
    there) and where some comment has an author, and loses where hardly any body is left. The
    share of paragraphs that may belong to another comment is taken off, weighted.
    """
    confidence = _START[clue]
    if clue in (Clue.GAP, Clue.AUTHOR):
        if body and body[-1].text.endswith(":"):
            confidence += _LOST_EMBED
        if any(comment.author for comment in comments):
            confidence += _NAMED
        if sum(len(paragraph.text) for paragraph in body) < _THIN_BODY_CHARS:
            confidence *= _THIN_BODY
    paragraphs = [paragraph for comment in comments for paragraph in comment.paragraphs]
    if paragraphs:
        uncertain = sum(paragraph.uncertain for paragraph in paragraphs) / len(paragraphs)
        confidence *= 1 - _UNCERTAIN_WEIGHT * uncertain
    return round(confidence, 2)
