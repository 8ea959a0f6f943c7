"""Encoders side by side on one thread: `python -m benchmarks.encoder`.

Every engine encodes the same texts in turn, round after round, so that what else runs on the
machine slows all of them alike; medians of the rounds are printed with their ratio to plain
`SentenceTransformer.encode`. Processor time is what to compare on a shared machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.limits import Shape, token_lengths
from benchmarks.texts import claims, passages
from embeddings.api import Encoder, Role, Vectors
from embeddings.folder import read_folder
from embeddings.loader import Engine, Precision, load_encoder
from embeddings.models import DEFAULT_MODEL, resolve
from embeddings.runtime import multiplies_integers

PLAIN = "SentenceTransformer.encode, torch f32"
_FIRST_VECTOR = {
    PLAIN: """
import sys, torch
torch.set_num_threads(1)
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu").encode(["first"])
""",
    "OpenVINO": """
import sys
from pathlib import Path
from embeddings.api import Role
from embeddings.loader import load_encoder
load_encoder(cache_dir=Path(sys.argv[2])).encode(["first"], Role.QUERY)
assert "torch" not in sys.modules
""",
}


@dataclass(slots=True, kw_only=True)
class Contender:
    """One way to encode, with what it took in each round: (wall s, processor s)."""

    name: str
    encode: Callable[[list[str]], Vectors]
    bulk: list[tuple[float, float]] = field(default_factory=list)
    single: list[tuple[float, float]] = field(default_factory=list)
    together: list[tuple[float, float]] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--passages", type=int, default=48, help="a round")
    options.add_argument("--claims", type=int, default=32, help="a round")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as cache:
        contenders = _contenders(Path(cache))
        bulk, single = passages(chosen.passages), claims(chosen.claims)
        _agreement(contenders, bulk)
        for _ in range(chosen.rounds):
            for contender in contenders:
                _round(contender, bulk, single)
        _report(contenders, bulk, single)
        _first_vectors(Path(cache), chosen.rounds)


def _contenders(cache: Path) -> list[Contender]:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    plain = SentenceTransformer(str(resolve(DEFAULT_MODEL).folder), device="cpu")
    found = [Contender(name=PLAIN, encode=lambda texts: plain.encode(texts, batch_size=32))]
    engines = [(Engine.TORCH, Precision.F32), (Engine.OPENVINO, Precision.F32)]
    if _best_precision(cache) is Precision.BF16:
        engines.append((Engine.OPENVINO, Precision.BF16))
    if multiplies_integers():
        engines.append((Engine.OPENVINO, Precision.INT8))
    for engine, precision in engines:
        encoder = load_encoder(engine=engine, precision=precision, cache_dir=cache)
        found.append(Contender(name=f"{engine} {precision}", encode=_face(encoder)))
    return found


def _best_precision(cache: Path) -> Precision:
    return Precision(load_encoder(engine=Engine.OPENVINO, cache_dir=cache).info.precision)


def _face(encoder: Encoder) -> Callable[[list[str]], Vectors]:
    return lambda texts: encoder.encode(texts, Role.PASSAGE)


def _agreement(contenders: list[Contender], texts: list[str]) -> None:
    """Warm every contender up, and print how near its vectors are to the first one's."""
    reference = contenders[0].encode(texts)
    print(f"\n{'cosine to the first':<42}{'mean':>10}{'min':>10}")
    for contender in contenders:
        cosines = np.einsum("nd,nd->n", contender.encode(texts), reference)
        print(f"{contender.name:<42}{cosines.mean():>10.5f}{cosines.min():>10.5f}")
        contender.encode(texts[:1])


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def _round(contender: Contender, bulk: list[str], single: list[str]) -> None:
    contender.bulk.append(_timed(lambda: contender.encode(bulk)))
    contender.single.append(_timed(lambda: [contender.encode([text]) for text in single]))
    groups = [single[start : start + 16] for start in range(0, len(single), 16)]
    contender.together.append(_timed(lambda: [contender.encode(group) for group in groups]))


def _report(contenders: list[Contender], bulk: list[str], single: list[str]) -> None:
    work = _gflop(bulk)
    rows = (("passages", "bulk", len(bulk)), ("single claims", "single", len(single)))
    for title, kind, count in (*rows, ("claims, 16 a call", "together", len(single))):
        print(f"\n{title:<42}{'/s wall':>10}{'ratio':>8}{'/s cpu':>10}{'ratio':>8}", end="")
        print(f"{'GFLOP/s':>10}" if kind == "bulk" else "")
        base = [_median(getattr(contenders[0], kind), side) for side in (0, 1)]
        for contender in contenders:
            wall, cpu = (_median(getattr(contender, kind), side) for side in (0, 1))
            line = f"{contender.name:<42}{count / wall:>10.1f}{base[0] / wall:>8.2f}"
            line += f"{count / cpu:>10.1f}{base[1] / cpu:>8.2f}"
            print(line + (f"{work / cpu:>10.0f}" if kind == "bulk" else ""))
    print(f"\n{'peak of one core, matrix product':<42}{'GFLOP/s':>10}")
    for name, peak in _peaks().items():
        print(f"{name:<42}{peak:>10.0f}")


def _median(rounds: list[tuple[float, float]], side: int) -> float:
    return statistics.median(taken[side] for taken in rounds)


def _gflop(texts: list[str]) -> float:
    """Arithmetic of the default model for these texts, without padding."""
    source = resolve(DEFAULT_MODEL)
    lengths = token_lengths(texts, source, read_folder(source).max_tokens)
    return Shape.of(source).gflop([length] for length in lengths)


def _peaks(size: int = 1536, repeats: int = 9) -> dict[str, float]:
    import torch

    found = {}
    for name, kind in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        matrix = torch.rand(size, size).to(kind)
        torch.mm(matrix, matrix)
        taken = min(_timed(lambda m=matrix: torch.mm(m, m))[1] for _ in range(repeats))
        found[name] = 2 * size**3 / taken / 1e9
    return found


def _first_vectors(cache: Path, rounds: int) -> None:
    folder = str(resolve(DEFAULT_MODEL).folder)
    root = str(Path(__file__).resolve().parent.parent)
    environment = os.environ | {"PYTHONPATH": root, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    print(f"\n{'process start to first vector':<42}{'wall s':>10}{'cpu s':>10}")
    for name, code in _FIRST_VECTOR.items():
        taken = []
        for _ in range(rounds):
            before = os.times()
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", code, folder, str(cache)],
                env=environment,
                check=True,
                capture_output=True,
            )
            wall, after = time.perf_counter() - began, os.times()
            children = (after.children_user + after.children_system) - (
                before.children_user + before.children_system
            )
            taken.append((wall, children))
        print(f"{name:<42}{_median(taken, 0):>10.2f}{_median(taken, 1):>10.2f}")


if __name__ == "__main__":
    main()
