"""Ranked passages and their stored texts become the parts of an answer, grouped as people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.library import CommentHead, StoredPassage
from index.model import Article, Excerpt, Remark, Reply, Span, Strength, Thread
from index.reference import AnswerReference, PassageReference

Highlighter = Callable[[str], Span | None]
"""Finds the sentence of a passage that is nearest to the claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around the comments that are shown, by their ids."""

    above: Mapping[int, tuple[Reply, ...]]
    """What each answers, from the opening of its conversation down."""
    answered: frozenset[int]
    """Those that somebody replied to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How much of what was found is put before a person."""

    articles: int = 5
    passages_per_article: int = 2
    threads: int = 5
    remarks_per_thread: int = 3
    remarks: int = 6
    """In all threads, unless there are more threads."""


def articles(
    ranked: Iterable[tuple[int, Strength]],
    stored: Mapping[int, StoredPassage],
    highlight: Highlighter,
    shown: Shown,
) -> tuple[Article, ...]:
    """Group passages by article, in the order in which each article first turns up.

    Of copies the one that turns up first is shown; it names the others.

    Args:
        ranked: passage ids with the strength of each, best first.
        stored: texts by passage id; a passage without one is hidden or gone and is left out.
        highlight: called once for each passage that is shown.
        shown: how many articles, and passages of each.
    """
    groups: dict[int, list[tuple[StoredPassage, Strength]]] = {}
    for passage_id, strength in ranked:
        passage = stored.get(passage_id)
        if passage is not None:
            group = groups.setdefault(article_of(passage), [])
            if not group or group[0][0].document.document_id == passage.document.document_id:
                group.append((passage, strength))
    return tuple(
        Article(
            head=group[0][0].document,
            strength=group[0][1],
            passages=tuple(
                excerpt(passage, highlight(passage.text))
                for passage, _ in group[: shown.passages_per_article]
            ),
        )
        for group in list(groups.values())[: shown.articles]
    )


def article_of(passage: StoredPassage) -> int:
    """The same number for passages of one article and of its copies."""
    head = passage.document
    return head.document_id if head.family_id is None else -head.family_id


def threads(
    chosen: Iterable[Sequence[StoredPassage]],
    around: Around,
    highlight: Highlighter,
) -> tuple[Thread, ...]:
    """Lay out conversations, best first; those under one article stand together.

    Args:
        chosen: passages of the comments of each conversation, at least one.
        around: what stands around their comments.
        highlight: called once for each.
    """
    by_article: dict[int, list[Sequence[StoredPassage]]] = {}
    for remarks in chosen:
        by_article.setdefault(remarks[0].document.document_id, []).append(remarks)
    return tuple(
        _thread([(passage, highlight(passage.text)) for passage in remarks], around)
        for article in by_article.values()
        for remarks in article
    )


def recall(
    reference: AnswerReference,
    stored: Mapping[int, StoredPassage],
    around: Around,
) -> tuple[tuple[Article, ...], tuple[Thread, ...]]:
    """The parts of an earlier answer as they were shown, without what has gone since."""
    reporting = []
    for strength, passages in reference.articles:
        present = _present(passages, stored)
        if present:
            head = present[0][0].document
            excerpts = tuple(excerpt(passage, span) for passage, span in present)
            reporting.append(Article(head=head, strength=strength, passages=excerpts))
    discussion = [_present(passages, stored) for passages in reference.threads]
    return tuple(reporting), tuple(_thread(said, around) for said in discussion if said)


def strength(
    reporting: Sequence[Article], discussion: Sequence[Thread], *, most: Strength
) -> Strength:
    """Of what is shown: what was judged best may be hidden or removed by now.

    Args:
        reporting: articles of the answer.
        discussion: threads of the answer; readers alone never make it strong.
        most: what the search, or the earlier answer, said with everything there.
    """
    if not (reporting or discussion):
        return Strength.NONE
    best = reporting[0].strength if reporting else Strength.RELATED
    return best if most is Strength.STRONG else most


def excerpt(passage: StoredPassage, highlight: Span | None) -> Excerpt:
    """The verbatim span of a stored passage."""
    return Excerpt(
        passage_id=passage.passage_id,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        highlight=highlight,
    )


def _present(
    passages: Sequence[PassageReference], stored: Mapping[int, StoredPassage]
) -> list[tuple[StoredPassage, Span | None]]:
    return [(stored[p.passage_id], p.highlight) for p in passages if p.passage_id in stored]


def _thread(passages: Sequence[tuple[StoredPassage, Span | None]], around: Around) -> Thread:
    return Thread(
        head=passages[0][0].document,
        remarks=tuple(
            _remark(passage, passage.comment, around, span)
            for passage, span in passages
            if passage.comment is not None
        ),
    )


def _remark(
    passage: StoredPassage, comment: CommentHead, around: Around, highlight: Span | None
) -> Remark:
    above = around.above.get(comment.comment_id, ())
    direct = bool(above) and above[-1].comment_id == comment.parent_id
    return Remark(
        comment_id=comment.comment_id,
        excerpt=excerpt(passage, highlight),
        author=comment.author,
        published=comment.published,
        answers=above[-1] if direct else None,
        above=above[:-1] if direct else (),
        answered=comment.comment_id in around.answered,
        uncertain=comment.uncertain,
    )
