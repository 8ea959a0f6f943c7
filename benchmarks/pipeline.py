"""The whole pipeline against its parts: rebuilds against bare encoding, answers against the floor.

    python -m benchmarks pipeline

Three ratios, each within one run on this machine, one encoder thread:
a rebuild's passages/s against plain `SentenceTransformer.encode` of the same texts; the rebuilds
after adding one article, and 1 %, to 1,000 against the full one; `service.answer` against the
bare encode of the claim plus the bare FAISS search of both lanes.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median, quantiles

from rich.table import Table

from benchmarks import texts
from benchmarks.screen import screen
from bot.config import Settings, load_settings
from bot.wiring import Workshop, answer_service, open_generation_of, open_library, workshop
from embeddings.api import Encoder, Role
from embeddings.models import DEFAULT_MODEL, resolve
from index import generation
from index.generation import Generation
from index.library import Library
from index.loading import File, load
from index.model import Claim, Lane
from index.readers import Limits, walk

ARTICLES = 1_000
SAMPLE_TEXTS = 400
QUERIES = 200
_out = screen()


def main() -> None:
    """Build a collection of 1,000 articles, then measure."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder) / "data", model=DEFAULT_MODEL)
        documents = Path(folder) / "documents.jsonl"
        _write(documents, ARTICLES)
        with open_library(settings) as library:
            loading = _seconds(lambda: _load(library, documents))
        with workshop(settings) as tools:
            tools.encoder.encode(["warm up"], Role.PASSAGE)
            full = _seconds(lambda: _rebuild(tools))
            passages = sum(tools.library.state().passages.values())
            plain = _plain_rate(tools)
            _write(documents, ARTICLES + 1)
            _load(tools.library, documents)
            again = {"after adding one article": _seconds(lambda: _rebuild(tools))}
            _write(documents, ARTICLES + 1 + ARTICLES // 100)
            _load(tools.library, documents)
            again["after adding 1 %"] = _seconds(lambda: _rebuild(tools))
            again["nothing changed"] = _seconds(lambda: _rebuild(tools))
            opened = open_generation_of(tools)
            floor = _floor(tools.encoder, opened)
            opened.close()
        answers = asyncio.run(_answers(settings))
    _report_rebuild(passages, loading, full, plain, again)
    _report_answers(floor, answers)


def _write(path: Path, count: int) -> None:
    """Articles of four paragraphs with six comments, each its own words."""
    bodies = texts.passages(count * 4, words=90, seed=3)
    remarks = texts.passages(count * 6, words=30, seed=4)
    with path.open("w") as file:
        for n in range(count):
            comments = [
                {"id": str(i), "author": f"reader {i}", "text": text}
                for i, text in enumerate(remarks[n * 6 : n * 6 + 6])
            ]
            article = {
                "id": str(n),
                "title": f"Report {n}: {bodies[n * 4].split('.')[0]}",
                "body": bodies[n * 4 : n * 4 + 4],
                "comments": comments,
            }
            file.write(json.dumps(article) + "\n")


def _load(library: Library, documents: Path) -> None:
    files = [File(path=path, named=True) for path in walk([documents])]
    for file in load(library, files, Limits()):
        if file.fault:
            raise SystemExit(file.fault)


def _rebuild(tools: Workshop) -> None:
    name = generation.build(tools.library, tools.encoder, tools.vectors, tools.folder)
    if name != generation.current(tools.folder):
        problems = generation.verify(tools.folder, name, tools.library)
        if problems:
            raise SystemExit(problems[0])
        generation.promote(tools.folder, name)


def _plain_rate(tools: Workshop) -> float:
    """Passages/s of sentence-transformers alone, torch fp32, one thread, its default batches."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(resolve(DEFAULT_MODEL).folder), device="cpu")
    sample = [
        row.embedding_text
        for lane in Lane
        for rows in tools.library.passages(lane)
        for row in rows
    ]
    step = max(1, len(sample) // SAMPLE_TEXTS)
    sample = sample[::step]
    model.encode(sample[:32])
    return len(sample) / _seconds(lambda: model.encode(sample, show_progress_bar=False))


def _floor(encoder: Encoder, opened: Generation) -> list[float]:
    """Milliseconds of the bare encode plus the bare FAISS search of both lanes."""

    def once(claim: str) -> None:
        vector = encoder.encode([claim], Role.QUERY)[0]
        for lane in opened.lanes.values():
            lane.dense.search(vector, 10, None)

    return [1_000 * _seconds(lambda claim=claim: once(claim)) for claim in texts.claims(QUERIES)]


async def _answers(settings: Settings) -> list[float]:
    """Milliseconds from `service.answer` to `Answer`, one claim at a time."""
    taken = []
    async with answer_service(settings) as service:
        for claim in texts.claims(QUERIES + 20):
            (answer,) = await service.answer([Claim(text=claim)])
            taken.append(answer.took_ms)
    return taken[20:]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _report_rebuild(
    passages: int, loading: float, full: float, plain: float, again: Mapping[str, float]
) -> None:
    table = Table(
        "rebuild", "figure", "against", title=f"{ARTICLES} articles, {passages} passages"
    )
    rate = passages / full
    table.add_row("loading into the library", f"{loading:.1f} s", f"{loading / full:.0%} of full")
    table.add_row("full rebuild", f"{rate:.0f} passages/s", f"{rate / plain:.2f}x plain encode")
    table.add_row("plain SentenceTransformer.encode", f"{plain:.0f} passages/s", "1")
    for name, seconds in again.items():
        table.add_row(name, f"{seconds:.2f} s", f"{seconds / full:.1%} of full")
    _out.print(table)


def _report_answers(floor: list[float], answers: list[float]) -> None:
    table = Table("one claim", "p50 ms", "p99 ms", "p50 against the floor")
    base = median(floor)
    for name, values in (("bare encode + bare FAISS", floor), ("service.answer", answers)):
        p99 = quantiles(values, n=100)[98]
        middle = median(values)
        table.add_row(name, f"{middle:.1f}", f"{p99:.1f}", f"{middle / base:.2f}x")
    _out.print(table)
