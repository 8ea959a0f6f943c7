"""What a message links to comes first, whatever else is close."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from support.collection import load
from support.documents import article, remark
from support.word_encoder import WordEncoder

from embeddings.batcher import Batcher
from embeddings.store import VectorStore
from index.generation import build, open_generation, promote
from index.library import Library
from index.model import Answer, Claim, Scope, Strength
from index.service import AnswerService

DAM = "https://news.example/dam"
LATE = "https://news.example/late"
FAR = "Quantum zebras juggle marmalade tonight"
REMARK = "My cousin drove past the spillway on Sunday."


def documents() -> list[object]:
    return [
        article(
            "Sel dam holds",
            "Engineers walked the crest of the wall.",
            "Turbines stopped for one hour in May.",
            url=DAM,
            comments=(
                remark("a", "first!!"),
                remark("b", REMARK),
                remark("c", "Turbines stop every May, that is maintenance."),
            ),
        ),
        *(
            article(f"Goat number {n}", f"The goat{n} ate hay{n} in barn{n}.", record=str(n))
            for n in range(8)
        ),
    ]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[AnswerService]:
    encoder, root = WordEncoder(), tmp_path / "generations"
    with Library.open(tmp_path / "library.sqlite3") as library:
        load(library, documents())  # type: ignore[arg-type]
        with VectorStore(tmp_path / "vectors.sqlite3", encoder.info) as store:
            promote(root, build(library, encoder, store, root))
        load(
            library,
            [article("Added since", "Not in any index yet.", url=LATE)],
            path="later.jsonl",
        )
        batcher = Batcher(encoder)
        fingerprint = encoder.info.fingerprint
        service = AnswerService(
            library=library,
            encoder=batcher,
            newest=lambda: "0001",
            open_generation=lambda name: open_generation(root, name, fingerprint=fingerprint),
        )
        await service.refresh()
        yield service
        await service.aclose()
        await batcher.aclose()


async def ask(
    service: AnswerService, text: str, *links: str, scope: Scope | None = None
) -> Answer:
    (answer,) = await service.answer([Claim(text=text, links=links)], scope or Scope())
    return answer


def texts(answer: Answer) -> list[str]:
    return [passage.text for found in answer.reporting for passage in found.passages]


def remarks(answer: Answer) -> list[str]:
    return [remark.excerpt.text for thread in answer.discussion for remark in thread.remarks]


async def test_a_link_alone_brings_the_beginning_of_its_article_and_its_discussion(
    service: AnswerService,
) -> None:
    answer = await ask(service, "", DAM)
    assert answer.strength is Strength.STRONG
    assert answer.claim.text == "Sel dam holds"
    assert texts(answer)[0] == "Engineers walked the crest of the wall."
    assert remarks(answer) == [REMARK, "Turbines stop every May, that is maintenance."]


async def test_the_linked_article_comes_first_even_where_nothing_is_close(
    service: AnswerService,
) -> None:
    assert (await ask(service, FAR)).abstained
    answer = await ask(service, FAR, DAM + "?utm_source=x")
    assert answer.strength is Strength.STRONG
    assert [found.head.title for found in answer.reporting] == ["Sel dam holds"]


async def test_in_a_linked_article_the_nearest_passage_comes_first(service: AnswerService) -> None:
    answer = await ask(service, "Turbines stopped in May", DAM)
    assert texts(answer)[0] == "Turbines stopped for one hour in May."
    assert remarks(answer)[0] == "Turbines stop every May, that is maintenance."


async def test_what_else_is_close_follows_what_is_linked(service: AnswerService) -> None:
    answer = await ask(service, "The goat3 ate hay3 in barn3", DAM)
    titles = [found.head.title for found in answer.reporting]
    assert titles[0] == "Sel dam holds"
    assert "Goat number 3" in titles
    assert len(texts(answer)) == len(set(texts(answer)))


async def test_an_article_that_no_index_holds_yet_is_found_by_its_link(
    service: AnswerService,
) -> None:
    assert texts(await ask(service, "", LATE))[0] == "Not in any index yet."


async def test_a_link_does_not_lead_out_of_the_scope(service: AnswerService) -> None:
    assert (await ask(service, FAR, DAM, scope=Scope(since=date(2024, 1, 1)))).abstained


@pytest.mark.parametrize("text", ["", FAR])
async def test_an_unknown_link_brings_nothing(service: AnswerService, text: str) -> None:
    answer = await ask(service, text, "https://news.example/unknown")
    assert answer.abstained
    assert answer.claim.text == text
