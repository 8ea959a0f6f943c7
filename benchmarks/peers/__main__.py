"""The product beside chromadb, txtai, langchain's FAISS store and BM25 alone.

    python -m benchmarks.peers compare [--sets FOLDER] [--engines factcontext bm25]
    python -m benchmarks.peers load [--passages 100000] [--ready] [--engines factcontext txtai]
    python -m benchmarks.peers publish

`compare`: quality and latency on the starter corpus, and on the BEIR-style sets of a folder.
`load`: the same passages into each, then 1 % more, then one article more; --ready with vectors
that need no encoder. `publish` puts the tables and the picture of what was measured last into
docs/. The peers live in an environment of their own: `make peers`.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from rich.markdown import Markdown

from benchmarks.peers import comparing, corpus, loading, plot, tables
from benchmarks.peers.loading import Size
from benchmarks.peers.process import PRODUCT, ROOT, at_hand
from benchmarks.quality import REPORTED
from benchmarks.screen import screen
from scripts.readme import put

OUT = ROOT / "benchmarks" / "out" / "peers"
SMALL = Size(passages=1_000)
PUBLISHED = {
    "peers-load": Size(passages=10_000),
    "peers-ready": Size(passages=100_000, ready=True),
    "peers-large": Size(passages=100_000),
}
"""Which loads are shown in docs/, by marker."""
_DOCUMENT = ROOT / "docs" / "evaluation.md"
_PICTURE = ROOT / "docs" / "images" / "peers.png"
_COMPARED = OUT / "compared.json"
_out = screen()


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    side = verbs.add_parser("compare")
    side.add_argument("--sets", type=Path, help="folder of BEIR-style sets")
    side.add_argument("--engines", nargs="+", choices=comparing.ENGINES, default=comparing.ENGINES)
    load = verbs.add_parser("load")
    load.add_argument("--passages", type=int, default=SMALL.passages)
    load.add_argument("--sentences", type=int, default=SMALL.sentences, help="in a passage")
    load.add_argument("--ready", action="store_true", help="vectors are looked up, not made")
    load.add_argument("--engines", nargs="+", choices=loading.ENGINES, default=loading.ENGINES)
    for verb in (side, load):
        verb.add_argument("--again", action="store_true", help="forget what was measured before")
    verbs.add_parser("publish")
    given = parser.parse_args()
    match given.verb:
        case "compare":
            compare(given.sets, given.engines, again=given.again)
        case "load":
            size = Size(passages=given.passages, sentences=given.sentences, ready=given.ready)
            load_each(size, given.engines, again=given.again)
        case "publish":
            publish()


def compare(
    sets: Path | None = None,
    engines: Sequence[str] = comparing.ENGINES,
    *,
    again: bool = True,
) -> None:
    """The starter corpus, and every set that is there."""
    if not _ready():
        return
    stores = OUT / "sets"
    if again:
        shutil.rmtree(stores, ignore_errors=True)
    judged = [corpus.starter_set(stores / "starter" / "corpus")]
    for name, split in REPORTED.items():
        if sets is not None and (sets / name).is_dir():
            judged.append(corpus.beir_set(sets / name, split, stores / name / "corpus"))
    found = []
    for one in judged:
        found += comparing.measure(one.corpus.parent, one, engines)
    comparing.keep(_COMPARED, found)
    plot.draw(OUT / "peers.png", found)
    _out.print(Markdown(tables.comparison(found)))


def load_each(
    size: Size = SMALL, engines: Sequence[str] = loading.ENGINES, *, again: bool = True
) -> None:
    """What is not measured yet, or all of it again."""
    if not _ready():
        return
    folder = _loads(size)
    if again:
        for name in engines:
            (folder / f"{name}.json").unlink(missing_ok=True)
    _out.print(Markdown(_shown(loading.measure(folder, size, engines))))


def publish() -> None:
    """Tables and picture into docs/."""
    compared = comparing.read(_COMPARED)
    if compared:
        put("peers", tables.comparison(compared), _DOCUMENT)
        plot.draw(_PICTURE, compared)
    for marker, size in PUBLISHED.items():
        found = loading.read(_loads(size))
        if found:
            put(marker, _shown(found), _DOCUMENT)


def _shown(found: Sequence[loading.Loaded]) -> str:
    """All of them beside the product; nothing where that was not measured."""
    product = next((one for one in found if one.name == PRODUCT), None)
    if product is None:
        return f"{len(found)} measured; the product is not among them."
    return f"{tables.loads(found)}\n\n{tables.rebuild_alone(product)}"


def _loads(size: Size) -> Path:
    return OUT / f"load-{size}"


def _ready() -> bool:
    OUT.mkdir(parents=True, exist_ok=True)
    if not at_hand():
        _out.print("The peers are not installed; `make peers` does it.")
    return at_hand()


if __name__ == "__main__":
    main()
