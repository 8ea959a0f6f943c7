"""Long lists in pieces: no statement grows with the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.sql.dml import UpdateBase

Item = TypeVar("Item")

ROWS_A_STATEMENT = 1_000
IDS_A_STATEMENT = 500


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def execute_many(
    connection: Connection, statement: UpdateBase, rows: Iterable[dict[str, object]]
) -> int:
    """Run a statement for each row, and say how many there were."""
    count = 0
    for batch in batches(rows, ROWS_A_STATEMENT):
        connection.execute(statement, batch)
        count += len(batch)
    return count
