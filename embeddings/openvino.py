"""The fast engine: the reference's weights in OpenVINO, with no torch in this process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.api import EncoderInfo, Role, Vectors
from embeddings.batches import prepare, token_batches, unit_rows
from embeddings.conversion import GRAPH, TOKENIZER, converted
from embeddings.errors import EncoderError
from embeddings.folder import ModelFolder, read_folder
from embeddings.models import resolve
from embeddings.room import Needs, check_room
from embeddings.runtime import Precision, choose_precision, import_openvino

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]  # it publishes no types
    from tokenizers import Encoding, Tokenizer

_log = logging.getLogger(__name__)

_TEXTS_A_WINDOW = 2048
"""Texts that are tokenised and sorted together: enough to group by length, bounded in memory."""
_STEP_OF_INTEGERS = 16
"""In int8 a last bit, which a batch of another width may change, can round a number up instead of
down. So widths are multiples of this and texts of different widths are computed apart: a text has
the same row in any company, bit for bit."""


_NEEDS = Needs(data_mib=400, addresses_mib=1_000)
"""Beside what the program has taken before. Measured with the smallest model: with a quarter less,
OpenVINO ends the process by a segmentation fault."""


def load_openvino(
    name_or_path: str,
    *,
    cache_dir: Path,
    threads: int = 1,
    precision: Precision = Precision.AUTO,
) -> Encoder:
    """Load a model by preset name, package, folder or hub name; the first time it is converted.

    Args:
        name_or_path: see `embeddings.models.resolve`.
        cache_dir: where the converted model is kept.
        threads: processor threads a call may use.
        precision: see `Precision`.

    Raises:
        ModelNotFoundError: the name leads nowhere.
        EncoderError: this engine cannot carry the model, or it could not be converted.
    """
    folder = read_folder(resolve(name_or_path))
    return load_folder(folder, cache_dir=cache_dir, threads=threads, precision=precision)


def load_folder(
    folder: ModelFolder,
    *,
    cache_dir: Path,
    threads: int = 1,
    precision: Precision = Precision.AUTO,
) -> Encoder:
    """Load a model whose files were read already.

    Raises:
        EncoderError: this engine cannot carry the model, or it could not be converted.
        MemoryShortError: a limit leaves too little memory.
    """
    began = time.perf_counter()
    check_room(_NEEDS, "the model")
    openvino = import_openvino()
    core = openvino.Core()
    chosen = choose_precision(core, precision)
    kept = converted(folder, cache_dir, threads=threads, integers=chosen is Precision.INT8)
    try:
        graph, tokenizer = open_converted(core, kept, chosen, threads)
    except Exception as error:  # both libraries raise plain Exception or RuntimeError
        raise EncoderError(
            f"OpenVINO cannot load the converted model in {kept} ({type(error).__name__}); delete "
            "that folder to convert again, or set the engine to torch."
        ) from error
    dimension = graph.output(0).get_partial_shape()[1].get_length()
    _log.info("OpenVINO encoder ready: %s, %.2f s", chosen, time.perf_counter() - began)
    return Encoder(graph, tokenizer, folder.info(dimension, chosen))


def open_converted(
    core: openvino.Core, kept: Path, precision: Precision, threads: int
) -> tuple[openvino.CompiledModel, Tokenizer]:
    """Load what a conversion wrote; raises what the two libraries raise."""
    from tokenizers import Tokenizer

    graph = core.compile_model(
        str(kept / GRAPH),
        "CPU",
        {
            "INFERENCE_PRECISION_HINT": str(precision.of_floats),
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            # Two workers on one machine would pin themselves to the same core.
            "ENABLE_CPU_PINNING": False,
        },
    )
    return graph, Tokenizer.from_file(str(kept / TOKENIZER))


class Encoder:
    """Unit rows from an OpenVINO graph that takes token ids; one call at a time."""

    def __init__(
        self, graph: openvino.CompiledModel, tokenizer: Tokenizer, info: EncoderInfo
    ) -> None:
        self._request = graph.create_infer_request()
        self._padding_id: int = (tokenizer.padding or {}).get("pad_id", 0)
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._info = info
        self._step = _STEP_OF_INTEGERS if info.precision == Precision.INT8 else 1
        self._turn = threading.Lock()

    @property
    def info(self) -> EncoderInfo:
        """What identifies this encoder's vectors."""
        return self._info

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Encode n texts to an (n, dimension) float32 array of unit-length rows, in order.

        Raises:
            EncoderError: the engine failed, or gave numbers that are not finite.
        """
        rows = np.zeros((len(texts), self._info.dimension), dtype=np.float32)
        with self._turn:
            for start in range(0, len(texts), _TEXTS_A_WINDOW):
                window = slice(start, start + _TEXTS_A_WINDOW)
                self._fill(rows[window], texts[window], role)
        return rows

    def _fill(self, rows: Vectors, texts: Sequence[str], role: Role) -> None:
        prepared = prepare(texts, self._info.prefix(role), self._info.max_tokens)
        try:
            encodings = self._tokenizer.encode_batch_fast(prepared)
            widths = [self._width(encoding) for encoding in encodings]
            for batch in token_batches(widths, alike=self._step > 1):
                rows[batch] = unit_rows(self._infer([encodings[i] for i in batch]))
        except EncoderError:
            raise
        except Exception as error:  # both libraries raise plain Exception or RuntimeError
            raise EncoderError(
                f"OpenVINO failed on {len(texts)} texts with the model {self._info.model} "
                f"({type(error).__name__}); see the cause in the log, or set the engine to torch."
            ) from error

    def _width(self, encoding: Encoding) -> int:
        """Columns that a text takes; one without any token still needs one."""
        tokens = max(1, len(encoding))
        return min(-(-tokens // self._step) * self._step, self._info.max_tokens)

    def _infer(self, encodings: Sequence[Encoding]) -> Vectors:
        width = max(map(self._width, encodings))
        ids = np.full((len(encodings), width), self._padding_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding)] = encoding.ids
            mask[row, : len(encoding)] = 1
        self._request.infer({"input_ids": ids, "attention_mask": mask})
        # The request's own memory is written over by the next call; unit_rows copies.
        rows: Vectors = self._request.get_output_tensor(0).data
        if len(rows) != len(encodings):
            # What OpenVINO does where it is refused memory: no error, and no rows.
            raise EncoderError(
                f"OpenVINO gave back {len(rows)} rows for {len(encodings)} texts, as it does "
                "where memory is short; free some, or give the process more."
            )
        return rows
