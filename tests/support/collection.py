"""A small collection of articles with comments, for building indexes of."""

from __future__ import annotations

from collections.abc import Sequence

from support.documents import article, remark

from index.library import Library
from index.model import Document

TOPICS = ("militia", "vaccine", "glacier", "ballot", "bridge", "reactor")


def collection(first: int = 0, last: int = 12) -> list[Document]:
    """Articles with two comments each: two passages of reporting and two of discussion.

    The words only{i}, remark{i} and reply{i} stand in one passage of the whole.
    """
    return [
        article(
            f"Report {i} on the {TOPICS[i % len(TOPICS)]}",
            f"What happened to the {TOPICS[i % len(TOPICS)]} is told only{i} here.",
            f"A second paragraph number {i} speaks of weather{i % 3}.",
            comments=(
                remark("a", f"I saw remark{i} myself, with eyes{i} and ears{i}.", author="Ann"),
                remark("b", f"You did not, reply{i}; ask mother{i} or father{i}.", parent="a"),
            ),
            record=str(i),
            source=f"Outlet {i % 3}",
        )
        for i in range(first, last)
    ]


def load(library: Library, documents: Sequence[Document], path: str = "articles.jsonl") -> None:
    with library.loading(path) as loading:
        for document in documents:
            loading.upsert(document)
