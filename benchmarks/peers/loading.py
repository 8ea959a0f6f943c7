"""The same passages into every engine, then 1 % more, then one article more: time, memory, disk.

What an engine took is kept as JSON as soon as it is known. A run that was interrupted goes on
with the engines that are missing, and only what is asked for is measured again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.growing import Clouds
from benchmarks.peers import corpus
from benchmarks.peers.engine import PASSAGES, VECTORS, read_passages
from benchmarks.peers.process import PRODUCT, Running, Taken
from embeddings.api import Role

_ENCODER_ALONE = "plain"
ENGINES = (PRODUCT, "chroma", "txtai", "langchain", "bm25", _ENCODER_ALONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is loaded."""

    passages: int
    sentences: int = 1
    """Of 10 to 20 words, in a passage."""
    ready: bool = False
    """Whether vectors are looked up: drawn at random, in clouds, the same for every engine."""

    def __str__(self) -> str:
        """As the folder that keeps its figures is called."""
        return f"{self.passages}-{self.sentences}{'-ready' if self.ready else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What it took one engine to hold a corpus."""

    name: str
    passages: int
    whole: Taken
    disk_mib: float
    more: Taken
    one_s: float
    """Processor seconds for one article more, in a process that answers, until it does from it."""


def measure(folder: Path, size: Size, engines: Sequence[str] = ENGINES) -> list[Loaded]:
    """Measure each engine that was not measured yet, one after the other.

    Args:
        folder: where corpora lie, and what was found; kept from run to run.
        size: what is loaded.
        engines: which to measure.
    """
    parts = corpora(folder, size)
    for name in engines:
        kept = folder / f"{name}.json"
        nothing_left = size.ready and name == _ENCODER_ALONE
        if not kept.exists() and not nothing_left:
            loaded = _measured(name, folder / "stores" / name, parts, ready=size.ready)
            kept.write_text(json.dumps(asdict(loaded)))
    return read(folder)


def read(folder: Path) -> list[Loaded]:
    """What was measured so far, in the order of `ENGINES`."""
    found = []
    for name in ENGINES:
        kept = folder / f"{name}.json"
        if kept.exists():
            values = json.loads(kept.read_text())
            taken = {part: Taken(**values.pop(part)) for part in ("whole", "more")}
            found.append(Loaded(**values, **taken))
    return found


def disk_mib(store: Path) -> float:
    """What a store takes on the disk, without the model that the product keeps beside it."""
    files = (path for path in store.rglob("*") if path.is_file())
    own = (path for path in files if path.relative_to(store).parts[0] != "models")
    return sum(path.stat().st_size for path in own) / 1024**2


def corpora(folder: Path, size: Size) -> tuple[Path, Path, Path]:
    """The folders of most of it, of 1 % more, and of one article more; made where missing."""
    first, more, one = parts = folder / "corpus", folder / "more", folder / "one"
    if not (one / PASSAGES).exists():
        articles = size.passages // corpus.PASSAGES_AN_ARTICLE
        after = articles + max(1, articles // 100)
        corpus.make(first, range(articles), sentences=size.sentences)
        corpus.make(more, range(articles, after), sentences=size.sentences)
        corpus.make(one, range(after, after + 1), sentences=size.sentences)
    if size.ready and not (one / VECTORS).exists():
        clouds = Clouds()
        for part in parts:
            texts = [passage.text for passage in read_passages(part)]
            np.save(part / VECTORS, clouds.encode(texts, Role.PASSAGE))
    return parts


def _measured(name: str, store: Path, parts: tuple[Path, Path, Path], *, ready: bool) -> Loaded:
    """The whole in one process, more of it in another: what somebody does every night."""
    first, more, one = parts
    shutil.rmtree(store, ignore_errors=True)
    with Running(name, store) as running:
        whole = running.ask("add", corpus=str(first))
    disk = disk_mib(store)
    with Running(name, store) as running:
        again = running.ask("add", corpus=str(more))
        running.ask("open")
        wanted = next(read_passages(one))
        steps = [
            running.ask("add", corpus=str(one)),
            running.ask("open"),
            found := running.ask("search", claim=wanted.text),
        ]
    if not ready and name != _ENCODER_ALONE and wanted.article not in found.articles:
        raise SystemExit(f"{name} does not find what was just added to it.")
    shutil.rmtree(store, ignore_errors=True)
    return Loaded(
        name=name,
        passages=whole.passages,
        whole=whole,
        disk_mib=disk,
        more=again,
        one_s=sum(step.cpu_s for step in steps),
    )
