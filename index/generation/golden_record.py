"""What the golden queries said of a generation, kept beside its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from index.errors import GenerationError
from index.generation.durable import replace_text
from index.generation.layout import GOLDEN

_MAX_BYTES = 64 << 20


class Verdict(StrEnum):
    """What became of a generation after its golden queries."""

    PASSED = "passed"
    KEPT_BACK = "kept back"
    """It did worse than the limits allow: it has not been put to use."""
    FORCED = "forced"
    """It did worse than the limits allow, and was put to use all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenRecord:
    """Figures, the score of each query by its key, and the verdict; no words of anybody."""

    verdict: Verdict
    quality: float | None
    false_answers: float | None
    scores: Mapping[str, float]
    against: str | None = None
    """The generation that it was compared with."""

    def write(self, folder: Path) -> None:
        """Put it into a generation's folder; the manifest does not list it.

        Raises:
            GenerationError: the folder cannot be written.
        """
        try:
            replace_text(folder / GOLDEN, json.dumps(asdict(self), indent=1) + "\n")
        except OSError as fault:
            raise GenerationError(
                f"{folder / GOLDEN} cannot be written ({fault.strerror}); check the free space "
                "and the folder's permissions."
            ) from fault

    @classmethod
    def read(cls, folder: Path) -> GoldenRecord | None:
        """What is kept with a generation; None where nothing is, or nothing that can be read."""
        try:
            with (folder / GOLDEN).open("rb") as file:
                content = json.loads(file.read(_MAX_BYTES))
            return cls(**content | {"verdict": Verdict(content["verdict"])})
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
