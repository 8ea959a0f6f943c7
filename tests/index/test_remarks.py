"""Comments are told apart from the article that they all stand under."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from support.collection import load
from support.documents import article, remark
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.generation import Generation, build, open_generation
from index.library import Library
from index.model import Document, Lane
from index.remarks import MOST_WEIGHED, worth_showing
from index.search import calibration_of, rank

ABOUT = "Chlorinated lime came before ordinary soap did."
CLAIM = "Chlorinated lime came first in the Vienna hospital"
BESIDE = (
    "Our heating broke down again last Tuesday.",
    "Somebody parked across two spaces outside.",
    "Who won the football yesterday evening?",
    "Grandfather planted that chestnut himself.",
)


def hospital(*comments: str) -> Document:
    return article(
        "Vienna hospital washing report",
        "The physician made everybody rinse their hands.",
        comments=tuple(remark(str(n), text) for n, text in enumerate(comments)),
    )


@contextmanager
def searched(folder: Path, *documents: Document) -> Iterator[tuple[Library, Generation]]:
    encoder = WordEncoder()
    with Library.open(folder / "library.sqlite3") as library:
        load(library, documents)
        with VectorStore(folder / "vectors.sqlite3", encoder.info) as store:
            name = build(library, encoder, store, folder / "generations")
        fingerprint = encoder.info.fingerprint
        generation = open_generation(folder / "generations", name, fingerprint=fingerprint)
        yield library, generation
        generation.close()


def worth(library: Library, generation: Generation, claim: str, close_at: float) -> list[str]:
    vector = WordEncoder().one(claim)
    calibration = calibration_of(generation)
    shifted = replace(calibration, close_at=dict.fromkeys(Lane, close_at))
    lane = rank(generation, claim, vector).lanes[Lane.DISCUSSION]
    ids = worth_showing(lane, generation.lanes[Lane.DISCUSSION], vector, shifted)
    stored = library.hydrate(ids)
    return [stored[id_].text for id_ in ids]


def test_the_comment_about_the_claim_leads_its_discussion(tmp_path: Path) -> None:
    with searched(tmp_path, hospital(*BESIDE, ABOUT)) as (library, generation):
        assert worth(library, generation, CLAIM, 1e-6)[0] == ABOUT


def test_no_comment_is_worth_showing_below_the_threshold(tmp_path: Path) -> None:
    with searched(tmp_path, hospital(*BESIDE, ABOUT)) as (library, generation):
        assert worth(library, generation, CLAIM, 1 - 1e-6) == []


def test_a_comment_far_behind_the_best_is_not_shown_beside_it(tmp_path: Path) -> None:
    with searched(tmp_path, hospital(*BESIDE, ABOUT)) as (library, generation):
        assert not set(worth(library, generation, CLAIM, 1e-6)) & set(BESIDE)


def test_a_lone_comment_has_no_discussion_to_stand_out_from(tmp_path: Path) -> None:
    with searched(tmp_path, hospital(ABOUT)) as (library, generation):
        assert worth(library, generation, CLAIM, 0.05) == [ABOUT]


def test_a_collection_without_comments_has_none_to_show(tmp_path: Path) -> None:
    with searched(tmp_path, hospital()) as (library, generation):
        assert worth(library, generation, CLAIM, 0.0) == []


def test_of_a_discussion_of_any_length_a_bounded_part_is_weighed(tmp_path: Path) -> None:
    many = [f"Chlorinated lime came first, number {n}." for n in range(3 * MOST_WEIGHED)]
    with searched(tmp_path, hospital(*many)) as (library, generation):
        assert 0 < len(worth(library, generation, CLAIM, 1e-6)) <= MOST_WEIGHED
