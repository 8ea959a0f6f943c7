"""How near the encoder and the exact scan come to what one core and its memory can do.

    python -m benchmarks limits

The core's peak is a product of float32 matrices that fit its cache; memory is read by the largest
of a large array. Both are measured in turns with the encoder and the scan, round after round, in a
process with one thread. Rates are by processor time; the best round is what others on the machine
disturbed least, and shares are of best to best.

Arithmetic of a transformer layer, two operations a multiply-add: for each token four products with
width x width matrices and two with width x inner ones, and for each text the products of all its
places with one another, for scores and for their weighted sum. Padding is counted, for it is
computed. Embedding, norms and activations are left out: below 1 %.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Self

import numpy as np
from rich.table import Table

from benchmarks import texts
from benchmarks.screen import screen
from embeddings.api import Encoder, Role
from embeddings.batches import token_batches
from embeddings.loader import Engine, Precision, load_encoder
from embeddings.models import DEFAULT_MODEL, ModelSource, resolve
from index.columns import Columns
from index.dense import FaissDense
from index.dense_writer import DenseWriter

_ROUNDS = 9
_PRODUCTS = (512, 1024)
_READ_BYTES = 256 * 2**20
_ROWS = {"exact scan, 200,000 rows": 200_000, "exact scan, 10,000 rows, in the cache": 10_000}
_NEAREST = 60
_PEAK, _READ = "matrix product", "reading memory"
_out = screen()


def main() -> None:
    """Measure in a process with one thread, and print."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "benchmarks.limits", "--measure"]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ | one).stdout
    found = json.loads(said)
    _report("GFLOP/s", _PEAK, found["arithmetic"])
    _report("GB/s", _READ, found["bytes"])


# ---------------------------------------------------------------- arithmetic


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Of a model's layers."""

    layers: int
    width: int
    inner: int

    @classmethod
    def of(cls, source: ModelSource) -> Self:
        """As the model's own configuration says."""
        config = json.loads((source.folder / "config.json").read_text("utf-8"))
        return cls(
            layers=config["num_hidden_layers"],
            width=config["hidden_size"],
            inner=config["intermediate_size"],
        )

    def gflop(self, batches: Iterable[Sequence[int]]) -> float:
        """What it takes to encode batches of texts.

        Args:
            batches: tokens of each text of a batch; all are padded to its longest.
        """
        weights = 4 * self.width**2 + 2 * self.width * self.inner
        total = 0
        for lengths in batches:
            padded = max(lengths)
            one_text = padded * 2 * weights + 4 * padded**2 * self.width
            total += self.layers * len(lengths) * one_text
        return total / 1e9


def token_lengths(encoded: Sequence[str], source: ModelSource, limit: int) -> list[int]:
    """Tokens of each text, of which the model takes no more than `limit`."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(source.folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    return [len(encoding) for encoding in tokenizer.encode_batch(list(encoded))]


# ---------------------------------------------------------------- measuring


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """Something to do, and how many operations or bytes it is, in thousands of millions."""

    amount: float
    do: Callable[[], object]


def _measure() -> dict[str, dict[str, list[float]]]:
    with tempfile.TemporaryDirectory() as place:
        encoder = load_encoder(
            engine=Engine.OPENVINO, precision=Precision.F32, cache_dir=Path(place)
        )
        encoding = _encoding(encoder)
        reading = _scans(Path(place), encoder.info.dimension) | {_READ: _read()}
        return {
            "arithmetic": _rates({_PEAK: _products()} | encoding),
            "bytes": _rates(reading),
        }


def _products() -> _Work:
    matrices = [
        np.random.default_rng(0).random((size, size), dtype=np.float32) for size in _PRODUCTS
    ]
    return _Work(
        amount=sum(2 * size**3 for size in _PRODUCTS) / 1e9,
        do=lambda: [matrix @ matrix for matrix in matrices],
    )


def _encoding(encoder: Encoder) -> dict[str, _Work]:
    source = resolve(DEFAULT_MODEL)
    shape = Shape.of(source)

    def work(role: Role, calls: Sequence[list[str]]) -> _Work:
        amount = 0.0
        for call in calls:
            lengths = token_lengths(call, source, encoder.info.max_tokens)
            batches = [[lengths[place] for place in batch] for batch in token_batches(lengths)]
            amount += shape.gflop(batches)
        return _Work(amount=amount, do=lambda: [encoder.encode(call, role) for call in calls])

    claims = texts.claims(32)
    return {
        "encoder, 48 passages": work(Role.PASSAGE, [texts.passages(48)]),
        "encoder, 16 claims a call": work(Role.QUERY, [claims[:16], claims[16:]]),
        "encoder, one claim a call": work(Role.QUERY, [[claim] for claim in claims]),
    }


def _read() -> _Work:
    numbers = np.ones(_READ_BYTES // 4, dtype=np.float32)
    return _Work(amount=numbers.nbytes / 1e9, do=numbers.max)


def _scans(place: Path, dimension: int) -> dict[str, _Work]:
    drawn = np.random.default_rng(0)
    query = drawn.normal(size=dimension).astype(np.float32)
    query /= np.linalg.norm(query)

    def scan(rows: int) -> _Work:
        table = np.zeros((8, rows), dtype=np.int64)
        table[0] = np.arange(rows)
        columns = Columns(table)
        path = place / f"{rows}.faiss"
        writer = DenseWriter(path, dimension)
        for part in np.array_split(columns.passage_id, max(1, rows // 10_000)):
            vectors = drawn.standard_normal((len(part), dimension), dtype=np.float32)
            writer.add(part, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        writer.finish()
        dense = FaissDense.open(path, columns)
        return _Work(amount=rows * dimension * 2 / 1e9, do=lambda: dense.search(query, _NEAREST))

    return {name: scan(rows) for name, rows in _ROWS.items()}


def _rates(works: Mapping[str, _Work]) -> dict[str, list[float]]:
    """Of each round but the first: thousands of millions a second of processor time."""
    rates = defaultdict(list)
    for _ in range(_ROUNDS + 1):
        for name, work in works.items():
            started = time.process_time()
            work.do()
            rates[name].append(work.amount / (time.process_time() - started))
    return {name: found[1:] for name, found in rates.items()}


# ---------------------------------------------------------------- reporting


def _report(unit: str, limit: str, rates: Mapping[str, Sequence[float]]) -> None:
    table = Table("", f"{unit}, median", "best round", f"of {limit}")
    for name, found in rates.items():
        share = max(found) / max(rates[limit])
        table.add_row(name, f"{median(found):.1f}", f"{max(found):.1f}", f"{share:.0%}")
    _out.print(table)


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        json.dump(_measure(), sys.stdout)
    else:
        main()
