"""The comments shown for the golden claims of the starter corpus.

    python -m benchmarks discussions

Comments that a claim's line names in `comments` are about it, all others are counted as not.
`ranked` is the whole discussion lane in its order, `shown` what a person gets to read. Columns:
how often the first comment is about the claim; which share of those shown is, and which share the
line names as not belonging; how many of those that belong are shown; how many a claim gets.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.screen import screen
from bot.config import load_settings
from bot.wiring import answer_service, open_generation_of, workshop
from embeddings.api import Role
from index.model import Answer, Claim, Lane
from index.search import rank

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
DEPTH = 10
_out = screen()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Golden:
    claim: str
    about: tuple[str, ...]
    not_about: tuple[str, ...]
    nothing: bool

    def concerns(self, text: str) -> bool:
        return text.startswith(self.about) if self.about else False


def main() -> None:
    """Load and rebuild the starter corpus in a folder that is thrown away, and ask it."""
    lines = (SEEDS / "golden.jsonl").read_text("utf-8").splitlines()
    golden = [_golden(json.loads(line)) for line in lines]
    with tempfile.TemporaryDirectory() as data:
        for command in (["add", "--quiet", str(SEEDS)], ["rebuild", "--quiet"]):
            environment = {**os.environ, "FACTCONTEXT_DATA_DIR": data}
            subprocess.run(
                [sys.executable, "-m", "bot", *command],
                check=True,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        shown = [_shown(answer) for answer in asyncio.run(_answers(Path(data), golden))]
        ranked = _ranked(Path(data), golden)
    table = Table("claims", "", "nDCG@10", "first", "about it", "named not", "found", "a claim")
    halves = {"odd": slice(0, None, 2), "even": slice(1, None, 2), "all": slice(None)}
    for name, part in halves.items():
        for kind, texts in (("ranked", ranked), ("shown", shown)):
            table.add_row(name, kind, *_figures(golden[part], texts[part], whole=kind == "shown"))
    _out.print(table)
    silent = [texts for query, texts in zip(golden, shown, strict=True) if query.nothing]
    _out.print(
        f"claims that nothing answers, with comments: {sum(map(bool, silent))}/{len(silent)}"
    )


def _golden(line: dict[str, Any]) -> _Golden:
    return _Golden(
        claim=line["claim"],
        about=tuple(line["comments"]),
        not_about=tuple(line["not_comments"]),
        nothing=line["nothing"],
    )


async def _answers(data: Path, golden: Sequence[_Golden]) -> list[Answer]:
    async with answer_service(load_settings(data_dir=data)) as service:
        return [(await service.answer([Claim(text=query.claim)]))[0] for query in golden]


def _shown(answer: Answer) -> list[str]:
    return [remark.excerpt.text for thread in answer.discussion for remark in thread.remarks]


def _ranked(data: Path, golden: Sequence[_Golden]) -> list[list[str]]:
    with workshop(load_settings(data_dir=data)) as tools:
        generation = open_generation_of(tools)
        vectors = tools.encoder.encode([query.claim for query in golden], Role.QUERY)
        texts = []
        for query, vector in zip(golden, vectors, strict=True):
            ids = rank(generation, query.claim, vector).lanes[Lane.DISCUSSION].ids.tolist()
            stored = tools.library.hydrate(ids)
            texts.append([stored[id_].text for id_ in ids])
        generation.close()
    return texts


def _figures(golden: Sequence[_Golden], texts: Sequence[list[str]], *, whole: bool) -> list[str]:
    """Over claims that some comment is about."""
    asked = [(q, t) for q, t in zip(golden, texts, strict=True) if q.about]
    hits = [[query.concerns(text) for text in given] for query, given in asked]
    gains = [
        sum(hit / math.log2(place + 2) for place, hit in enumerate(found[:DEPTH]))
        / sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(query.about))))
        for (query, _), found in zip(asked, hits, strict=True)
    ]
    figures = [sum(gains) / len(gains), sum(found[:1] == [True] for found in hits) / len(hits)]
    if whole:
        count = sum(map(len, hits))
        against = sum(
            t.startswith(q.not_about) for q, given in asked if q.not_about for t in given
        )
        named = sum(len(query.about) for query, _ in asked)
        about = sum(map(sum, hits))
        figures += [about / count, against / count, about / named, count / len(asked)]
    return [f"{figure:.3f}" for figure in figures]
