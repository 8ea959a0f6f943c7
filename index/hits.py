"""What one leg of the search found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """Passages with their scores, best first; higher is better, equal scores by ascending id."""

    ids: NDArray[np.int64]
    """Shape (n,)."""
    scores: NDArray[np.float32]
    """Shape (n,)."""

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def ranked(
        cls, ids: NDArray[np.int64], scores: NDArray[np.float32], *, k: int | None = None
    ) -> Self:
        """Put n passages and their scores in any order into the order of hits, and keep k."""
        order = np.lexsort((ids, -scores))[:k]
        return cls(ids=ids[order], scores=scores[order])

    @classmethod
    def none(cls) -> Self:
        """Nothing was found."""
        return cls(ids=np.empty(0, np.int64), scores=np.empty(0, np.float32))
