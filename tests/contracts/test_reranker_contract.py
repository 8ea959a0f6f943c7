"""What every re-ranker promises, asked of every implementation."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from support.encoders import tiny_model
from support.once import once
from support.tiny_model import save_tiny_cross_encoder

from embeddings.api import Reranker
from embeddings.cross_encoder import load_cross_encoder
from embeddings.errors import EncoderError, ModelNotFoundError

CLAIM = "The bridge was closed on Monday."
TEXTS = (
    "Engineers closed the bridge.",
    "",
    "Bread got dearer.",
    "地震发生在清晨。",
    "word " * 5_000,
    "a lone surrogate \ud800 in the middle",
)


@cache
def folder() -> Path:
    return once("cross", save_tiny_cross_encoder)


@pytest.fixture(scope="module")
def subject() -> Reranker:
    return load_cross_encoder(str(folder()))


def test_each_text_gets_a_finite_score(subject: Reranker) -> None:
    scores = subject.score(CLAIM, TEXTS)
    assert (scores.dtype, scores.shape) == (np.float32, (len(TEXTS),))
    assert np.isfinite(scores).all()
    assert subject.score(CLAIM, []).shape == (0,)


def test_a_text_scores_the_same_in_any_company(subject: Reranker) -> None:
    together = subject.score(CLAIM, TEXTS)
    alone = np.concatenate([subject.score(CLAIM, [text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-4)
    assert len(set(np.round(together, 3).tolist())) > 1


def test_both_sides_count(subject: Reranker) -> None:
    text = TEXTS[0]
    assert subject.score(CLAIM, [text])[0] != subject.score("Something else", [text])[0]


def test_a_model_with_several_labels_is_refused(tmp_path: Path) -> None:
    several = save_tiny_cross_encoder(tmp_path / "nli", labels=3)
    with pytest.raises(EncoderError, match="3 numbers"):
        load_cross_encoder(str(several))


def test_a_model_of_single_texts_is_refused() -> None:
    with pytest.raises(EncoderError, match="set the reranker to a cross-encoder"):
        load_cross_encoder(str(tiny_model()))


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    copy = tmp_path / "pickled"
    shutil.copytree(folder(), copy)
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(EncoderError, match="pickled"):
        load_cross_encoder(str(copy))


def test_a_name_that_leads_nowhere_says_so() -> None:
    with pytest.raises(ModelNotFoundError):
        load_cross_encoder("./no/such/folder")
