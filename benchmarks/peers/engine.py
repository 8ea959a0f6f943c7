"""What the benchmark asks of every engine, and how its time in the encoder is told apart.

This and `worker` run in the interpreter of a peer: the standard library and numpy only.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

ARTICLES = "articles.jsonl"
PASSAGES = "passages.jsonl"
VECTORS = "vectors.npy"
DEPTH = 30
"""How many passages a peer is asked for: ten articles stand among them nearly always."""
ENCODER = "encoder"
REBUILD = "rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text as the product's encoder is given it: title, what it answers, its own words."""

    number: int
    article: str
    text: str


class Engine(Protocol):
    """A store of passages on disk, with the encoder that it brings."""

    def add(self, corpus: Path) -> int:
        """Put a corpus into the store, beside what it holds, and leave all of it on disk.

        Returns:
            How many passages it was.
        """
        ...

    def open(self) -> None:
        """Make what is on disk ready to be searched; again after each `add`."""
        ...

    def search(self, claim: str) -> Sequence[str]:
        """The articles of the nearest passages, best first."""
        ...


class Stopwatch:
    """Adds up the processor seconds that parts of the work take."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time of this block, also where it fails."""
        started = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] += time.process_time() - started

    def timed(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time counted as the encoder's."""

        def measured(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - any function
            with self.part(ENCODER):
                return work(*arguments, **named)

        return measured


def read_passages(corpus: Path) -> Iterator[Passage]:
    """The passages of a corpus folder."""
    with (corpus / PASSAGES).open(encoding="utf-8") as lines:
        for line in lines:
            yield Passage(**json.loads(line))


def once_each(articles: Sequence[str]) -> list[str]:
    """An article stands where its best passage stands."""
    return list(dict.fromkeys(articles))
