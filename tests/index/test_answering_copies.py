"""Of an article that many outlets print, whatever copy is left answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from support.collection import load
from support.documents import article
from support.place import generous
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.answering import Asked, find, read
from index.assemble import Shown
from index.generation import Generation, Learned, build, open_generation
from index.library import Library
from index.model import Claim
from index.reranking import Reranking

TOLD = (
    "The harbour bridge will close to all traffic for four nights from Monday so that the worn "
    "bearings can be replaced, the city council said, and buses will go over the old lock."
)
CLAIM = Claim(text="The harbour bridge will close to all traffic for four nights from Monday")
COPIES = 6


class Indifferent:
    """A re-ranker that finds all texts equally near."""

    def score(self, claim: str, texts: Sequence[str]) -> np.ndarray:
        del claim
        return np.zeros(len(texts), dtype=np.float32)


@dataclass(frozen=True)
class Printed:
    """A collection of copies, and of other articles that are close too."""

    library: Library
    generation: Generation

    def answer(self, *, url: str = "", reranking: Reranking | None = None) -> list[str | None]:
        """The outlets that answer, the nearest first."""
        asked = Asked(claim=CLAIM, linked=tuple(self.library.linked([url] if url else [])))
        found = find(self.generation, asked, WordEncoder().one(CLAIM.text))
        if reranking is not None:
            found = reranking.apply(found, CLAIM.text, self.library)
        answer = read(found, CLAIM, self.library, Shown())
        return [one.head.source.name for one in answer.reporting]


@pytest.fixture
def printed(tmp_path: Path) -> Iterator[Printed]:
    words = WordEncoder()
    documents = [
        article("Bridge closes", TOLD, source=f"Outlet {n}", url=f"https://o{n}.example/{n}")
        for n in range(COPIES)
    ]
    documents.append(
        article("Bridge of Sel", "A bridge in Sel has nothing to do with this.", source="Sel Post")
    )
    with Library.open(tmp_path / "library.sqlite3") as library:
        load(library, documents)
        with VectorStore(tmp_path / "vectors.sqlite3", words.info) as store:
            learned = Learned(calibration=generous())
            name = build(library, words, store, tmp_path / "generations", learned=learned)
        root, fingerprint = tmp_path / "generations", words.info.fingerprint
        generation = open_generation(root, name, fingerprint=fingerprint)
        yield Printed(library, generation)
        generation.close()


@pytest.mark.parametrize("hidden", range(COPIES))
def test_however_many_copies_are_hidden_another_one_answers_in_their_place(
    printed: Printed, hidden: int
) -> None:
    if hidden:
        printed.library.hide(range(1, 1 + hidden), reason="Request")
    assert printed.answer() == [f"Outlet {hidden}", "Sel Post"]


def test_a_linked_copy_stands_first_however_many_others_there_are(printed: Printed) -> None:
    assert printed.answer(url="https://o5.example/5") == ["Outlet 5", "Sel Post"]


def test_a_re_ranker_does_not_lose_the_copies_that_are_left(printed: Printed) -> None:
    printed.library.hide([1, 2, 3], reason="Request")
    assert set(printed.answer(reranking=Reranking(Indifferent()))) == {"Outlet 3", "Sel Post"}
