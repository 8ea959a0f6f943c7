"""The arithmetic that the encoder's rate is reckoned from."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.limits import Shape, token_lengths
from embeddings.models import DEFAULT_MODEL, ModelSource, resolve

SMALL = Shape(layers=2, width=4, inner=8)


def test_the_shape_is_what_the_models_configuration_says(tmp_path: Path) -> None:
    config = {"num_hidden_layers": 6, "hidden_size": 384, "intermediate_size": 1536, "other": 1}
    (tmp_path / "config.json").write_text(json.dumps(config))
    shape = Shape.of(ModelSource(name="a model", folder=tmp_path))
    assert shape == Shape(layers=6, width=384, inner=1536)


def test_each_multiply_add_of_a_layer_is_two_operations() -> None:
    projections, feed_forward, attention = 4 * 4 * 4, 2 * 4 * 8, 2 * 3 * 4
    one_token = projections + feed_forward + attention
    assert SMALL.gflop([[3]]) * 1e9 == 2 * 3 * one_token * SMALL.layers


def test_padding_is_counted_within_a_batch_and_not_between_batches() -> None:
    assert SMALL.gflop([[3, 1]]) == 2 * SMALL.gflop([[3]])
    assert SMALL.gflop([[3], [1]]) == SMALL.gflop([[3]]) + SMALL.gflop([[1]])


def test_a_text_has_no_more_tokens_than_the_model_takes() -> None:
    source = resolve(DEFAULT_MODEL)
    assert token_lengths(["one two", "one " * 400], source, 256) == [4, 256]
