"""What it costs to find out languages and copies while documents are loaded.

    python -m benchmarks loading

The processor time of loading 2,000 articles of about 300 words with two comments each, and of the
same with every fourth a copy of another, against that of a load which finds out nothing.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from unittest.mock import patch

from benchmarks import texts
from benchmarks.screen import screen
from index.library import Library
from index.model import Comment, Document, Paragraph

ARTICLES = 2_000
_WORDS = 300
_ROUNDS = 3
_out = screen()


def main() -> None:
    """Load each kind three times, in turns, and print the medians."""
    plain = [_article(number) for number in range(ARTICLES)]
    copied = [_copy(plain, number) for number in range(ARTICLES)]
    took: dict[str, list[float]] = {}
    _load(plain[:50])
    for _ in range(_ROUNDS):
        with patch("index.library.loading.analyse", lambda *_: None):
            took.setdefault("nothing found out", []).append(_seconds(lambda: _load(plain)))
        took.setdefault("languages and copies", []).append(_seconds(lambda: _load(plain)))
        took.setdefault("every fourth a copy", []).append(_seconds(lambda: _load(copied)))
    base = median(took["nothing found out"])
    for name, seconds in took.items():
        rate = ARTICLES / median(seconds)
        _out.print(f"{name}: {rate:,.0f} articles/s, x{median(seconds) / base:.2f} the time")


def _article(number: int) -> Document:
    outlet = f"outlet{number % 7}.example"
    said = (Comment(key=str(n), paragraphs=_shuffled(30, 3 * number + n)) for n in range(2))
    return Document(
        title=f"Report {number}",
        record=str(number),
        source=outlet,
        url=f"https://{outlet}/{number}",
        body=tuple(part for n in range(3) for part in _shuffled(_WORDS // 3, -3 * number - n)),
        comments=tuple(said),
    )


def _shuffled(count: int, seed: int) -> tuple[Paragraph]:
    """The words of a passage in another order: sentences that come again would be copies."""
    (text,) = texts.passages(1, words=count, seed=seed)
    words = text.split()
    random.Random(seed).shuffle(words)  # noqa: S311 - repeatable, not secret
    return (Paragraph(text=" ".join(words)),)


def _copy(plain: Sequence[Document], number: int) -> Document:
    if number % 4 != 3:
        return plain[number]
    return replace(plain[number], body=plain[number - 1].body)


def _load(documents: Sequence[Document]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(Path(folder) / "library.sqlite3") as library,
        library.loading("articles.jsonl") as loading,
    ):
        for document in documents:
            loading.upsert(document)


def _seconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


if __name__ == "__main__":
    main()
