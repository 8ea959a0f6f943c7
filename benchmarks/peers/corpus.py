"""What every engine is given: articles for the product, the same cut into passages for peers.

Peers cut nothing themselves. They are given what the product's encoder is given for a passage,
title in front, so that all of them encode the same texts.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import collection
from benchmarks.peers.engine import ARTICLES, PASSAGES, Passage
from index.golden import read_golden
from index.judgements import JudgedQuery, read_judged
from index.model import PARAGRAPH_BREAK, Document, Lane
from index.passages import split
from index.readers import Limits, read_path, walk

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_PARAGRAPHS, _COMMENTS = 4, 6
PASSAGES_AN_ARTICLE = _PARAGRAPHS + _COMMENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSet:
    """Claims, and which articles of a corpus are evidence for them."""

    name: str
    corpus: Path
    judged: Sequence[JudgedQuery]


def beir_set(given: Path, split_name: str, corpus: Path) -> JudgedSet:
    """A set in BEIR's layout, its corpus unpacked."""
    corpus.mkdir(parents=True, exist_ok=True)
    with gzip.open(given / "corpus.jsonl.gz") as packed, (corpus / ARTICLES).open("wb") as file:
        shutil.copyfileobj(packed, file)
    write_passages(corpus, {Lane.REPORTING})
    qrels = given / "qrels" / f"{split_name}.tsv"
    judged = read_judged(given / "queries.jsonl", qrels)
    return JudgedSet(name=f"{given.name} {split_name}", corpus=corpus, judged=judged)


def starter_set(corpus: Path) -> JudgedSet:
    """The starter corpus without its comments, and its golden claims about articles."""
    corpus.mkdir(parents=True, exist_ok=True)
    bodies = {document.title: document for document in _seeds()}
    with (corpus / ARTICLES).open("w", encoding="utf-8") as file:
        for title, document in bodies.items():
            text = PARAGRAPH_BREAK.join(paragraph.text for paragraph in document.body)
            file.write(json.dumps({"_id": title, "title": title, "text": text}) + "\n")
    write_passages(corpus, {Lane.REPORTING})
    titles = {name: d.title for d in bodies.values() for name in (d.title, d.url) if name}
    judged = [
        JudgedQuery(query_id=query.query_id, text=query.claim, judged={titles[query.document]: 1})
        for query in read_golden(SEEDS / "golden.jsonl")
        if query.document in titles
    ]
    return JudgedSet(name="starter corpus", corpus=corpus, judged=judged)


def make(corpus: Path, numbers: range, *, sentences: int = 1) -> None:
    """Articles of real words with comments, ten passages each.

    Args:
        corpus: the folder to write.
        numbers: of the articles.
        sentences: of 10 to 20 words, in a passage.
    """
    corpus.mkdir(parents=True, exist_ok=True)
    texts = collection.sentence_texts()
    rng = random.Random(numbers.start)  # noqa: S311 - repeatable, not secret
    with (corpus / ARTICLES).open("w", encoding="utf-8") as file:
        for number in numbers:
            file.write(json.dumps(_article(number, rng, texts, sentences)) + "\n")
    write_passages(corpus, set(Lane), first=numbers.start * PASSAGES_AN_ARTICLE)


def write_passages(corpus: Path, lanes: Collection[Lane], *, first: int = 0) -> None:
    """Cut the articles of a corpus folder as the product cuts them, numbered from `first`."""
    with (corpus / PASSAGES).open("w", encoding="utf-8") as file:
        for passage in _cut(read_path(corpus / ARTICLES, Limits()), lanes, first):
            file.write(json.dumps(asdict(passage)) + "\n")


def _cut(documents: Iterator[Document], lanes: Collection[Lane], number: int) -> Iterator[Passage]:
    for document in documents:
        for draft in split(document):
            if draft.lane in lanes:
                yield Passage(number=number, article=document.record, text=draft.embedding_text)
                number += 1


def _seeds() -> Iterator[Document]:
    for path in walk([SEEDS]):
        if path.name != "README.md" and path.name != "golden.jsonl":
            yield from (d for d in read_path(path, Limits()) if d.body)


def _article(
    number: int, rng: random.Random, texts: Sequence[str], sentences: int
) -> dict[str, object]:
    title = f"Report {number} {' '.join(rng.choice(texts).split()[:2])}"

    def passage() -> str:
        return " ".join(rng.choices(texts, k=sentences))

    return {
        "id": title,
        "title": title,
        "body": [passage() for _ in range(_PARAGRAPHS)],
        "comments": [{"id": str(n), "text": passage()} for n in range(_COMMENTS)],
    }
