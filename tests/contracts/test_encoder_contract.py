"""What every encoder promises, asked of every implementation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support.encoders import ThroughBatcher, encoder, models, needs_int8, tiny_model

from embeddings.api import Encoder, Role
from embeddings.loader import Engine, load_encoder
from embeddings.runtime import Precision

SENTENCES = (
    "The river rose two metres overnight.",
    "",
    "A vaccine was approved in March after three trials.",
    "   \n\t ",
    "Выборы прошли в воскресенье.",
    "地震发生在清晨。",
    "ارتفع سعر الخبز مرتين هذا العام.",
    "🌍🔥",
    "word " * 5_000,
    "x" * 200_000,
    "No.",
    "a lone surrogate \ud800 in the middle",
    "nul \x00 and bell \x07",
)

MAKERS: dict[str, Callable[[], Encoder]] = {
    "torch": lambda: encoder(engine=Engine.TORCH),
    "openvino-auto": lambda: encoder(engine=Engine.OPENVINO),
    "openvino-f32": lambda: encoder(engine=Engine.OPENVINO, precision=Precision.F32),
    "batcher": lambda: ThroughBatcher(encoder(engine=Engine.OPENVINO)),
    "tiny-torch": lambda: encoder(str(tiny_model()), engine=Engine.TORCH),
    "tiny-openvino": lambda: encoder(str(tiny_model()), engine=Engine.OPENVINO),
    "tiny-int8": lambda: encoder(
        str(tiny_model()), engine=Engine.OPENVINO, precision=Precision.INT8
    ),
}


@pytest.fixture(
    params=[pytest.param(name, marks=[needs_int8] if "int8" in name else []) for name in MAKERS]
)
def subject(request: pytest.FixtureRequest) -> Encoder:
    return MAKERS[request.param]()


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.einsum("nd,nd->n", left, right)


def test_rows_are_float32_of_unit_length(subject: Encoder) -> None:
    rows = subject.encode(SENTENCES, Role.PASSAGE)
    assert rows.dtype == np.float32
    assert rows.shape == (len(SENTENCES), subject.info.dimension)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_no_texts_give_an_empty_array_of_the_right_width(subject: Encoder) -> None:
    rows = subject.encode([], Role.QUERY)
    assert rows.shape == (0, subject.info.dimension)
    assert rows.dtype == np.float32


def test_order_is_kept_whatever_the_lengths(subject: Encoder) -> None:
    together = subject.encode(SENTENCES, Role.PASSAGE)
    alone = np.concatenate([subject.encode([text], Role.PASSAGE) for text in SENTENCES])
    assert cosines(together, alone).min() > 0.999
    # Texts of unknown characters only may look alike to a model; these do not.
    different = [0, 2, 4, 6, 8, 10]
    nearest = (together[different] @ alone[different].T).argmax(axis=1)
    assert nearest.tolist() == list(range(len(different)))


def test_a_text_gets_the_same_row_in_any_company(subject: Encoder) -> None:
    text = SENTENCES[2]
    alone = subject.encode([text], Role.PASSAGE)
    for company in (3, 40):
        rows = subject.encode([*(["Short."] * company), text, "word " * 400], Role.PASSAGE)
        assert cosines(alone, rows[company : company + 1])[0] > 0.999


def test_the_same_call_gives_the_same_numbers(subject: Encoder) -> None:
    first = subject.encode(SENTENCES, Role.QUERY)
    np.testing.assert_array_equal(first, subject.encode(SENTENCES, Role.QUERY))


def test_each_role_has_its_own_prefix(subject: Encoder) -> None:
    text = "The bridge was closed."
    as_query, as_passage = (subject.encode([text], role) for role in (Role.QUERY, Role.PASSAGE))
    if subject.info.prefixes == ("", ""):
        np.testing.assert_array_equal(as_query, as_passage)
    else:
        assert cosines(as_query, as_passage)[0] < 0.999
        query_prefix, passage_prefix = subject.info.prefixes
        assert query_prefix != passage_prefix


def test_what_lies_beyond_the_limit_changes_nothing(subject: Encoder) -> None:
    start = "a b c " * subject.info.max_tokens
    rows = subject.encode([start, start + "and then something else"], Role.PASSAGE)
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-2)
    assert cosines(rows[:1], rows[1:])[0] > 0.9999


def test_the_arguments_are_left_alone(subject: Encoder) -> None:
    texts = ["longer than the other one", "short"]
    rows = subject.encode(texts, Role.PASSAGE)
    kept = rows.copy()
    subject.encode(["something else entirely"] * 3, Role.PASSAGE)
    assert texts == ["longer than the other one", "short"]
    np.testing.assert_array_equal(rows, kept)


@pytest.mark.parametrize("engine", [Engine.TORCH, Engine.OPENVINO])
def test_the_fingerprint_is_the_same_after_a_second_load(engine: Engine) -> None:
    again = load_encoder(str(tiny_model()), engine=engine, cache_dir=models())
    known = encoder(str(tiny_model()), engine=engine)
    assert again.info.fingerprint == known.info.fingerprint
    np.testing.assert_array_equal(
        again.encode(["The same text."], Role.QUERY), known.encode(["The same text."], Role.QUERY)
    )


def test_engines_of_equal_precision_share_a_fingerprint_and_their_vectors() -> None:
    torch = encoder(engine=Engine.TORCH)
    openvino = encoder(engine=Engine.OPENVINO, precision=Precision.F32)
    assert torch.info == openvino.info
    assert torch.info.fingerprint == openvino.info.fingerprint
    ours, theirs = (e.encode(SENTENCES, Role.PASSAGE) for e in (openvino, torch))
    assert cosines(ours, theirs).min() > 0.9999
