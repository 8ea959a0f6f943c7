"""The fixed JSON shape of an answer."""

from __future__ import annotations

from dataclasses import asdict

from index.model import Answer, Article, ArticleHead, Copy, Remark, Reply, Thread


def to_json(answer: Answer) -> dict[str, object]:
    """An answer for a program; keys are only ever added."""
    return {
        "claim": answer.claim.text,
        "abstained": answer.abstained,
        "strength": answer.strength,
        "reporting": [_article(article) for article in answer.reporting],
        "discussion": [_thread(thread) for thread in answer.discussion],
        "generation": answer.generation,
        "took_ms": round(answer.took_ms, 2),
    }


def _article(article: Article) -> dict[str, object]:
    return {
        **_head(article.head),
        "also_published": [_copy(copy) for copy in article.head.copies],
        "strength": article.strength,
        "passages": [
            {
                "text": passage.text,
                "start": passage.start,
                "end": passage.end,
                "differences": [asdict(found) for found in passage.differences],
            }
            for passage in article.passages
        ],
    }


def _thread(thread: Thread) -> dict[str, object]:
    return {
        "document": _head(thread.head),
        "comments": [_remark(remark) for remark in thread.remarks],
    }


def _remark(remark: Remark) -> dict[str, object]:
    return {
        "author": remark.author,
        "published": remark.published.isoformat() if remark.published else None,
        "text": remark.excerpt.text,
        "start": remark.excerpt.start,
        "end": remark.excerpt.end,
        "answers": _reply(remark.answers) if remark.answers else None,
        "above": [_reply(reply) for reply in remark.above],
        "answered": remark.answered,
        "id": remark.comment_id,
    }


def _reply(reply: Reply) -> dict[str, object]:
    return {"author": reply.author, "text": reply.text}


def _head(head: ArticleHead) -> dict[str, object]:
    return {
        "title": head.title,
        "source": head.source.name,
        "note": head.source.note,
        "url": head.url,
        "published": head.published.isoformat() if head.published else None,
        "updated": head.updated.isoformat() if head.updated else None,
        "id": head.document_id,
    }


def _copy(copy: Copy) -> dict[str, object]:
    return {
        "title": copy.title,
        "source": copy.source.name,
        "note": copy.source.note,
        "url": copy.url,
        "published": copy.published.isoformat() if copy.published else None,
        "id": copy.document_id,
    }
