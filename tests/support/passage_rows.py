"""Passages as the library hands them to an index, without a library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.columns import Columns, table_of
from index.library import PassageRow
from index.passages import text_hash


def row(
    passage_id: int,
    body: str = "",
    *,
    title: str = "",
    context: str = "",
    source_id: int = 1,
    days: tuple[int, int] | None = None,
    language: str | None = None,
) -> PassageRow:
    text = "\n".join(part for part in (title, context, body) if part)
    return PassageRow(
        passage_id=passage_id,
        document_id=passage_id,
        comment_id=None,
        source_id=source_id,
        day_from=days[0] if days else None,
        day_to=days[1] if days else None,
        family_id=None,
        language=language,
        text_hash=text_hash(text),
        embedding_text=text,
        title=title,
        context=context,
        body=body,
    )


def rows(bodies: Sequence[str]) -> list[PassageRow]:
    return [row(number, body) for number, body in enumerate(bodies, start=1)]


def write_columns(path: Path, rows: Sequence[PassageRow]) -> Columns:
    """The columns of passages as a file of a generation has them."""
    np.save(path, np.ascontiguousarray(table_of(rows)), allow_pickle=False)
    return Columns.open(path)
