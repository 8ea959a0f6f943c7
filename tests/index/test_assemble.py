"""Ranked passages become articles and threads, grouped as people read."""

from __future__ import annotations

import pytest

from index import assemble
from index.assemble import Around, Shown
from index.library import CommentHead, StoredPassage
from index.model import Answer, ArticleHead, Claim, Lane, Reply, Source, Span, Strength
from index.reference import AnswerReference

STRONG, RELATED = Strength.STRONG, Strength.RELATED
SHOWN = Shown(articles=3, passages_per_article=2, threads=2, remarks_per_thread=2)
ALONE = Around(above={}, answered=frozenset())


def head(document_id: int) -> ArticleHead:
    return ArticleHead(document_id=document_id, title=f"T{document_id}", source=Source(name="S"))


def told(passage_id: int, document_id: int) -> StoredPassage:
    return StoredPassage(
        passage_id=passage_id,
        lane=Lane.REPORTING,
        document=head(document_id),
        comment=None,
        text=f"text {passage_id}",
        start=10,
        end=16,
    )


def said(
    passage_id: int, document_id: int, thread_id: int, comment_id: int | None = None
) -> StoredPassage:
    return StoredPassage(
        passage_id=passage_id,
        lane=Lane.DISCUSSION,
        document=head(document_id),
        comment=CommentHead(
            comment_id=comment_id or passage_id,
            thread_id=thread_id,
            author="Ann",
            published=None,
            parent_id=1,
            uncertain=True,
        ),
        text=f"text {passage_id}",
        start=0,
        end=6,
    )


def by_id(*passages: StoredPassage) -> dict[int, StoredPassage]:
    return {passage.passage_id: passage for passage in passages}


def no_highlight(_text: str) -> None:
    return None


def shapes(ranked: list[int], *stored: StoredPassage, shown: Shown = SHOWN) -> list[object]:
    found = assemble.articles(
        ((id_, STRONG) for id_ in ranked), by_id(*stored), no_highlight, shown
    )
    return [(a.head.document_id, [p.passage_id for p in a.passages]) for a in found]


def thread_shapes(*chosen: list[StoredPassage]) -> list[object]:
    found = assemble.threads(chosen, ALONE, no_highlight)
    return [(t.head.document_id, [r.excerpt.passage_id for r in t.remarks]) for t in found]


# ---------------------------------------------------------------- articles


def test_passages_of_one_article_stand_together_where_its_best_one_ranks() -> None:
    stored = told(1, 70), told(2, 80), told(3, 70)
    assert shapes([1, 2, 3], *stored) == [(70, [1, 3]), (80, [2])]


def test_no_more_articles_and_passages_than_asked_for() -> None:
    stored = [told(n, n % 4) for n in range(16)]
    assert shapes(list(range(16)), *stored) == [(0, [0, 4]), (1, [1, 5]), (2, [2, 6])]


def test_hidden_passages_leave_room_for_others() -> None:
    assert shapes([1, 2, 3, 4], told(2, 70), told(4, 70)) == [(70, [2, 4])]


def test_an_article_is_as_strong_as_its_best_passage_that_is_left() -> None:
    ranked = [(1, STRONG), (2, RELATED), (3, STRONG)]
    found = assemble.articles(ranked, by_id(told(2, 70), told(3, 70)), no_highlight, SHOWN)
    assert [article.strength for article in found] == [RELATED]


def test_only_what_is_shown_is_highlighted() -> None:
    asked: list[str] = []

    def highlight(text: str) -> Span:
        asked.append(text)
        return Span(start=0, end=4)

    stored = by_id(*(told(n, 70) for n in range(5)))
    (found,) = assemble.articles([(n, STRONG) for n in range(5)], stored, highlight, SHOWN)
    assert asked == ["text 0", "text 1"]
    assert [passage.highlight for passage in found.passages] == [Span(start=0, end=4)] * 2


def test_an_excerpt_is_the_stored_span() -> None:
    assert assemble.excerpt(told(7, 70), None).text == "text 7"
    assert (
        assemble.excerpt(told(7, 70), None).start,
        assemble.excerpt(told(7, 70), None).end,
    ) == (
        10,
        16,
    )


