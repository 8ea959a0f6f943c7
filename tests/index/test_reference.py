"""An answer is kept as numbers, and comes back the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.model import (
    Answer,
    Article,
    ArticleHead,
    Claim,
    Excerpt,
    Remark,
    Reply,
    Source,
    Span,
    Strength,
    Thread,
)
from index.reference import (
    AnswerReference,
    PassageReference,
    references_from_json,
    references_to_json,
)

HEAD = ArticleHead(document_id=3, title="A secret title", source=Source(name="A secret outlet"))


def excerpt(passage_id: int, highlight: Span | None = None) -> Excerpt:
    return Excerpt(
        passage_id=passage_id, text="secret words", start=0, end=12, highlight=highlight
    )


ANSWER = Answer(
    claim=Claim(text="a secret claim"),
    strength=Strength.STRONG,
    generation="0004",
    reporting=(
        Article(
            head=HEAD,
            strength=Strength.STRONG,
            passages=(excerpt(11, Span(start=0, end=6)), excerpt(12)),
        ),
    ),
    discussion=(Thread(head=HEAD, remarks=(Remark(comment_id=5, excerpt=excerpt(21)),)),),
)


def test_a_reference_survives_its_own_text_form() -> None:
    reference = AnswerReference.of(ANSWER)
    assert AnswerReference.from_json(reference.to_json()) == reference


def test_a_reference_names_the_comments_that_are_quoted_around_its_passages() -> None:
    words = [Reply(comment_id=number, author="Ann", text="secret") for number in (4, 2)]
    said = Remark(comment_id=5, excerpt=excerpt(21), answers=words[0], above=(words[1],))
    reference = AnswerReference.of(
        replace(ANSWER, discussion=(Thread(head=HEAD, remarks=(said,)),))
    )
    assert reference.quoted == (2, 4)
    assert AnswerReference.from_json(reference.to_json()) == reference
    assert "secret" not in reference.to_json()


def test_a_reference_keeps_order_strength_and_highlight() -> None:
    assert AnswerReference.of(ANSWER) == AnswerReference(
        generation="0004",
        strength=Strength.STRONG,
        articles=(
            (
                Strength.STRONG,
                (
                    PassageReference(passage_id=11, highlight=Span(start=0, end=6)),
                    PassageReference(passage_id=12),
                ),
            ),
        ),
        threads=((PassageReference(passage_id=21),),),
    )


def test_a_reference_holds_no_text_of_claim_article_or_comment() -> None:
    assert "secret" not in AnswerReference.of(ANSWER).to_json()


def test_passage_ids_are_reporting_then_discussion() -> None:
    assert AnswerReference.of(ANSWER).passage_ids == [11, 12, 21]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"generation":"1","strength":"loud","articles":[],"threads":[]}',
     '{"generation":"1","strength":"strong","articles":[1],"threads":[]}'],
)  # fmt: skip
def test_anything_else_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="no reference to an answer"):
        AnswerReference.from_json(text)


def test_references_of_one_message_come_back_in_order() -> None:
    one = AnswerReference(generation="0001", strength=Strength.NONE)
    two = AnswerReference(generation="0002", strength=Strength.RELATED)
    assert references_from_json(references_to_json([one, two])) == (one, two)
    assert references_from_json(one.to_json()) == (one,)
    assert references_to_json([one]) == one.to_json()


@pytest.mark.parametrize("text", ["", "[", "[1]", '["a"]', "null"])
def test_what_is_no_list_of_references_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no reference|Expecting"):
        references_from_json(text)
