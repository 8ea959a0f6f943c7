"""What every engine does around its model: bound the texts, group them, give unit rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.api import Vectors
from embeddings.errors import EncoderError

TOKENS_A_BATCH = 1024
"""Measured: padded tokens in one call beyond which nothing is gained."""
_CHARACTERS_A_TOKEN = 64
"""More than any real text has; an enormous text is cut before it is tokenised."""


def prepare(texts: Sequence[str], prefix: str, max_tokens: int) -> list[str]:
    """Put the prefix before each text, bound its length and replace what is not Unicode."""
    limit = max_tokens * _CHARACTERS_A_TOKEN
    return [_encodable(prefix + text[:limit]) for text in texts]


def _encodable(text: str) -> str:
    # A lone surrogate (possible in JSON) makes tokenizers fail for the whole batch.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def token_batches(
    lengths: Sequence[int], budget: int = TOKENS_A_BATCH, *, alike: bool = False
) -> Iterator[list[int]]:
    """Positions of texts, longest first, grouped so that a padded group fits the budget.

    A text that is longer than the budget gets a group of its own.

    Args:
        lengths: tokens of each text.
        budget: rows times the longest row of a group stay within it.
        alike: texts of different lengths never share a group.
    """
    order = sorted(range(len(lengths)), key=lambda position: -lengths[position])
    group: list[int] = []
    for position in order:
        longest = lengths[group[0]] if group else 0
        full = (len(group) + 1) * longest > budget
        if group and (full or (alike and lengths[position] < longest)):
            yield group
            group = []
        group.append(position)
    if group:
        yield group


def unit_rows(rows: NDArray[np.floating]) -> Vectors:
    """Normalise (n, d) rows in float32; a row of zeros becomes the first axis.

    Raises:
        EncoderError: the model gave numbers that are not finite.
    """
    rows = np.asarray(rows, dtype=np.float32)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(norms).all():
        raise EncoderError(
            "The model gave numbers that are not finite; set the precision to f32 or the "
            "engine to torch."
        )
    empty = norms[:, 0] == 0
    if empty.any():
        rows = rows.copy()
        rows[empty, 0] = norms[empty] = 1
    units: Vectors = rows / norms
    return units