def test_nothing_ranked_gives_nothing() -> None:
    assert shapes([]) == []
    assert thread_shapes() == []


# ---------------------------------------------------------------- threads


def test_comments_of_one_conversation_stand_together() -> None:
    chosen = [said(1, 70, 500), said(3, 70, 500)], [said(2, 70, 600)]
    assert thread_shapes(*chosen) == [(70, [1, 3]), (70, [2])]


def test_conversations_under_one_article_stand_together() -> None:
    chosen = [said(1, 70, 500)], [said(2, 80, 600)], [said(3, 70, 700)]
    assert thread_shapes(*chosen) == [(70, [1]), (70, [3]), (80, [2])]


def test_a_remark_says_who_spoke_and_what_was_answered() -> None:
    opening = Reply(comment_id=2, author="Bo", text="Well?")
    parent = Reply(comment_id=1, author=None, text="Why?")
    (thread,) = assemble.threads(
        [[said(4, 70, 500)]],
        Around(above={4: (opening, parent)}, answered=frozenset({4})),
        no_highlight,
    )
    (remark,) = thread.remarks
    assert (remark.comment_id, remark.author, remark.uncertain) == (4, "Ann", True)
    assert (remark.answers, remark.above, remark.answered) == (parent, (opening,), True)


def test_a_remark_whose_parent_is_hidden_stands_without_what_is_above_that() -> None:
    opening = Reply(comment_id=2, author="Bo", text="Well?")
    (thread,) = assemble.threads(
        [[said(4, 70, 500)]], Around(above={4: (opening,)}, answered=frozenset()), no_highlight
    )
    assert (thread.remarks[0].answers, thread.remarks[0].above) == (None, ())


# ---------------------------------------------------------------- strength and recall


@pytest.mark.parametrize(
    ("articles", "threads", "most", "expected"),
    [
        ([STRONG], True, STRONG, STRONG),
        ([RELATED, STRONG], False, STRONG, RELATED),
        ([STRONG], False, RELATED, RELATED),
        ([], True, STRONG, RELATED),
        ([], True, RELATED, RELATED),
        ([], False, STRONG, Strength.NONE),
    ],
)
def test_an_answer_is_as_strong_as_what_it_shows_and_no_stronger_than_what_was_found(
    articles: list[Strength], threads: bool, most: Strength, expected: Strength
) -> None:
    stored = by_id(*(told(n, n) for n in range(len(articles))))
    reporting = assemble.articles(enumerate(articles), stored, no_highlight, SHOWN)
    discussion = assemble.threads([[said(9, 1, 2)]] if threads else [], ALONE, no_highlight)
    assert assemble.strength(reporting, discussion, most=most) is expected


def answer() -> tuple[Answer, dict[int, StoredPassage]]:
    stored = by_id(told(1, 70), told(2, 70), told(3, 80), said(4, 70, 500), said(5, 80, 600))
    whole = Answer(
        claim=Claim(text=""),
        strength=STRONG,
        generation="0001",
        reporting=assemble.articles(
            [(1, STRONG), (2, STRONG), (3, RELATED)], stored, lambda _: Span(start=1, end=3), SHOWN
        ),
        discussion=assemble.threads([[stored[4]], [stored[5]]], ALONE, no_highlight),
    )
    return whole, stored


def test_recall_gives_the_same_parts_with_the_same_highlights() -> None:
    whole, stored = answer()
    recalled = assemble.recall(AnswerReference.of(whole), stored, ALONE)
    assert recalled == (whole.reporting, whole.discussion)


def test_recall_leaves_no_empty_article_and_no_empty_thread() -> None:
    whole, stored = answer()
    left = {id_: passage for id_, passage in stored.items() if id_ in {2, 5}}
    reporting, discussion = assemble.recall(AnswerReference.of(whole), left, ALONE)
    assert [[p.passage_id for p in part.passages] for part in reporting] == [[2]]
    assert [[r.excerpt.passage_id for r in part.remarks] for part in discussion] == [[5]]
