"""/mydata and /forget: what is kept about a person, shown and deleted."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import ContextTypes

from bot.delivery import Outgoing
from bot.handlers.feedback import Feedback
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.markup import Fragment, bold, inline, join, plain, quote
from bot.unanswered.crowd import LEAST_CHATS, LEAST_WORDING

_CLAIM_UNITS = 300
_ANSWERS, _CHATS, _WISHES = "answers", "chats", "wishes"
_UNSENT, _PENDING = "unsent", "pending"


class Personal:
    """Speaks for the private chat that it is asked in."""

    def __init__(self, tools: Tools, feedback: Feedback) -> None:
        self._tools = tools
        self._feedback = feedback

    async def mydata(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show all that is kept about the person."""
        if update.message is None:
            return
        t = await self._tools.translator(update)
        chat_id = update.message.chat_id
        lines = await self._lines(chat_id, t)
        wishes = await self._tools.wishes.of_chat(chat_id)
        claims = [
            quote(inline(claim, _CLAIM_UNITS, rtl=t.rtl))
            for wish in wishes
            for claim in wish.claims
        ]
        await self._say(chat_id, t.gettext("What is kept about you"), [*lines, *claims], t)

    async def forget(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Delete it at once, and say what it was."""
        if update.message is None:
            return
        # Read before it is deleted: the chosen language goes too.
        t = await self._tools.translator(update)
        chat_id = update.message.chat_id
        lines = await self._lines(chat_id, t)
        await self._tools.personal.forget(chat_id)
        await self._tools.chats.forget(chat_id)
        self._feedback.forget(chat_id)
        if self._tools.unanswered is not None:
            self._tools.unanswered.forget(chat_id)
        if lines:
            gone = t.gettext("Buttons below my earlier answers do not work any more.")
            lines.append(plain(gone))
        await self._say(chat_id, t.gettext("Deleted"), lines, t)

    async def _lines(self, chat_id: int, t: Translator) -> list[Fragment]:
        counts = await self._tools.personal.counts(chat_id)
        settings = (await self._tools.chats.get(chat_id)).to_json()
        return [plain(f"• {line}") for line in _described(counts, settings, t)]

    async def _say(self, chat_id: int, heading: str, lines: list[Fragment], t: Translator) -> None:
        nothing = plain(t.gettext("Nothing is kept about you."))
        text = join("\n", [bold(plain(heading)), *lines]) if lines else nothing
        await self._tools.delivery.send(chat_id, Outgoing(html=text.html))


def promises(t: Translator, wishes_kept_days: int, asked_kept_days: int) -> list[Fragment]:
    """What `/privacy` says of all but answers and settings."""
    later = t.ngettext(
        "If you ask to be told later, I keep that claim in short, encrypted, until I have told "
        "you, you stop it, or {count} day has passed.",
        "If you ask to be told later, I keep that claim in short, encrypted, until I have told "
        "you, you stop it, or {count} days have passed.",
        wishes_kept_days,
    )
    return [
        plain(
            t.gettext(
                "Pictures are read and not kept. Votes are counted without your name. Inline "
                "queries leave no trace."
            )
        ),
        plain(later.format(count=wishes_kept_days)),
        plain(
            t.gettext(
                "Where many messages wait for me at once, they are kept, encrypted, only until I "
                "get to them."
            )
        ),
        *_asked_in_vain(t, asked_kept_days),
        plain(t.gettext("/mydata shows what is kept about you. /forget deletes it at once.")),
    ]


def _asked_in_vain(t: Translator, kept_days: int) -> list[Fragment]:
    if not kept_days:
        return []
    words = t.gettext(
        "Where {chats} different chats ask about the same and I find nothing, the words that "
        "{wordings} or more of them used are kept, without names and numbers as far as I can "
        "tell them. Until so many ask, it is in memory only, as marks that nobody can read back."
    ).format(chats=LEAST_CHATS, wordings=LEAST_WORDING)
    until = t.ngettext(
        "These words are deleted {count} day after somebody asked last.",
        "These words are deleted {count} days after somebody asked last.",
        kept_days,
    ).format(count=kept_days)
    return [plain(f"{words} {until}")]


def _described(counts: Mapping[str, int], settings: str, t: Translator) -> list[str]:
    """Each kind of row in words; one that has none here by the name of its table."""
    return [_row(table, count, settings, t) for table, count in counts.items()]


def _row(table: str, count: int, settings: str, t: Translator) -> str:
    if table == _CHATS:
        return t.gettext("what you chose: {settings}").format(settings=settings)
    if table == _ANSWERS:
        words = t.ngettext(
            "{count} answer, as numbers of messages and passages",
            "{count} answers, as numbers of messages and passages",
            count,
        )
    elif table == _WISHES:
        words = t.ngettext(
            "{count} message that you want context for later, encrypted",
            "{count} messages that you want context for later, encrypted",
            count,
        )
    elif table == _UNSENT:
        words = t.ngettext(
            "{count} answer on its way to you", "{count} answers on their way to you", count
        )
    elif table == _PENDING:
        words = t.ngettext(
            "{count} message that waits for me, encrypted",
            "{count} messages that wait for me, encrypted",
            count,
        )
    else:
        words = f"{table}: {{count}}"
    return words.format(count=count)
