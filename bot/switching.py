"""What another encoder would cost and bring, before anything is changed for it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from bot.config import DEFAULT_CONFIG, Settings, variable
from bot.errors import CommandError
from bot.wiring import Workshop
from embeddings.api import EncoderInfo, Role
from embeddings.errors import EmbeddingError
from index.errors import GenerationError
from index.model import Lane
from index.strength import ANY_ENCODER, calibration_for

_SAMPLE = 32
"""Passages that are encoded to see how long the others will take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A switch from one model to another."""

    name: str
    before: str
    encoder: EncoderInfo
    passages: int
    missing: int
    """Passages of which this encoder's vectors are not kept; at least so many are encoded."""
    passages_per_s: float | None
    """As measured on some of the missing ones; None where nothing is missing."""
    calibrated: bool
    """A calibration for this model is shipped."""
    file: Path
    """The settings file that will name the model."""

    @property
    def seconds(self) -> float:
        """How long the encoding will take, about."""
        return self.missing / self.passages_per_s if self.passages_per_s else 0.0


def refuse_variable(name: str) -> None:
    """The environment wins over the settings file: a switch there would be none.

    Raises:
        CommandError: it names another model.
    """
    said = os.environ.get(variable("model"))
    if said and said != name:
        raise CommandError(
            f"{variable('model')} is set to {said!r} and wins over the settings file; unset it, "
            f"or set it to {name!r}, then run this again. Nothing was changed."
        )


def plan_switch(tools: Workshop, settings: Settings, name: str) -> Plan:
    """Look at the library with the new encoder.

    What is encoded to measure the speed is kept: a rebuild does not encode it again.

    Args:
        tools: with the new encoder.
        settings: as they are now.
        name: the new model's.

    Raises:
        EmbeddingError: the encoder failed.
    """
    passages = sum(tools.library.state().passages.values())
    missing = max(0, passages - len(tools.vectors))
    return Plan(
        name=name,
        before=settings.model,
        encoder=tools.encoder.info,
        passages=passages,
        missing=missing,
        passages_per_s=_rate(tools) if missing else None,
        calibrated=calibration_for(tools.encoder.info.model).encoder != ANY_ENCODER,
        file=settings.file or DEFAULT_CONFIG,
    )


def remember_golden(settings: Settings, tools: Workshop, golden: Path | None) -> None:
    """Ask the golden queries of the index in use while its own encoder is known.

    Only so can be told whether they get worse: one that was calibrated or tuned has no record of
    them. Where its encoder is not to be had any more there is nothing to compare with.

    Args:
        settings: as they are now.
        tools: with the new encoder.
        golden: the file of queries, if any.
    """
    from bot.golden import Examination
    from bot.wiring import workshop
    from index.generation import GoldenRecord, Manifest, current

    name = current(tools.folder)
    if golden is None or name is None or GoldenRecord.read(tools.folder / name) is not None:
        return
    with suppress(GenerationError, EmbeddingError):
        made_with = Manifest.read(tools.folder / name).fingerprint
        if made_with == tools.encoder.info.fingerprint:
            return
        with workshop(settings) as earlier:
            examination = Examination.of(earlier, settings, golden)
            if examination is not None:
                examination.remember(name)


def _rate(tools: Workshop) -> float | None:
    rows = chain.from_iterable(
        batch for lane in Lane for batch in tools.library.passages(lane, batch_rows=_SAMPLE)
    )
    sample = {row.text_hash: row.embedding_text for row in islice(rows, 4 * _SAMPLE)}
    known = tools.vectors.get(list(sample))
    new = [(key, text) for key, text in sample.items() if key not in known][:_SAMPLE]
    if not new:
        return None
    tools.encoder.encode([new[0][1]], Role.PASSAGE)  # The first call of an engine is slow.
    started = time.perf_counter()
    vectors = tools.encoder.encode([text for _, text in new], Role.PASSAGE)
    took_s = time.perf_counter() - started
    tools.vectors.put([key for key, _ in new], vectors)
    return len(new) / max(took_s, 1e-6)
