"""The comments and passages of one document, brought up to date; what stays keeps its id."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from index.conversations import conversations
from index.library.batches import IDS_A_STATEMENT, batches, execute_many
from index.library.codec import comment_hash, comment_to_row
from index.library.schema import comments, passages
from index.model import Comment, Document
from index.passages import PassageDraft, iter_passages

# Written once: building a statement costs more than running it.
_ADD_COMMENT = insert(comments)
_CHANGE_COMMENT = update(comments).where(comments.c.id == bindparam("b_id"))
_ADD_PASSAGE = insert(passages)
_MOVE_PASSAGE = update(passages).where(passages.c.id == bindparam("b_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageCounts:
    """What became of the passages of a document."""

    added: int
    kept: int
    removed: int


def store_parts(
    connection: Connection, document_id: int, document: Document, *, fresh: bool
) -> PassageCounts:
    """Store the comments and passages of a document whose own row stands already."""
    # Read before comments go, because their passages go with them.
    old = {} if fresh else _old_passages(connection, document_id)
    before = sum(map(len, old.values()))
    comment_ids = _store_comments(connection, document_id, document.comments, fresh=fresh)
    added, kept = _store_passages(connection, document_id, document, comment_ids, old)
    return PassageCounts(added=added, kept=kept, removed=before - kept)


# ---------------------------------------------------------------- comments


def _store_comments(
    connection: Connection, document_id: int, given: Sequence[Comment], *, fresh: bool
) -> dict[str, int]:
    """Returns the id of each key."""
    old = {} if fresh else _old_comments(connection, document_id)
    hashes = {comment.key: comment_hash(comment) for comment in given}
    ids = _matched(old, hashes)
    kept = set(ids.values())
    gone = [comment_id for comment_id, _ in old.values() if comment_id not in kept]
    for batch in batches(gone, IDS_A_STATEMENT):
        connection.execute(delete(comments).where(comments.c.id.in_(batch)))
    _make_room(connection, old, ids)
    _number_the_rest(connection, ids, given)
    # Rows are made one batch at a time: a document may have 100,000 comments.
    for rows in batches(_comment_rows(document_id, given, ids), IDS_A_STATEMENT):
        new = [row for row in rows if row["id"] not in kept]
        execute_many(connection, _ADD_COMMENT, new)
        execute_many(
            connection,
            _CHANGE_COMMENT,
            ({**row, "b_id": row["id"]} for row in rows if row["id"] in kept),
        )
    return ids


def _old_comments(connection: Connection, document_id: int) -> dict[str, tuple[int, bytes]]:
    rows = connection.execute(
        select(comments.c.key, comments.c.id, comments.c.content_hash)
        .where(comments.c.document_id == document_id)
        .order_by(comments.c.position)
    )
    return {row.key: (row.id, row.content_hash) for row in rows}


def _matched(old: dict[str, tuple[int, bytes]], hashes: dict[str, bytes]) -> dict[str, int]:
    """Ids of comments that stay: the same words under the same key, else under another.

    Some formats number their comments, so that one new comment moves the keys of all after it.
    """
    ids = {key: old[key][0] for key, found in hashes.items() if old.get(key, (0, b""))[1] == found}
    kept = set(ids.values())
    moved: dict[bytes, deque[int]] = defaultdict(deque)
    for comment_id, found in old.values():
        if comment_id not in kept:
            moved[found].append(comment_id)
    for key, found in hashes.items():
        if key not in ids and moved[found]:
            ids[key] = moved[found].popleft()
    return ids


def _make_room(
    connection: Connection, old: dict[str, tuple[int, bytes]], ids: dict[str, int]
) -> None:
    """Free the keys of comments that move: two may be about to swap theirs."""
    moving = [i for key, i in ids.items() if key not in old or old[key][0] != i]
    execute_many(
        connection,
        update(comments).where(comments.c.id == bindparam("b_id")).values(key=bindparam("b_key")),
        ({"b_id": comment_id, "b_key": f"\0{comment_id}"} for comment_id in moving),
    )


def _number_the_rest(
    connection: Connection, ids: dict[str, int], given: Sequence[Comment]
) -> None:
    """Give ids to new comments here, because answers among them refer to them."""
    last = connection.execute(
        text("SELECT seq FROM sqlite_sequence WHERE name = 'comments'")
    ).scalar()
    number = int(last or 0)
    for comment in given:
        if comment.key not in ids:
            number += 1
            ids[comment.key] = number


def _comment_rows(
    document_id: int, given: Sequence[Comment], ids: dict[str, int]
) -> Iterator[dict[str, Any]]:
    threads = conversations(given)
    for position, comment in enumerate(given):
        parent = threads.parents.get(comment.key)
        yield comment_to_row(comment) | {
            "id": ids[comment.key],
            "document_id": document_id,
            "position": position,
            "parent_id": None if parent is None else ids[parent],
            "thread_id": ids[threads.openings[comment.key]],
        }


# ---------------------------------------------------------------- passages

_Key = tuple[int | None, str, bytes]
_Old = dict[_Key, "deque[tuple[int, int, int, int]]"]


def _old_passages(connection: Connection, document_id: int) -> _Old:
    """Id, ordinal, start and end by what makes two passages the same."""
    rows = connection.execute(
        select(passages).where(passages.c.document_id == document_id).order_by(passages.c.ordinal)
    )
    old: _Old = defaultdict(deque)
    for row in rows:
        place = (row.id, row.ordinal, row.start, row.end)
        old[row.comment_id, row.lane, row.text_hash].append(place)
    return old


def _store_passages(
    connection: Connection,
    document_id: int,
    document: Document,
    comment_ids: dict[str, int],
    old: _Old,
) -> tuple[int, int]:
    """Returns how many were added and kept; what is left in `old` is deleted."""
    added = kept = 0
    for batch in batches(enumerate(iter_passages(document)), IDS_A_STATEMENT):
        new: list[dict[str, object]] = []
        moved: list[dict[str, object]] = []
        for ordinal, draft in batch:
            comment_id = comment_ids[draft.comment_key] if draft.comment_key is not None else None
            same = old.get((comment_id, draft.lane.value, draft.text_hash))
            place = (ordinal, draft.start, draft.end)
            if not same:
                new.append(_passage_row(document_id, comment_id, ordinal, draft))
                continue
            kept += 1
            passage_id, *was = same.popleft()
            if tuple(was) != place:
                moved.append(
                    {
                        "b_id": passage_id,
                        "ordinal": ordinal,
                        "start": draft.start,
                        "end": draft.end,
                    }
                )
        added += execute_many(connection, _ADD_PASSAGE, new)
        execute_many(connection, _MOVE_PASSAGE, moved)
    gone: Iterable[int] = (place[0] for places in old.values() for place in places)
    for ids in batches(gone, IDS_A_STATEMENT):
        connection.execute(delete(passages).where(passages.c.id.in_(ids)))
    return added, kept


def _passage_row(
    document_id: int, comment_id: int | None, ordinal: int, draft: PassageDraft
) -> dict[str, object]:
    return {
        "document_id": document_id,
        "comment_id": comment_id,
        "lane": draft.lane.value,
        "ordinal": ordinal,
        "start": draft.start,
        "end": draft.end,
        "text_hash": draft.text_hash,
    }
