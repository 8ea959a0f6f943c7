"""The conversion itself: `python -m embeddings.convert FOLDER TARGET MAX_TOKENS POOLING`.

Runs in a process of its own because it imports torch. Exit code 0 means that TARGET holds a
graph and a tokenizer whose vectors agree with the reference's; otherwise the last line on
stderr says why not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.api import EncoderInfo, Role
from embeddings.conversion import GRAPH, TOKENIZER
from embeddings.errors import EmbeddingError, EncoderError
from embeddings.openvino import Encoder, open_converted
from embeddings.runtime import Precision, import_openvino
from embeddings.transformer import Encoder as Reference
from embeddings.transformer import open_reference

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]  # it publishes no types
    from sentence_transformers import SentenceTransformer
    from torch import Tensor, nn

_MIN_COSINE = 0.999
"""Between the reference and the converted graph, both in float32."""
_PROBES = (
    "",
    "Water boils at 100 degrees Celsius at sea level.",
    "The river rose two metres overnight, and the old bridge was closed to lorries. " * 3,
    "Ist die Erde flach? Nein. Земля круглая. 地球是圆的。 الأرض كروية 🌍",
    "A sentence that is repeated until no model can read all of it. " * 200,
)
"""Of different lengths, so that a graph that was traced for one length only is found out."""


def main(arguments: list[str]) -> int:
    """Convert one model; see the module."""
    folder, target, max_tokens, pooling = arguments
    try:
        _convert(Path(folder), Path(target), int(max_tokens), pooling)
    except EmbeddingError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


def _convert(folder: Path, target: Path, max_tokens: int, pooling: str) -> None:
    model = open_reference(folder, attn_implementation="eager")
    model.max_seq_length = max_tokens
    _write_tokenizer(model, target / TOKENIZER, max_tokens)
    runtime = import_openvino()
    runtime.save_model(_traced(model, pooling), str(target / GRAPH), compress_to_fp16=False)
    _compare(model, runtime.Core(), target, max_tokens)


def _write_tokenizer(model: SentenceTransformer, path: Path, max_tokens: int) -> None:
    tokenizer = model.tokenizer
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EncoderError("its tokenizer has no fast form")
    backend.enable_truncation(max_tokens, direction=tokenizer.truncation_side)
    backend.enable_padding(pad_id=tokenizer.pad_token_id or 0)
    backend.save(str(path))


def _traced(model: SentenceTransformer, pooling: str) -> openvino.Model:
    import torch

    runtime = import_openvino()
    any_shape = runtime.PartialShape([-1, -1])
    names = ("input_ids", "attention_mask")
    # Two rows of different length, so that the mask is part of what is traced.
    example = {name: torch.ones((2, 7), dtype=torch.int64) for name in names}
    example["attention_mask"][1, 4:] = 0
    with torch.no_grad():
        return runtime.convert_model(
            _pooled(model[0], pooling),
            example_input=example,
            input=[(name, any_shape, runtime.Type.i64) for name in names],
        )


def _pooled(module: Any, pooling: str) -> nn.Module:  # noqa: ANN401 - any Transformer module
    """The transformer with its pooling and normalisation as one torch module of two inputs."""
    import torch

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = module.auto_model

        def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
            tokens = self.transformer(
                input_ids=input_ids, attention_mask=attention_mask
            ).last_hidden_state
            if pooling == "cls":
                return torch.nn.functional.normalize(tokens[:, 0], dim=-1)
            weights = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1)

    return Pooled().eval()


def _compare(
    model: SentenceTransformer, core: openvino.Core, target: Path, max_tokens: int
) -> None:
    graph, tokenizer = open_converted(core, target, Precision.F32, threads=1)
    info = EncoderInfo(
        model="converted",
        revision="",
        dimension=graph.output(0).get_partial_shape()[1].get_length(),
        pooling="",
        precision=Precision.F32,
        max_tokens=max_tokens,
    )
    made = Encoder(graph, tokenizer, info).encode(_PROBES, Role.PASSAGE)
    wanted = Reference(model, info).encode(_PROBES, Role.PASSAGE)
    worst = float(np.einsum("nd,nd->n", made, wanted).min())
    if not worst >= _MIN_COSINE:
        raise EncoderError(f"the converted graph gives other vectors (cosine {worst:.4f})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
