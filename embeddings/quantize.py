"""The int8 form of a converted model: `python -m embeddings.quantize FLOATS TARGET`.

Runs in a process of its own because of the memory that it takes. Exit code 0 means that TARGET
holds a graph and a tokenizer whose vectors are near those of the graph in FLOATS; otherwise the
last line on stderr says why not.

Every product with weights becomes one of 8-bit integers: the weights rounded once, by a scale for
each row, the activations while they pass, by one scale for all. What activations there are is
seen in the samples. A few columns of them are many times larger than the rest, and one scale for
all would round the rest away; so each column is divided first by a factor that its weights are
multiplied by (SmoothQuant, Xiao et al. 2022).
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.api import EncoderInfo, Role
from embeddings.conversion import GRAPH, TOKENIZER
from embeddings.errors import EmbeddingError, EncoderError
from embeddings.openvino import Encoder, open_converted
from embeddings.runtime import Precision, import_openvino

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]  # it publishes no types
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]

_FROM_ACTIVATIONS = 0.85
"""How far a column's factor goes by its activations, and not by its weights. Measured on real
texts: cosines to f32 are best from 0.8 to 0.9; 0.5 is worse than no factors."""
_STRIDE = 7919
"""A prime: steps of it go through a vocabulary without order."""
_MIN_COSINE = 0.98
"""Between float32 and int8, in the mean of the samples; .997 with the default model."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Input:
    """Activations that are multiplied with weights, once or several times, and their bounds."""

    source: openvino.Output
    products: list[openvino.Node]
    low: Floats
    """(columns,) of what was seen, at most 0."""
    high: Floats
    """(columns,), at least 0."""


def main(arguments: list[str]) -> int:
    """Make one model's int8 form; see the module."""
    floats, target = map(Path, arguments)
    try:
        _quantize(floats, target)
    except EmbeddingError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


def samples() -> list[str]:
    """Texts to observe a model on: of several lengths and languages, and all of them in one."""
    lines = resources.files("embeddings").joinpath("samples.txt").read_text("utf-8").splitlines()
    return [*lines, " ".join(lines)]


def _quantize(floats: Path, target: Path) -> None:
    runtime = import_openvino()
    core = runtime.Core()
    shutil.copy(floats / TOKENIZER, target / TOKENIZER)
    graph, tokenizer = open_converted(core, floats, Precision.F32, threads=1)
    wanted = _encoder(graph, tokenizer)
    model = core.read_model(str(floats / GRAPH))
    for taken in _inputs(core, model, list(_token_ids(tokenizer))):
        _to_integers(taken)
    model.validate_nodes_and_infer_types()
    runtime.save_model(model, str(target / GRAPH), compress_to_fp16=False)
    _compare(wanted, core, target)


def _token_ids(tokenizer: Tokenizer) -> Iterator[list[int]]:
    """The samples' tokens, and as many of the vocabulary's in their place.

    The latter show how large activations get in languages that the samples lack.
    """
    count = 0
    for encoding in tokenizer.encode_batch_fast(samples()):
        yield encoding.ids
        strange = list(encoding.ids)
        for place, special in enumerate(encoding.special_tokens_mask):
            if not special:
                count += 1
                strange[place] = count * _STRIDE % tokenizer.get_vocab_size()
        yield strange


def _inputs(
    core: openvino.Core, model: openvino.Model, texts: Sequence[Sequence[int]]
) -> list[_Input]:
    """Every product with weights, grouped by what it multiplies, observed over the texts."""
    groups: dict[tuple[str, int], list[openvino.Node]] = {}
    for node in model.get_ordered_ops():
        if _has_weights(node):
            source = node.input_value(0)
            key = (source.get_node().get_friendly_name(), source.get_index())
            groups.setdefault(key, []).append(node)
    if not groups:
        raise EncoderError("it has no products with weights that could be of integers")
    sources = [products[0].input_value(0) for products in groups.values()]
    bounds = _observed(core, model, sources, texts)
    return [
        _Input(source=source, products=products, low=low, high=high)
        for source, products, (low, high) in zip(sources, groups.values(), bounds, strict=True)
    ]


def _has_weights(node: openvino.Node) -> bool:
    if node.get_type_name() != "MatMul" or node.get_attributes()["transpose_a"]:
        return False
    weights = node.input_value(1)
    return (
        weights.get_node().get_type_name() == "Constant"
        and len(weights.get_shape()) == 2
        and bool(node.get_attributes()["transpose_b"])
    )


