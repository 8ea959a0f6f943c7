"""What the service answers and recalls, on a real library and real generations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from support.collection import load
from support.documents import article
from support.place import BRIDGE, GATE_S, GLACIER, NEW, NONSENSE, Place, generous, titles

from embeddings.store import VectorStore
from index.dates import PartialDate
from index.generation import Learned, build
from index.model import EVERYTHING, Claim, Scope, Strength
from index.reference import AnswerReference
from index.service import ServiceLimits

# ---------------------------------------------------------------- answers


async def test_a_claim_brings_its_article_and_its_discussion(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
    assert titles(answer)[0] == "Report 2 on the glacier"
    assert answer.reporting[0].passages[0].text == GLACIER.text + "."
    assert answer.generation == NEW
    assert answer.discussion != ()
    assert answer.strength is Strength.STRONG


async def test_several_claims_keep_their_order(place: Place) -> None:
    claims = [BRIDGE, GLACIER, NONSENSE, BRIDGE]
    async with place.service() as service:
        answers = await service.answer(claims)
    assert [answer.claim for answer in answers] == claims
    assert [titles(answer)[0] for answer in answers[:2]] == [
        "Report 10 on the bridge",
        "Report 2 on the glacier",
    ]
    assert answers[3] == answers[0]


async def test_no_claims_bring_no_answers(place: Place) -> None:
    async with place.service() as service:
        assert await service.answer([]) == ()


async def test_the_time_taken_is_told(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
    assert 0 < answer.took_ms < GATE_S * 1_000
    assert [line.partition(" in ")[0] for line in caplog.messages] == ["answered"]
    assert caplog.messages[0].endswith(" ms: strong")
    assert "glacier" not in caplog.text


async def test_what_is_not_close_brings_an_abstention_without_texts(place: Place) -> None:
    with VectorStore(place.folder / "vectors.sqlite3", place.encoder.info) as store:
        # The shipped calibration, instead of the one that the generation before was given.
        place.newest = build(place.library, place.encoder, store, place.root, learned=Learned())
    async with place.service() as service:
        (answer,) = await service.answer([NONSENSE])
    assert answer.abstained
    assert (answer.reporting, answer.discussion) == ((), ())


async def test_every_passage_is_the_stored_text_at_its_offsets(place: Place) -> None:
    async with place.service() as service:
        answers = await service.answer([GLACIER, BRIDGE])
    for answer in answers:
        for part in answer.reporting:
            document = place.library.document(part.head.document_id)
            assert document is not None
            for passage in part.passages:
                assert passage.text == document.text[passage.start : passage.end]
        for thread in answer.discussion:
            document = place.library.document(thread.head.document_id)
            assert document is not None
            comments = {comment.text for comment in document.comments}
            for remark in thread.remarks:
                found = remark.excerpt
                assert any(text[found.start : found.end] == found.text for text in comments)


async def test_how_much_is_shown_is_bounded_by_the_limits(place: Place) -> None:
    shown = replace(ServiceLimits().shown, articles=2, threads=3, remarks_per_thread=1)
    async with place.service(shown=shown) as service:
        (answer,) = await service.answer([GLACIER])
    assert len(answer.reporting) == 2
    assert [len(thread.remarks) for thread in answer.discussion] == [1, 1, 1]


async def test_other_limits_hold_from_the_next_claim_on(place: Place) -> None:
    async with place.service() as service:
        (before,) = await service.answer([GLACIER])
        shown = replace(ServiceLimits().shown, articles=1)
        service.adjust(ServiceLimits(shown=shown, query_timeout_s=60, search_threads=7))
        (after,) = await service.answer([GLACIER])
    assert len(before.reporting) > 1
    assert after.reporting == before.reporting[:1]


# ---------------------------------------------------------------- scope


async def test_a_scope_by_source_lets_no_other_source_answer(place: Place) -> None:
    scope = Scope(sources=frozenset({"outlet 1"}))
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER], scope)
    heads = [part.head for part in (*answer.reporting, *answer.discussion)]
    assert {head.source.name for head in heads} == {"Outlet 1"}


async def test_an_unknown_source_has_nothing_close(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER], Scope(sources=frozenset({"nobody"})))
    assert answer.abstained
    assert (answer.reporting, answer.discussion) == ((), ())


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (EVERYTHING, {"undated", "yearless", "a year", "a day"}),
        (Scope(since=date(1900, 1, 1)), {"a year", "a day"}),
        (Scope(since=date(2018, 6, 30), until=date(2018, 6, 30)), {"a year"}),
        (Scope(since=date(2019, 5, 3)), {"a day"}),
        (Scope(since=date(2019, 5, 4)), set()),
        (Scope(until=date(2017, 12, 31)), set()),
        (Scope(until=date(2018, 1, 1)), {"a year"}),
    ],
)
async def test_a_document_answers_for_every_day_it_may_be_from(
    place: Place, scope: Scope, expected: set[str]
) -> None:
    dates = {
        "undated": None,
        "yearless": PartialDate(month=11, day=4),
        "a year": PartialDate(year=2018),
        "a day": PartialDate(year=2019, month=5, day=3),
    }
    dated = [
        replace(article(title, f"The dam of {title} broke."), published=published)
        for title, published in dates.items()
    ]
    place.library.remove([row.document_id for row in place.library.documents()])
    load(place.library, dated, path="dated.jsonl")
    with VectorStore(place.folder / "vectors.sqlite3", place.encoder.info) as store:
        place.newest = build(
            place.library,
            place.encoder,
            store,
            place.root,
            learned=Learned(calibration=generous()),
        )
    async with place.service() as service:
        (answer,) = await service.answer([Claim(text="The dam broke")], scope)
    assert set(titles(answer)) == expected


# ---------------------------------------------------------------- removal and recall


async def test_a_removed_document_is_gone_though_the_generation_still_lists_it(
    place: Place,
) -> None:
    async with place.service() as service:
        place.library.remove([place.document("Report 2 on the glacier")])
        (answer,) = await service.answer([GLACIER])
    heads = [part.head.title for part in (*answer.reporting, *answer.discussion)]
    assert answer.generation == NEW
    assert heads != []
    assert "Report 2 on the glacier" not in heads


async def test_an_answer_is_not_called_strong_for_an_article_that_is_gone(place: Place) -> None:
    async with place.service() as service:
        (before,) = await service.answer([GLACIER])
        gone = [row.document_id for row in place.library.documents() if row.document_id
                in {part.head.document_id for part in before.reporting
                    if part.strength is Strength.STRONG}]  # fmt: skip
        place.library.remove(gone)
        (after,) = await service.answer([GLACIER])
    assert before.strength is Strength.STRONG
    assert after.strength is Strength.RELATED
    assert after.reporting[0].strength is Strength.RELATED


async def test_a_recalled_answer_is_the_answer_without_its_claim(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        recalled = await service.recall(AnswerReference.of(answer))
    assert recalled == replace(answer, claim=Claim(text=""))


async def test_recall_leaves_out_what_was_removed_since(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        place.library.remove([place.document("Report 2 on the glacier")])
        recalled = await service.recall(AnswerReference.of(answer))
    assert recalled is not None
    assert titles(recalled) == titles(answer)[1:]
    assert recalled.strength is recalled.reporting[0].strength


@pytest.mark.parametrize("what", ["removed article", "hidden article", "quoted comment"])
async def test_an_answer_is_outdated_by_whatever_of_it_is_not_shown_any_more(
    place: Place, what: str
) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        shown = AnswerReference.of(answer)
        other = AnswerReference(generation=NEW, strength=Strength.NONE)
        assert shown.quoted != ()
        assert await service.outdated([shown, other]) == [False, False]
        before = await service.revision()
        document = place.document("Report 2 on the glacier")
        match what:
            case "removed article":
                place.library.remove([document])
            case "hidden article":
                place.library.hide([document], reason="Court order")
            case _:
                place.library.hide([], shown.quoted[:1], reason="Libel")
        assert await service.outdated([other, shown]) == [False, True]
        assert await service.revision() > before


async def test_recall_of_readers_alone_is_never_strong(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        readers_only = replace(AnswerReference.of(answer), articles=())
        recalled = await service.recall(readers_only)
    assert recalled is not None
    assert recalled.strength is Strength.RELATED


async def test_recall_of_what_is_gone_altogether_says_so(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        place.library.remove([row.document_id for row in place.library.documents()])
        assert await service.recall(AnswerReference.of(answer)) is None


async def test_recall_works_without_any_generation(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
    place.newest = None
    async with place.service() as service:
        recalled = await service.recall(AnswerReference.of(answer))
    assert recalled == replace(answer, claim=Claim(text=""))


async def test_sources_are_those_of_the_library(place: Place) -> None:
    async with place.service() as service:
        sources = await service.sources()
    assert [(s.name, s.documents) for s in sources] == [(f"Outlet {n}", 4) for n in range(3)]
