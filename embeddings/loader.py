"""From the name of a model to an encoder, by the fastest engine that can carry it."""

from __future__ import annotations

import logging
from enum import StrEnum
from pathlib import Path

from embeddings.api import Encoder
from embeddings.errors import EncoderError
from embeddings.folder import ModelFolder, read_folder
from embeddings.models import DEFAULT_MODEL, resolve
from embeddings.runtime import Precision

__all__ = ["Engine", "Precision", "load_encoder"]

_log = logging.getLogger(__name__)

_NOT_OF_TORCH = (Precision.BF16, Precision.INT8)


class Engine(StrEnum):
    """What computes the vectors."""

    AUTO = "auto"
    """OpenVINO where it can carry the model, else torch."""
    OPENVINO = "openvino"
    TORCH = "torch"


def load_encoder(
    name: str = DEFAULT_MODEL,
    *,
    cache_dir: Path,
    engine: Engine = Engine.AUTO,
    threads: int = 1,
    precision: Precision = Precision.AUTO,
) -> Encoder:
    """Load the encoder of a model; blocks for 0.5 s (OpenVINO) to 10 s (torch, a conversion).

    Args:
        name: a preset, a package, a folder or a hub name; see `embeddings.models.resolve`.
        cache_dir: where converted models are kept; may be deleted at any time.
        engine: see `Engine`.
        threads: processor threads a call may use; one a worker is best on shared cores.
        precision: see `Precision`; torch computes in f32 only.

    Raises:
        ModelNotFoundError: the name leads nowhere.
        EncoderError: the engine cannot load the model, or lacks the precision asked for.
        ValueError: fewer than one thread.
    """
    if threads < 1:
        raise ValueError(f"An encoder needs at least 1 thread, not {threads}.")
    folder = read_folder(resolve(name))
    if engine is Engine.TORCH:
        return _torch(folder, threads, precision)
    from embeddings import openvino

    try:
        return openvino.load_folder(
            folder, cache_dir=cache_dir, threads=threads, precision=precision
        )
    except EncoderError as error:
        if engine is Engine.OPENVINO or precision in _NOT_OF_TORCH:
            raise
        _log.warning("The fast engine is not used: %s", error)
        return _torch(folder, threads, precision)


def _torch(folder: ModelFolder, threads: int, precision: Precision) -> Encoder:
    if precision in _NOT_OF_TORCH:
        raise EncoderError(
            "The torch engine computes in f32; set the precision to auto or f32, or the engine "
            "to openvino."
        )
    from embeddings import transformer

    return transformer.load_folder(folder, threads=threads)
