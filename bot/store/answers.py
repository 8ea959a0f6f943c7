"""Which answer stands where: references and message numbers, no texts, for some days."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from bot.store.database import Database, Tables

TABLES = Tables(
    name="answers",
    steps=(
        """
        CREATE TABLE answers (
            id TEXT PRIMARY KEY,
            chat_id INTEGER NOT NULL,
            question_id INTEGER NOT NULL,
            answer_id INTEGER,
            created INTEGER NOT NULL,
            reference TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX answers_question ON answers (chat_id, question_id);
        CREATE INDEX answers_created ON answers (created);
        """,
        "ALTER TABLE answers ADD COLUMN language TEXT",
        "ALTER TABLE answers ADD COLUMN album TEXT",
    ),
)
_DAY_S = 86_400
_ID_BYTES = 9
_ELSEWHERE = 0
"""Number of a question that stands in another chat than its answer; Telegram counts from 1."""
_COLUMNS = "id, chat_id, question_id, answer_id, reference, language"


# A message that makes several claims counts by its first.
_BY_DAY = """
    SELECT date(created, 'unixepoch') AS day,
        CASE json_type(reference) WHEN 'array' THEN json_extract(reference, '$[0].strength')
        ELSE json_extract(reference, '$.strength') END AS strength,
        count(*)
    FROM answers WHERE created > ? GROUP BY day, strength ORDER BY day
"""


Also = Callable[[sqlite3.Connection], None]
"""What is stored in the transaction of something else."""


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(_ID_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """One answer that was sent."""

    id: str
    chat_id: int
    question_id: int
    """Telegram's number of the message that asked."""
    answer_id: int | None
    """Telegram's number of the message that answers, once it is known."""
    reference: str
    """JSON of an `AnswerReference`."""
    language: str | None = None
    """In which it was shown; None for answers of earlier versions."""


class AnswerStore:
    """Answers that were sent, for as long as their buttons are to work."""

    def __init__(self, database: Database, *, keep_days: int) -> None:
        self._database = database
        self._keep_s = keep_days * _DAY_S
        self._swept = float("-inf")

    async def add(
        self,
        *,
        chat_id: int,
        question_id: int,
        reference: str,
        language: str | None = None,
        album: str | None = None,
        row_id: str | None = None,
        with_it: Also | None = None,
    ) -> str:
        """Keep an answer that is about to be sent, and return its unguessable id.

        Args:
            chat_id: where it is sent.
            question_id: the message that asked.
            reference: JSON of its `AnswerReference`s.
            language: code of the language in which it is shown.
            album: Telegram's number of the album that the message is a part of.
            row_id: from `new_id`, where it had to be known before.
            with_it: what else is stored in the same transaction.
        """
        row_id, now = row_id or new_id(), int(self._database.now())

        def insert(connection: sqlite3.Connection) -> None:
            self._sweep(connection)
            connection.execute(
                "INSERT INTO answers"
                " (id, chat_id, question_id, created, reference, language, album)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (row_id, chat_id, question_id, now, reference, language, album),
            )
            if with_it is not None:
                with_it(connection)

        await self._database.run(insert)
        return row_id

    async def sent(self, row_id: str, *, answer_id: int, with_it: Also | None = None) -> None:
        """Remember which message shows the answer; and what else, in the same transaction."""

        def update(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE answers SET answer_id = ? WHERE id = ?", (answer_id, row_id)
            )
            if with_it is not None:
                with_it(connection)

        await self._database.run(update)

    async def moved(self, row_id: str, *, chat_id: int) -> None:
        """The answer went into another chat than that of its question, where no number is it."""
        await self._database.execute(
            "UPDATE answers SET chat_id = ?, question_id = ? WHERE id = ?",
            chat_id,
            _ELSEWHERE,
            row_id,
        )

    async def replace(self, row_id: str, *, reference: str) -> None:
        """Another answer stands in the message now, because its question was edited."""
        await self._database.execute(
            "UPDATE answers SET reference = ?, created = ? WHERE id = ?",
            reference,
            int(self._database.now()),
            row_id,
        )

    async def correct(self, kept: KeptAnswer, *, reference: str) -> None:
        """Less of an answer is shown now, unless another one has taken its place since."""
        await self._database.execute(
            "UPDATE answers SET reference = ? WHERE id = ? AND reference = ?",
            reference,
            kept.id,
            kept.reference,
        )

    async def forget(self, row_id: str) -> None:
        """Drop an answer of which nothing is left."""
        await self._database.execute("DELETE FROM answers WHERE id = ?", row_id)

    async def forget_message(self, *, chat_id: int, answer_id: int) -> None:
        """Drop the answer that stood in a message which is gone."""
        await self._database.execute(
            "DELETE FROM answers WHERE chat_id = ? AND answer_id = ?", chat_id, answer_id
        )

    async def get(self, row_id: str, *, chat_id: int) -> KeptAnswer | None:
        """The answer of this id, only for the chat that it was sent to."""
        return await self._one("id = ? AND chat_id = ?", row_id, chat_id)

    async def find(self, row_id: str) -> KeptAnswer | None:
        """The answer of this id, for whoever was given its address."""
        return await self._one("id = ?", row_id)

    async def by_day(self) -> list[tuple[str, str, int]]:
        """How many answers of each strength were given on each day, as far as they are kept.

        Returns:
            Day (UTC, ISO 8601), strength and count, by day.
        """

        def select(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
            since = self._database.now() - self._keep_s
            return [(row[0], row[1], row[2]) for row in connection.execute(_BY_DAY, (since,))]

        return await self._database.run(select)

    async def younger_than(self, seconds: float, *, after_id: str, limit: int) -> list[KeptAnswer]:
        """The next answers in the order of ids that were given in the last so many seconds."""

        def select(connection: sqlite3.Connection) -> list[KeptAnswer]:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM answers"  # noqa: S608 - a constant of this module
                " WHERE created > ? AND id > ? ORDER BY id LIMIT ?",
                (self._database.now() - min(seconds, self._keep_s), after_id, limit),
            )
            return [_kept(row) for row in rows]

        return await self._database.run(select)

    async def answering(self, *, chat_id: int, question_id: int) -> KeptAnswer | None:
        """The answer to a message, if one was sent and is still kept."""
        return await self._one(
            "chat_id = ? AND question_id = ? AND answer_id IS NOT NULL", chat_id, question_id
        )

    async def asked(self, *, chat_id: int, question_id: int) -> bool:
        """Whether an answer to a message is kept, be it sent or not."""
        return await self._one("chat_id = ? AND question_id = ?", chat_id, question_id) is not None

    async def asked_by_album(self, *, chat_id: int, album: str) -> bool:
        """Whether an answer to a part of an album is kept, be it sent or not."""
        return await self._one("chat_id = ? AND album = ?", chat_id, album) is not None

    async def _one(self, condition: str, *values: object) -> KeptAnswer | None:
        def select(connection: sqlite3.Connection) -> KeptAnswer | None:
            row = connection.execute(
                # The condition is one of the constants above.
                f"SELECT {_COLUMNS} FROM answers"  # noqa: S608
                f" WHERE created > ? AND {condition} ORDER BY created DESC LIMIT 1",
                (self._database.now() - self._keep_s, *values),
            ).fetchone()
            return _kept(row) if row else None

        return await self._database.run(select)

    def _sweep(self, connection: sqlite3.Connection) -> None:
        """Delete what has expired, at most once an hour."""
        if self._database.now() - self._swept < _DAY_S / 24:
            return
        self._swept = self._database.now()
        connection.execute(
            "DELETE FROM answers WHERE created <= ?", (self._database.now() - self._keep_s,)
        )


def _kept(row: tuple[str, int, int, int | None, str, str | None]) -> KeptAnswer:
    row_id, chat_id, question_id, answer_id, reference, language = row
    return KeptAnswer(
        id=row_id,
        chat_id=chat_id,
        question_id=question_id,
        answer_id=answer_id,
        reference=reference,
        language=language,
    )
