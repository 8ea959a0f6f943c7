"""What people thought of the passages they were shown: counts, without words or people."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.pages import Vote
from bot.store.database import Database, Tables

TABLES = Tables(
    name="feedback",
    steps=(
        """
        CREATE TABLE feedback (
            passage_id INTEGER NOT NULL,
            generation TEXT NOT NULL,
            helpful INTEGER NOT NULL DEFAULT 0,
            unhelpful INTEGER NOT NULL DEFAULT 0,
            off_topic INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (passage_id, generation)
        ) WITHOUT ROWID;
        """,
    ),
)
_COLUMNS = {Vote.HELPFUL: "helpful", Vote.UNHELPFUL: "unhelpful", Vote.OFF_TOPIC: "off_topic"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The votes on answers of one generation that began with one passage."""

    passage_id: int
    generation: str
    helpful: int
    unhelpful: int
    off_topic: int

    @property
    def against(self) -> int:
        """Votes that say that the answer failed."""
        return self.unhelpful + self.off_topic


class FeedbackStore:
    """Counts votes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(
        self, passage_id: int, *, generation: str, vote: Vote, instead_of: Vote | None = None
    ) -> None:
        """Add a vote, and take an earlier one of the same person back."""

        def change(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR IGNORE INTO feedback (passage_id, generation) VALUES (?, ?)",
                (passage_id, generation),
            )
            for column, by in ((vote, 1), (instead_of, -1)):
                if column is not None:
                    name = _COLUMNS[column]
                    connection.execute(
                        f"UPDATE feedback SET {name} = MAX({name} + ?, 0)"  # noqa: S608 - constants of this program
                        " WHERE passage_id = ? AND generation = ?",
                        (by, passage_id, generation),
                    )

        await self._database.run(change)

    async def counts(self) -> list[Counted]:
        """All counts, most votes against first."""

        def select(connection: sqlite3.Connection) -> list[Counted]:
            rows = connection.execute(
                "SELECT passage_id, generation, helpful, unhelpful, off_topic FROM feedback"
                " WHERE helpful + unhelpful + off_topic > 0"
                " ORDER BY unhelpful + off_topic DESC, helpful, passage_id, generation"
            )
            return [
                Counted(passage_id=p, generation=g, helpful=h, unhelpful=u, off_topic=o)
                for p, g, h, u, o in rows
            ]

        return await self._database.run(select)
