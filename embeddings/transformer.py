"""The reference engine: sentence-transformers on torch, for any model that it can load."""

from __future__ import annotations

import contextlib
import logging
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.api import EncoderInfo, Role, Vectors
from embeddings.batches import prepare, token_batches, unit_rows
from embeddings.errors import EncoderError
from embeddings.folder import ModelFolder, read_folder
from embeddings.models import resolve

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_CHARACTERS_A_TOKEN = 4
"""Estimate for grouping only; texts of other scripts make smaller groups than they could be."""


def load_transformer(name_or_path: str, *, threads: int = 1) -> Encoder:
    """Load a model by preset name, package, folder or hub name.

    Args:
        name_or_path: see `embeddings.models.resolve`.
        threads: processor threads a call may use; torch has one such number a process.

    Raises:
        ModelNotFoundError: the name leads nowhere.
        EncoderError: sentence-transformers cannot load it.
    """
    return load_folder(read_folder(resolve(name_or_path)), threads=threads)


def load_folder(folder: ModelFolder, *, threads: int = 1) -> Encoder:
    """Load a model whose files were read already.

    Raises:
        EncoderError: sentence-transformers cannot load it.
    """
    import torch

    torch.set_num_threads(threads)
    path = folder.source.folder
    try:
        model = open_reference(path)
    except Exception as error:  # transformers raises many kinds for files that do not fit
        raise EncoderError(
            f"sentence-transformers cannot load the model in {path} ({type(error).__name__}: "
            f"{error}); save it again, or set another model."
        ) from error
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise EncoderError(f"The model in {path} does not state the dimension of its vectors.")
    model.max_seq_length = folder.max_tokens
    return Encoder(model, folder.info(dimension, "f32"))


def open_reference(path: Path, **model_settings: str) -> SentenceTransformer:
    """Open a sentence-transformers folder on the processor, silently and without any download."""
    with silence():
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(
            str(path),
            device="cpu",
            local_files_only=True,
            model_kwargs={"use_safetensors": True, **model_settings},
        )


class Encoder:
    """Unit rows from a sentence-transformers model in float32; one call at a time."""

    def __init__(self, model: SentenceTransformer, info: EncoderInfo) -> None:
        self._model = model
        self._info = info
        self._turn = threading.Lock()

    @property
    def info(self) -> EncoderInfo:
        """What identifies this encoder's vectors."""
        return self._info

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Encode n texts to an (n, dimension) float32 array of unit-length rows, in order.

        Raises:
            EncoderError: torch failed, or gave numbers that are not finite.
        """
        prefix, max_tokens = self._info.prefix(role), self._info.max_tokens
        # The prefix goes to the model apart: some poolings leave it out.
        prepared = prepare(texts, "", max_tokens)
        rows = np.zeros((len(prepared), self._info.dimension), dtype=np.float32)
        lengths = [
            min(len(prefix + text) // _CHARACTERS_A_TOKEN + 2, max_tokens) for text in prepared
        ]
        with self._turn:
            for batch in token_batches(lengths):
                rows[batch] = unit_rows(self._run([prepared[i] for i in batch], prefix))
        return rows

    def _run(self, texts: list[str], prefix: str) -> Vectors:
        try:
            return self._model.encode(
                texts,
                prompt=prefix,
                batch_size=len(texts),
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        except Exception as error:  # torch raises RuntimeError, transformers many kinds
            raise EncoderError(
                f"The model {self._info.model} failed on {len(texts)} texts "
                f"({type(error).__name__}); see the cause in the log."
            ) from error


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """No progress bars, hub advice or deprecation notices of libraries on the terminal."""
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils import logging as transformers_logging

    disable_progress_bars()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # not annotated there
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # same
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
