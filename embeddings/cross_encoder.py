"""A re-ranker that reads claim and text together: any cross-encoder of sentence-transformers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embeddings.api import Vectors
from embeddings.errors import EncoderError
from embeddings.folder import read_folder
from embeddings.models import resolve

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_MAX_CHARS = 8_000
"""More than any cross-encoder reads; an enormous text is cut before it is tokenised."""


def load_cross_encoder(name_or_path: str, *, threads: int = 1) -> CrossEncoderReranker:
    """Load a cross-encoder by folder or hub name; blocks for some seconds.

    Args:
        name_or_path: see `embeddings.models.resolve`.
        threads: processor threads a call may use; torch has one such number a process.

    Raises:
        ModelNotFoundError: the name leads nowhere.
        EncoderError: it is an embedding model, sentence-transformers cannot load it as a
            cross-encoder, or its weights are pickled.
    """
    from embeddings.transformer import silence

    source = resolve(name_or_path)
    folder = source.folder
    # Without this its head would be made of random numbers.
    if "Pooling" in read_folder(source).modules:  # Reading refuses pickled weights too.
        raise EncoderError(
            f"The model in {folder} turns single texts into vectors and does not compare two; "
            "set the reranker to a cross-encoder."
        )
    import torch

    torch.set_num_threads(threads)
    try:
        with silence():
            from sentence_transformers import CrossEncoder

            model = CrossEncoder(
                str(folder),
                device="cpu",
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
            labels = model.num_labels
    except Exception as error:  # transformers raises many kinds for files that do not fit
        raise EncoderError(
            f"The model in {folder} cannot be loaded as a cross-encoder ({type(error).__name__}: "
            f"{error}); set the reranker to another folder or hub name."
        ) from error
    if labels != 1:
        raise EncoderError(
            f"The model in {folder} gives {labels} numbers for a pair and a re-ranker needs one; "
            "set the reranker to a cross-encoder that was trained for ranking."
        )
    return CrossEncoderReranker(model)


class CrossEncoderReranker:
    """Scores pairs with a sentence-transformers cross-encoder; one call at a time."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model
        self._turn = threading.Lock()

    def score(self, claim: str, texts: Sequence[str]) -> Vectors:
        """How well each of n texts answers a claim, (n,) float32; higher is better.

        Raises:
            EncoderError: torch failed, or gave numbers that are not finite.
        """
        if not texts:
            return np.empty(0, dtype=np.float32)
        pairs = [(_encodable(claim), _encodable(text)) for text in texts]
        try:
            with self._turn:
                found = self._model.predict(
                    pairs, batch_size=len(pairs), show_progress_bar=False, convert_to_numpy=True
                )
        except Exception as error:  # torch raises RuntimeError, transformers many kinds
            raise EncoderError(
                f"The cross-encoder failed on {len(texts)} texts ({type(error).__name__})."
            ) from error
        scores = np.asarray(found, dtype=np.float32).reshape(-1)
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise EncoderError(f"The cross-encoder gave no usable scores for {len(texts)} texts.")
        return scores


def _encodable(text: str) -> str:
    # A lone surrogate (possible in JSON) makes tokenizers fail for the whole batch.
    return text[:_MAX_CHARS].encode("utf-8", "replace").decode("utf-8")
