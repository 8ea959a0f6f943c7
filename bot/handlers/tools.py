"""What the handlers share: the service they ask and the ways to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update, User

from bot import callbacks
from bot.callbacks import Ballot, LaterWish, Turn
from bot.chats.admins import Admins
from bot.chats.story import Digests
from bot.delivery import Delivery, Outgoing
from bot.i18n import Translator, Translators
from bot.pagelinks import PageLinks
from bot.pages import Button, Page, View, Vote
from bot.pictures.messages import Pictures
from bot.store.answers import AnswerStore
from bot.store.chats import ChatStore
from bot.store.feedback import FeedbackStore
from bot.store.personal import PersonalData
from bot.store.replies import ReplyStore
from bot.store.wishes import WishStore
from index.library import Conversation, SourceSummary
from index.model import EVERYTHING, Answer, Claim, Scope
from index.reference import AnswerReference


class Answering(Protocol):
    """The search as the bot needs it; `index.service.AnswerService` is one."""

    @property
    def generation(self) -> str | None:
        """Name of the generation that answers now."""
        ...

    async def answer(
        self, claims: Sequence[Claim], scope: Scope = EVERYTHING
    ) -> tuple[Answer, ...]:
        """Find context for each claim, in order, in a part of the collection."""
        ...

    async def recall(self, reference: AnswerReference) -> Answer | None:
        """Show an earlier answer again, with an empty claim; None when nothing of it is left."""
        ...

    async def conversation(self, comment_id: int) -> Conversation | None:
        """A comment with what answers it; None where it is hidden or gone by now."""
        ...

    async def sources(self) -> tuple[SourceSummary, ...]:
        """What the collection holds, by source."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Everything that a handler may use."""

    service: Answering
    store: AnswerStore
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
    pictures: Pictures | None = None
    """Reads text in pictures; None where that is off."""
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
        self, page: Page, answer_id: str, t: Translator, *, later: bool = False
    ) -> Outgoing:
        """A rendered page with its buttons, for a private chat.

        Args:
            page: the answer's.
            answer_id: under which it is kept; its buttons lead to its other pages, to votes, and
                to where it stands.
            t: language of the buttons.
            later: whether an answer without context offers to look again.
        """
        rows = [[_turning(button, answer_id) for button in row] for row in page.buttons]
        if page.view is not None:
            if self.pages is not None:
                rows.append([self.pages.in_private(answer_id, t)])
            rows.append(_votes(answer_id, page.view, page.claim, t))
        elif later:
            rows.append([later_button(answer_id, t, wanted=True)])
        return Outgoing(html=page.html, keyboard=InlineKeyboardMarkup(rows) if rows else None)


def _turning(button: Button, answer_id: str) -> InlineKeyboardButton:
    turn = Turn(
        answer_id=answer_id,
        view=button.view,
        page=button.page,
        claim=button.claim,
        comment=button.comment,
    )
    return InlineKeyboardButton(button.label, callback_data=callbacks.encode(turn))


def later_button(answer_id: str, t: Translator, *, wanted: bool) -> InlineKeyboardButton:
    """A button that asks to look again, or to stop that."""
    return InlineKeyboardButton(
        t.gettext("Tell me when there is context") if wanted else t.gettext("Stop waiting"),
        callback_data=callbacks.encode_wish(LaterWish(answer_id=answer_id, wanted=wanted)),
    )


def _votes(answer_id: str, view: View, claim: int, t: Translator) -> list[InlineKeyboardButton]:
    labels = {
        Vote.HELPFUL: "👍",
        Vote.UNHELPFUL: "👎",
        Vote.OFF_TOPIC: t.gettext("Off topic"),
    }
    return [
        InlineKeyboardButton(
            label,
            callback_data=callbacks.encode_ballot(
                Ballot(answer_id=answer_id, view=view, vote=vote, claim=claim)
            ),
        )
        for vote, label in labels.items()
    ]
