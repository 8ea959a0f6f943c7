"""An explanation tells the numbers that the answer was made of."""

from __future__ import annotations

from support.place import GLACIER, NEW, Place

from index.model import Lane, Strength


async def test_it_ranks_and_labels_as_the_answer_does(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        found = await service.explain(GLACIER.text, most=5)
    assert (found.generation, found.strength) == (NEW, answer.strength)
    lanes = {lane.lane: lane for lane in found.lanes}
    best = lanes[Lane.REPORTING].candidates[0]
    assert best.passage is not None
    assert best.passage_id == answer.reporting[0].passages[0].passage_id
    assert (best.by_meaning, best.by_words, best.strength) == (1, 1, Strength.STRONG)
    assert len(lanes[Lane.REPORTING].candidates) == 5
    assert lanes[Lane.REPORTING].searched == 24
    for lane in found.lanes:
        fused = [one.fused for one in lane.candidates]
        assert fused == sorted(fused, reverse=True)
        assert all(0 <= one.close <= 1 and 0 <= one.relevant <= 1 for one in lane.candidates)
        shown = [one.strength is not Strength.NONE for one in lane.candidates]
        assert shown == [one.close >= lane.close_at for one in lane.candidates]


async def test_a_passage_that_shares_no_word_has_no_place_by_words(place: Place) -> None:
    async with place.service() as service:
        found = await service.explain("zebra marmalade", most=3)
    assert {one.by_words for lane in found.lanes for one in lane.candidates} == {None}


async def test_what_was_hidden_since_has_no_text(place: Place) -> None:
    async with place.service() as service:
        before = await service.explain(GLACIER.text, most=1)
        best = before.lanes[0].candidates[0]
        assert best.passage is not None
        place.library.hide([best.passage.document.document_id], reason="test")
        after = await service.explain(GLACIER.text, most=1)
    assert after.lanes[0].candidates[0].passage is None


async def test_a_claim_of_the_collections_own_words_is_told_to_be_nearer_to_it(
    place: Place,
) -> None:
    async with place.service() as service:
        own = await service.explain(GLACIER.text, most=1)
        other = await service.explain("zebra marmalade", most=1)
    assert [one.lane for one in own.lanes] == [one.lane for one in other.lanes]
    for near, far in zip(own.lanes, other.lanes, strict=True):
        assert near.kinship > far.kinship
