"""Statements that every answer waits for, compiled once and handed to SQLite's driver as they are.

Through SQLAlchemy each would cost several times what SQLite needs for it.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Collection
from typing import Any, TypeAlias

from sqlalchemy import PoolProxiedConnection, Select, bindparam, func, select
from sqlalchemy.dialects import sqlite

PreparedRow: TypeAlias = Any
"""What a row holds depends on the statement."""

_ids = func.json_each(bindparam("ids")).table_valued("value")
WANTED = select(_ids.c.value)
"""The ids that a statement is given, however many they are."""


class Prepared:
    """Reads the rows of which the ids are given, with one attribute a column."""

    def __init__(self, query: Select[Any]) -> None:
        """Compile a query that speaks of `WANTED`."""
        compiled = query.compile(dialect=sqlite.dialect(paramstyle="named"))
        self._text = str(compiled)
        self._constants = {k: v for k, v in compiled.params.items() if k != "ids"}
        names = [column.name for column in query.selected_columns]
        self._row: Any = namedtuple("_Row", names)  # type: ignore[misc] # a row is of its statement

    def fetch(self, connection: PoolProxiedConnection, ids: Collection[int]) -> list[PreparedRow]:
        """The rows for these ids; values are as SQLite keeps them."""
        if not ids:
            return []
        cursor: Any = connection.cursor()
        try:
            cursor.execute(self._text, self._constants | {"ids": json.dumps(list(ids))})
            return [self._row._make(row) for row in cursor]
        finally:
            cursor.close()