def _observed(
    core: openvino.Core,
    model: openvino.Model,
    sources: Sequence[openvino.Output],
    texts: Sequence[Sequence[int]],
) -> list[tuple[Floats, Floats]]:
    """The least and the greatest of each column of each source; texts go one by one, unpadded."""
    watched = model.clone()
    by_name = {node.get_friendly_name(): node for node in watched.get_ops()}
    watched.add_outputs(
        [by_name[s.get_node().get_friendly_name()].output(s.get_index()) for s in sources]
    )
    settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
    request = core.compile_model(watched, "CPU", settings).create_infer_request()
    columns = [source.get_partial_shape()[-1].get_length() for source in sources]
    bounds = [(np.zeros(n, np.float32), np.zeros(n, np.float32)) for n in columns]
    for ids in texts:
        row = np.array([ids], dtype=np.int64)
        request.infer({"input_ids": row, "attention_mask": np.ones_like(row)})
        for number, (low, high) in enumerate(bounds, start=1):
            seen = request.get_output_tensor(number).data.reshape(-1, len(low))
            np.minimum(low, seen.min(axis=0), out=low)
            np.maximum(high, seen.max(axis=0), out=high)
    return bounds


def _to_integers(taken: _Input) -> None:
    """Put the rounding before the products of one source, and integers in place of weights."""
    from openvino import opset13 as op

    weights = [product.input_value(1).get_node().data for product in taken.products]
    factors = _factors(taken, weights)
    low, high = float((taken.low / factors).min()), float((taken.high / factors).max())
    step = float(np.exp2(np.ceil(np.log2(max(high - low, 1e-6) / 255) * 32) / 32))
    lowest = np.float32(round(low / step) * step)
    highest = np.float32(lowest + 255 * step)
    even = op.multiply(taken.source, op.constant((1 / factors)[None, None, :]))
    rounded = op.fake_quantize(even, lowest, highest, lowest, highest, 256)
    for product, weight in zip(taken.products, weights, strict=True):
        product.input(0).replace_source_output(rounded.output(0))
        product.input(1).replace_source_output(_integers(weight * factors).output(0))


def _integers(weights: Floats) -> openvino.Node:
    """(rows, columns) as 8-bit integers with a scale for each row."""
    from openvino import opset13 as op

    scales = np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-12) / 127
    whole = np.round(weights / scales).astype(np.int8)
    return op.multiply(op.convert(op.constant(whole), "f32"), op.constant(scales))


def _factors(taken: _Input, weights: Sequence[Floats]) -> Floats:
    """(columns,) by which activations are divided and weights are multiplied; 1 in the mean."""
    tiny = 1e-5  # columns that are nothing but zero
    active = np.maximum(np.maximum(-taken.low, taken.high), tiny)
    heavy = np.maximum(np.max([np.abs(weight).max(axis=0) for weight in weights], axis=0), tiny)
    logs = _FROM_ACTIVATIONS * np.log2(active) - (1 - _FROM_ACTIVATIONS) * np.log2(heavy)
    # What was observed differs in its last bits from processor to processor. Coarse steps, here
    # and above, keep that from making another graph of the same model.
    factors: Floats = np.exp2(np.round((logs - logs.mean()) * 8) / 8).astype(np.float32)
    return factors


def _encoder(graph: openvino.CompiledModel, tokenizer: Tokenizer) -> Encoder:
    info = EncoderInfo(
        model="quantized",
        revision="",
        dimension=graph.output(0).get_partial_shape()[1].get_length(),
        pooling="",
        precision=Precision.F32,
        max_tokens=int((tokenizer.truncation or {}).get("max_length", 0)),
    )
    return Encoder(graph, tokenizer, info)


def _compare(wanted: Encoder, core: openvino.Core, target: Path) -> None:
    made = _encoder(*open_converted(core, target, Precision.INT8, threads=1))
    rows = [encoder.encode(samples(), Role.PASSAGE) for encoder in (wanted, made)]
    mean = float(np.einsum("nd,nd->n", *rows).mean())
    if not mean >= _MIN_COSINE:
        raise EncoderError(f"its vectors lose too much in int8 (mean cosine {mean:.4f} to f32)")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
