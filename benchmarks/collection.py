"""A collection of any size in a minute: real words, real sentences' vectors, no encoding of it.

A few thousand sentences are encoded once; a passage is several of them, and its vector is their
mean with a little noise. So claims find what they are about, words are as rare as in a language,
and both legs, the library and the answer have as much to do as with texts that people wrote.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.wiring import Workshop
from embeddings.api import Role, Vectors
from embeddings.models import DEFAULT_MODEL, resolve
from index.library import PassageRow
from index.model import Lane

SENTENCES = 2_000
PASSAGES_AN_ARTICLE = 10
_PARAGRAPHS = 4
_LITTLE_WORDS = ("the", "of", "and", "to", "in", "a", "for", "was", "on", "by", "with", "from")
_BATCH = 64
_SENTENCE = re.compile(r"[^.\s][^.]*\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What the texts of a collection are made of."""

    texts: tuple[str, ...]
    vectors: Vectors
    """(n, d) unit rows."""

    def claims(self, count: int, *, seed: int = 7) -> list[str]:
        """Sentences of the collection in which some words are others."""
        rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
        found = []
        for text in rng.choices(self.texts, k=count):
            words = text[:-1].split()
            other = rng.choice(self.texts)[:-1].split()
            words[1:3] = other[1:3]
            found.append(" ".join(words))
        return found


def sentences(tools: Workshop, count: int = SENTENCES) -> Sentences:
    """Sentences with the vectors that the workshop's encoder gives them."""
    texts = sentence_texts(count)
    rows = [
        tools.encoder.encode(texts[start : start + _BATCH], Role.PASSAGE)
        for start in range(0, count, _BATCH)
    ]
    return Sentences(texts=tuple(texts), vectors=np.concatenate(rows))


def sentence_texts(count: int = SENTENCES) -> list[str]:
    """Sentences of 10 to 20 of the tokenizer's words, the first of them the most frequent."""
    rng = random.Random(5)  # noqa: S311 - same
    vocabulary = _vocabulary()
    weights = [1 / (rank + 30) for rank in range(len(vocabulary))]
    texts = []
    for _ in range(count):
        words = rng.choices(vocabulary, weights, k=rng.randint(6, 12))
        for place in range(len(words) - 1, 0, -1):
            if rng.random() < 0.7:
                words.insert(place, rng.choice(_LITTLE_WORDS))
        texts.append(" ".join(words).capitalize() + ".")
    return texts


def write(path: Path, articles: int, texts: Sequence[str], *, first: int = 0) -> None:
    """Articles of four paragraphs with six comments, half of which answer the one before."""
    rng = random.Random(first)  # noqa: S311 - same
    with path.open("w") as file:
        for n in range(first, first + articles):
            comments = [
                {
                    "id": str(i),
                    "author": f"reader {rng.randrange(5_000)}",
                    "parent": str(i - 1) if i % 2 else None,
                    "text": _passage(rng, texts, 3),
                }
                for i in range(PASSAGES_AN_ARTICLE - _PARAGRAPHS)
            ]
            article = {
                "id": str(n),
                "title": f"Report {n}: {rng.choice(texts)[:-1]}",
                "source": f"outlet{n % 50}.example",
                "url": f"https://outlet{n % 50}.example/{n}",
                "published": f"20{n % 20 + 5:02}-{n % 12 + 1:02}-{n % 28 + 1:02}",
                "body": [_passage(rng, texts, 7) for _ in range(_PARAGRAPHS)],
                "comments": comments,
            }
            file.write(json.dumps(article) + "\n")


def keep_vectors(tools: Workshop, known: Sentences) -> None:
    """Put a vector for every passage of the library, so that a rebuild has nothing to encode."""
    numbers = {text: number for number, text in enumerate(known.texts)}
    noise = np.random.default_rng(6)
    for rows in _all_rows(tools):
        vectors = np.stack([_mean(row, numbers, known.vectors) for row in rows])
        scale = 0.5 / np.sqrt(vectors.shape[1])
        vectors = vectors + noise.normal(scale=scale, size=vectors.shape)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        tools.vectors.put([row.text_hash for row in rows], vectors.astype(np.float32))


def _passage(rng: random.Random, texts: Sequence[str], count: int) -> str:
    return " ".join(rng.choices(texts, k=count + rng.randint(-2, 2)))


def _all_rows(tools: Workshop) -> Iterator[list[PassageRow]]:
    for lane in Lane:
        yield from tools.library.passages(lane)


def _mean(row: PassageRow, numbers: dict[str, int], vectors: Vectors) -> Vectors:
    said = _SENTENCE.findall(row.body)
    mean = vectors[[numbers[sentence] for sentence in said if sentence in numbers]].mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def _vocabulary() -> list[str]:
    """Whole words of the default model's tokenizer, which lists frequent ones first."""
    path = resolve(DEFAULT_MODEL).folder / "tokenizer.json"
    words = json.loads(path.read_text("utf-8"))["model"]["vocab"]
    return [w for w in words if w.isascii() and w.isalpha() and len(w) > 3][:8_000]
