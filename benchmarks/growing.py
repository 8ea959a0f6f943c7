"""What a rebuild needs as the collection grows: memory, and time outside the encoder.

    python -m benchmarks growing
    python -m benchmarks.growing 250000 1000000

Each collection is built in a process of its own by the real library, store and builder, with
random unit vectors in clouds in the encoder's place, and with inverted lists at every size. Then
1 % is added and it is built again. Seconds are of the processor. Memory is the most that the
process had of its own; pages of mapped files, which the system takes back when it needs room, are
shown apart. Recall is of the ten nearest, through the lists.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import texts
from benchmarks.screen import screen
from embeddings.api import EncoderInfo, Role, Vectors
from embeddings.store import VectorStore
from index.generation import Manifest, build, promote, recall, verify
from index.library import Library
from index.model import Comment, Document, Paragraph

SIZES = (20_000, 80_000)
LARGE = 10_000_000
_PARAGRAPHS, _COMMENTS = 20, 80
_DIMENSION = 384
_CLOUDS = 1_000
_SPREAD = 0.7
_SAMPLE_S = 0.02
_MIB = 1024**2
_out = screen()


def main(sizes: Sequence[int] = SIZES) -> None:
    """Measure each size, and print what a passage more costs."""
    found = [_apart(size) for size in sizes]
    table = Table(
        "passages", "full, s", "1 % more, s", "verify, s", "own, MiB", "mapped, MiB", "disk, MiB",
        "recall",
    )  # fmt: skip
    for each in found:
        table.add_row(*(f"{each[name]:,.{digits}f}" for name, digits in _FIGURES))
    _out.print(table)
    least, most = found[0], found[-1]
    more = most["passages"] - least["passages"]
    for name, unit, digits in (("own", "MiB", 0), ("full", "s", 0), ("added", "s", 1)):
        slope = (most[name] - least[name]) / more
        at = most[name] + slope * (LARGE - most["passages"])
        _out.print(
            f"{name}: {slope * 1e6:,.{digits}f} {unit} a million passages, "
            f"so {at:,.0f} {unit} at {LARGE:,}"
        )


_FIGURES = (
    ("passages", 0), ("full", 0), ("added", 1), ("verify", 1), ("own", 0), ("mapped", 0),
    ("disk", 0), ("recall", 3),
)  # fmt: skip


def _apart(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.growing", "--one", str(size)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    figures: dict[str, float] = json.loads(said)
    return figures


def _one(size: int) -> dict[str, float]:
    encoder = Clouds()
    with (
        tempfile.TemporaryDirectory() as place,
        Library.open(Path(place) / "library.sqlite3") as library,
        VectorStore(Path(place) / "vectors.sqlite3", encoder.info) as store,
    ):
        root = Path(place) / "generations"
        documents = size // (_PARAGRAPHS + _COMMENTS)
        _load(library, range(documents))
        _note(f"{size:,} passages are loaded")

        def rebuild() -> str:
            name = build(library, encoder, store, root, exact_up_to=0)
            promote(root, name)
            return name

        with _memory() as memory:
            full = _seconds(rebuild)
            _note(f"built in {full:.0f} s")
            _load(library, range(documents, documents + max(1, documents // 100)))
            added = _seconds(rebuild)
            problems: list[str] = []
            checked = _seconds(lambda: problems.extend(verify(root, "0002", library)))
        if problems:
            raise SystemExit(problems[0])
        manifest = Manifest.read(root / "0002")
        return {
            "passages": sum(manifest.passages.values()),
            "full": full,
            "added": added,
            "verify": checked,
            "own": memory["RssAnon"],
            "mapped": memory["RssFile"],
            "disk": manifest.bytes_on_disk / _MIB,
            "recall": min(recall(root, "0002").values()),
        }


class Clouds:
    """Unit vectors that need no time: one of many centres, and something of its own."""

    def __init__(self) -> None:
        self._drawn = np.random.default_rng(0)
        self._centres = self._drawn.normal(size=(_CLOUDS, _DIMENSION)).astype(np.float32)
        self.info = EncoderInfo(
            model="clouds", revision="1", dimension=_DIMENSION, pooling="none", precision="fp32",
            max_tokens=256,
        )  # fmt: skip

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """A row drawn for each text, whatever it says."""
        shape = (len(texts), _DIMENSION)
        own = self._drawn.standard_normal(shape, dtype=np.float32)
        rows = self._centres[self._drawn.integers(0, _CLOUDS, len(texts))] + _SPREAD * own
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def _load(library: Library, numbers: range) -> None:
    """Articles with many comments, whose languages and copies are not looked for."""
    pool = texts.passages(1_000, words=60)

    def said(number: int) -> tuple[Paragraph]:
        return (Paragraph(text=f"Number {number}. {pool[number % len(pool)]}"),)

    with (
        patch("index.library.loading.analyse", lambda *_: None),
        library.loading(f"from {numbers.start}") as loading,
    ):
        for number in numbers:
            first = number * (_PARAGRAPHS + _COMMENTS)
            comments = range(first + _PARAGRAPHS, first + _PARAGRAPHS + _COMMENTS)
            loading.upsert(
                Document(
                    title=f"Report {number}",
                    record=str(number),
                    body=tuple(said(first + place)[0] for place in range(_PARAGRAPHS)),
                    comments=tuple(Comment(key=str(n), paragraphs=said(n)) for n in comments),
                )
            )


@contextmanager
def _memory() -> Iterator[dict[str, float]]:
    """MiB that this process has at most meanwhile, its own and those of mapped files."""
    most = {"RssAnon": 0.0, "RssFile": 0.0}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_SAMPLE_S):
            for line in Path("/proc/self/status").read_text("ascii").splitlines():
                name, _, value = line.partition(":")
                if name in most:
                    most[name] = max(most[name], int(value.split()[0]) / 1024)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _seconds(work: Callable[[], object]) -> float:
    """Of the processor: others on the machine do not count."""
    started = time.process_time()
    work()
    return time.process_time() - started


def _note(message: str) -> None:
    Console(stderr=True).print(message, style="dim")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _out.print_json(data=_one(int(sys.argv[2])))
    else:
        main([int(size) for size in sys.argv[1:]] or SIZES)
