"""From `service.answer` to `Answer`, against the encode and the search that it cannot do without.

    python -m benchmarks answers
    python -m benchmarks.answers --passages 100000 --keep FOLDER

The collection is made of real words and has real sentences' vectors, see `benchmarks.collection`;
with --keep its data folder is kept and used again. One claim at a time: bare encode, bare FAISS
search of both lanes, and the whole answer take turns, so that a busy machine slows all of them.
Then the same with a rebuild of 1 % more articles beside it. Then many claims at once, against what
the encoder alone does with batches of them. One encoder thread.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from rich.table import Table

from benchmarks import collection
from benchmarks.screen import screen
from bot.config import Settings, load_settings
from bot.wiring import answer_service, open_generation_of, open_library, workshop
from embeddings.api import Encoder, Role
from index.generation import Generation
from index.loading import File, load
from index.model import Claim
from index.readers import Limits
from index.service import AnswerService

PASSAGES = 20_000
_CLAIMS = 300
_WARM = 20
_AT_ONCE = 64
_BATCH = 16
_out = screen()


def main(passages: int = PASSAGES, keep: Path | None = None) -> None:
    """Make the collection, or take the one that is kept, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        # Nobody is refused: how long all of them take is what is measured.
        settings = load_settings(data_dir=keep or Path(folder), max_wait_s=60)
        known = made(settings, passages)
        claims = known.claims(_WARM + _CLAIMS)
        asyncio.run(_alone(settings, claims))
        with open_library(settings) as library:
            articles = library.state().documents
        _load(settings, known, articles + articles // 100, first=articles)
        asyncio.run(_beside(settings, claims))


def made(settings: Settings, passages: int) -> collection.Sentences:
    """The sentences of a collection; what of it is not there yet is loaded and built."""
    articles = passages // collection.PASSAGES_AN_ARTICLE
    with open_library(settings) as library:
        stored = library.state().documents
    with workshop(settings) as tools:
        known = collection.sentences(tools)
    if stored < articles:
        _load(settings, known, articles, first=stored)
    _rebuild(settings)
    return known


def _load(
    settings: Settings, known: collection.Sentences, articles: int, *, first: int = 0
) -> None:
    path = settings.data_dir / f"articles{first}.jsonl"
    collection.write(path, articles - first, known.texts, first=first)
    with workshop(settings) as tools:
        for file in load(tools.library, [File(path=path, named=True)], Limits()):
            if file.fault:
                raise SystemExit(file.fault)
        collection.keep_vectors(tools, known)


def _rebuild(settings: Settings) -> None:
    with _rebuilding(settings) as running:
        if running.wait():
            raise SystemExit("The rebuild failed.")


def _rebuilding(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "FACTCONTEXT_DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-m", "bot", "rebuild", "--quiet"]
    return subprocess.Popen(command, env=environment)


# ---------------------------------------------------------------- measuring


@dataclass(frozen=True, slots=True)
class _Times:
    """Milliseconds of each claim."""

    encode: list[float] = field(default_factory=list)
    search: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)

    @property
    def floor(self) -> list[float]:
        return [e + s for e, s in zip(self.encode, self.search, strict=True)]


async def _alone(settings: Settings, claims: Sequence[str]) -> None:
    with workshop(settings) as tools, closing(open_generation_of(tools)) as opened:
        held = sum(tools.library.state().passages.values())
        async with answer_service(settings) as service:
            times = await _in_turn(service, tools.encoder, opened, claims)
            answers = await _claims_a_second(service, claims)
        _report(f"{held:,} passages, one claim at a time", times)
        _report_rate(answers, _encoder_rate(tools.encoder, claims))


async def _beside(settings: Settings, claims: Sequence[str]) -> None:
    with workshop(settings) as tools, closing(open_generation_of(tools)) as opened:
        async with answer_service(settings) as service:
            with _rebuilding(settings) as running:
                times = await _in_turn(
                    service, tools.encoder, opened, claims, going_on=lambda: running.poll() is None
                )
    _report("with a rebuild beside it", times)


async def _in_turn(
    service: AnswerService,
    encoder: Encoder,
    opened: Generation,
    claims: Sequence[str],
    *,
    going_on: Callable[[], bool] = lambda: True,
) -> _Times:
    """Each claim is first encoded and searched bare, then answered."""
    times = _Times()
    for place, claim in enumerate(claims):
        if not going_on():
            break
        started = time.perf_counter()
        vector = (await asyncio.to_thread(encoder.encode, [claim], Role.QUERY))[0]
        encoded = time.perf_counter()
        for lane in opened.lanes.values():
            lane.dense.search(vector, 10, None)
        searched = time.perf_counter()
        await service.answer([Claim(text=claim)])
        if place >= _WARM:
            times.encode.append(1_000 * (encoded - started))
            times.search.append(1_000 * (searched - encoded))
            times.answer.append(1_000 * (time.perf_counter() - searched))
    return times


async def _claims_a_second(service: AnswerService, claims: Sequence[str]) -> float:
    waiting = asyncio.Semaphore(_AT_ONCE)

    async def one(claim: str) -> None:
        async with waiting:
            await service.answer([Claim(text=claim)])

    started = time.perf_counter()
    await asyncio.gather(*map(one, claims))
    return len(claims) / (time.perf_counter() - started)


def _encoder_rate(encoder: Encoder, claims: Sequence[str]) -> float:
    started = time.perf_counter()
    for start in range(0, len(claims), _BATCH):
        encoder.encode(claims[start : start + _BATCH], Role.QUERY)
    return len(claims) / (time.perf_counter() - started)


# ---------------------------------------------------------------- reporting


def _report(title: str, times: _Times) -> None:
    if len(times.answer) < 2:
        _out.print(f"{title}: it ended before anything could be measured.")
        return
    table = Table(title, "p50 ms", "p99 ms", "p50 of encode + search")
    floor = median(times.floor)
    rows = {
        "bare encode": times.encode,
        "bare FAISS search, both lanes": times.search,
        "service.answer": times.answer,
    }
    for name, values in rows.items():
        p99 = quantiles(values, n=100)[98]
        table.add_row(
            name, f"{median(values):.2f}", f"{p99:.2f}", f"{median(values) / floor:.2f}x"
        )
    _out.print(table)
    _out.print(f"{len(times.answer)} claims")


def _report_rate(answers: float, encoder: float) -> None:
    _out.print(
        f"{_AT_ONCE} claims at once: {answers:.0f} answers/s, the encoder alone {encoder:.0f} "
        f"claims/s in batches of {_BATCH}: {answers / encoder:.0%}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--keep", type=Path, help="data folder that is kept")
    given = parser.parse_args()
    main(given.passages, given.keep)
