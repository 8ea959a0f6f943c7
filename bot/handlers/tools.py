"""What the handlers share: the service they ask and the ways to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from telegram import Update, User

from bot.chats.admins import Admins
from bot.chats.story import Digests
from bot.delivery import Delivery, Outgoing
from bot.handlers.keyboards import in_short, outgoing
from bot.i18n import Translator, Translators
from bot.lateness import Presence
from bot.outbox import Outbox
from bot.pagelinks import PageLinks
from bot.pages import Page
from bot.pictures.messages import Pictures
from bot.store.answers import AnswerStore
from bot.store.chats import ChatStore
from bot.store.feedback import FeedbackStore
from bot.store.personal import PersonalData
from bot.store.replies import ReplyStore
from bot.store.wishes import WishStore
from bot.unanswered.noting import Unanswered
from index.library import Conversation, LanguageCount, SourceSummary
from index.model import EVERYTHING, Answer, Claim, Scope
from index.reference import AnswerReference


class Answering(Protocol):
    """The search as the bot needs it; `index.service.AnswerService` is one."""

    @property
    def generation(self) -> str | None:
        """Name of the generation that answers now."""
        ...

    @property
    def built_at(self) -> datetime | None:
        """When that generation was built."""
        ...

    @property
    def waiting(self) -> int:
        """Claims that wait for an answer."""
        ...

    async def answer(
        self, claims: Sequence[Claim], scope: Scope = EVERYTHING, *, patient: bool = False
    ) -> tuple[Answer, ...]:
        """Find context for each claim, in order, in a part of the collection.

        What is patient waits for as long as it takes; everything else is refused where it would
        have to wait too long.
        """
        ...

    async def recall(self, reference: AnswerReference) -> Answer | None:
        """Show an earlier answer again, with an empty claim; None when nothing of it is left."""
        ...

    async def outdated(self, references: Sequence[AnswerReference]) -> list[bool]:
        """For each earlier answer, whether something that it shows was hidden or removed since."""
        ...

    async def revision(self) -> int:
        """Another one after everything that can change what is shown."""
        ...

    async def conversation(self, comment_id: int) -> Conversation | None:
        """A comment with what answers it; None where it is hidden or gone by now."""
        ...

    async def languages(self) -> tuple[LanguageCount, ...]:
        """What the collection holds, by language."""
        ...

    async def sources(self) -> tuple[SourceSummary, ...]:
        """What the collection holds, by source."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Everything that a handler may use."""

    service: Answering
    store: AnswerStore
    outbox: Outbox
    feedback: FeedbackStore
    chats: ChatStore
    wishes: WishStore
    replies: ReplyStore
    admins: Admins
    digests: Digests
    me: Callable[[], User]
    """Who the bot is, once it is connected."""
    personal: PersonalData
    delivery: Delivery
    translators: Translators
    max_claim_chars: int
    presence: Presence
    """Tells what was sent while the bot was away."""
    pictures: Pictures | None = None
    """Reads text in pictures; None where that is off."""
    unanswered: Unanswered | None = None
    """Notes what many chats ask in vain; None where that is off."""
    pages: PageLinks | None = None
    """Where answers are shown as pages; None where there are none."""

    async def translator(self, update: Update) -> Translator:
        """The language that was chosen for the chat, or by the sender, or else the sender's."""
        chat = update.effective_chat
        return await self.translator_in(chat.id if chat else None, update.effective_user)

    async def translator_in(self, chat_id: int | None, user: User | None = None) -> Translator:
        """The language to use in a chat, towards somebody if it is an answer."""
        # A private chat has the number of the person in it.
        for where in (chat_id, user.id if user else None):
            chosen = (await self.chats.get(where)).language if where is not None else None
            if chosen is not None:
                return self.translators.of(chosen)
        return self.translators.of(user.language_code if user else None)

    def outgoing(
        self,
        page: Page,
        answer_id: str,
        t: Translator,
        *,
        later: bool = False,
        waits: bool = False,
    ) -> Outgoing:
        """A rendered page with its buttons; see `bot.handlers.keyboards.outgoing`."""
        return outgoing(page, answer_id, t, pages=self.pages, later=later, waits=waits)

    def in_short(
        self, answers: tuple[Answer, ...], answer_id: str, t: Translator, *, note: str = ""
    ) -> Outgoing:
        """An answer as groups get it; see `bot.handlers.keyboards.in_short`."""
        name = self.me().username or ""
        return in_short(answers, answer_id, t, bot_name=name, pages=self.pages, note=note)
