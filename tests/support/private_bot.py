"""The bot as it is served, with a search that answers every claim at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support import answers as samples
from support.telegram.server import Telegram
from support.word_encoder import WordEncoder

from bot.app import BotOptions, build_application
from bot.handlers.operating import Operators
from bot.i18n import Translators
from bot.inbox import Inbox
from bot.limits import UNLIMITED
from bot.lines import UNHURRIED
from bot.run import run_bot
from bot.sealing import Seal
from bot.store import TABLES
from bot.store.database import Database
from bot.store.pending import PendingStore
from bot.store.unanswered import UnansweredStore
from bot.store.updates import UpdateStore
from bot.unanswered.crowd import Crowd
from bot.unanswered.noting import Unanswered
from embeddings.api import Role, Vectors
from index.library import Conversation, LanguageCount, SourceSummary
from index.model import EVERYTHING, Answer, Claim, Scope
from index.reference import AnswerReference

CLAIM = "The dam at Sel lost half of its water"
STORAGE_KEY = b"k" * 32
TRANSLATORS = Translators.load()


class Searching:
    """Answers every claim with one sample; counts, and fails on demand."""

    def __init__(self, sample: Answer | None = None) -> None:
        self.sample = sample or samples.strong()
        self.asked: list[str] = []
        self.scopes: list[Scope] = []
        self.patient: list[bool] = []
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.left = True
        self.conversations: dict[int, Conversation] = {}
        self.kept: list[AnswerReference] = []
        self.generation: str | None = "0001"
        self.built_at: datetime | None = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
        self.waiting = 0
        self.reached = asyncio.Event()
        """Something was asked."""

    async def answer(
        self, claims: Sequence[Claim], scope: Scope = EVERYTHING, *, patient: bool = False
    ) -> tuple[Answer, ...]:
        self.scopes.append(scope)
        self.patient.append(patient)
        self.reached.set()
        self.asked += [claim.text for claim in claims]
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return tuple(replace(self.sample, claim=claim) for claim in claims)

    async def recall(self, reference: AnswerReference) -> Answer | None:
        self.kept.append(reference)
        return replace(self.sample, claim=Claim(text="")) if self.left else None

    async def outdated(self, references: Sequence[AnswerReference]) -> list[bool]:
        return [not self.left for _ in references]

    async def revision(self) -> int:
        return 1 if self.left else 2

    async def conversation(self, comment_id: int) -> Conversation | None:
        return self.conversations.get(comment_id)

    async def languages(self) -> tuple[LanguageCount, ...]:
        return tuple(
            LanguageCount(language=code, documents=count, comments=0)
            for code, count in (("de", 3), ("en", 40), (None, 1))
        )

    async def sources(self) -> tuple[SourceSummary, ...]:
        return tuple(
            SourceSummary(source_id=n, name=name, domain=None, note=None, documents=count)
            for n, (name, count) in enumerate([("<Post>", 1), ("", 2), ("Herald", 40)])
        )


@asynccontextmanager
async def running(
    telegram: Telegram,
    service: Searching,
    folder: Path,
    *,
    finish_s: float = 5.0,
    now: Callable[[], float] = time.time,
    operators: Operators | None = None,
    unanswered_kept_days: int = 0,
    **options: Any,  # noqa: ANN401 - any field of BotOptions
) -> AsyncIterator[None]:
    """The bot as it is served, from start to graceful stop.

    With days it notes what many chats ask in vain. Nobody is turned away for being one of too
    many: how long a queue takes is the machine's affair.
    """
    database = Database.open(folder / "bot.sqlite3", TABLES, now=now)
    inbox = Inbox(
        UpdateStore(database),
        PendingStore(database, Seal(STORAGE_KEY)),
        crowded_after_s=3_600.0,
    )
    application = build_application(
        BotOptions(
            token=telegram.token,
            storage_key=STORAGE_KEY,
            api_url=telegram.base_url.removesuffix("/bot"),
            **{
                "pace": UNHURRIED,
                "allowance": UNLIMITED,
                "outbox_every_s": 0.1,
                **options,
            },
        ),
        service=service,
        database=database,
        translators=TRANSLATORS,
        inbox=inbox,
        operators=operators,
        unanswered=_unanswered(database, unanswered_kept_days) if unanswered_kept_days else None,
    )
    stop = asyncio.Event()
    bot = asyncio.create_task(
        run_bot(application, stop, inbox, translators=TRANSLATORS, finish_s=finish_s)
    )
    try:
        yield
    finally:
        stop.set()
        await bot
        await database.aclose()


def _unanswered(database: Database, keep_days: int) -> Unanswered:
    encoder = WordEncoder(dimension=256)

    async def encode(texts: Sequence[str]) -> Vectors:
        return encoder.encode(texts, Role.QUERY)

    crowd = Crowd(keep_s=86_400.0 * keep_days, now=database.now)
    return Unanswered(UnansweredStore(database, keep_days=keep_days), encode, crowd)
