"""Figures that `factcontext evaluate --json` printed once, to compare later ones with."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from bot.errors import CommandError
from index.evaluation import Evaluation, Leg
from index.metrics import Quality

_MAX_BYTES = 256 << 20


def as_kept(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    """What each query got, by its id."""
    return {result.query_id: asdict(result.quality[Leg.FUSED]) for result in evaluation.results}


def read_kept(path: Path) -> Mapping[str, Quality]:
    """The figures of each query, by its id.

    Raises:
        CommandError: the file cannot be read, or is something else.
    """
    try:
        with path.open("rb") as file:
            each = json.loads(file.read(_MAX_BYTES))["each"]
        return {
            str(query_id): Quality(**{name: _figure(value) for name, value in values.items()})
            for query_id, values in each.items()
        }
    except OSError as fault:
        raise CommandError(f"{path} cannot be read ({fault.strerror}).") from fault
    except (
        OverflowError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as fault:
        raise CommandError(
            f'{path} is not what "factcontext evaluate --json" prints; give --against such a '
            "file, the name of a generation, dense or bm25."
        ) from fault


def _figure(value: float | str) -> float:
    figure = float(value)
    if not math.isfinite(figure):  # No difference from it is left to chance: p would be small.
        raise ValueError(figure)
    return figure
