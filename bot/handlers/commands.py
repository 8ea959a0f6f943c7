"""/start, /help, /privacy and /sources."""

from __future__ import annotations

from telegram import BotCommand, Update
from telegram.ext import ContextTypes

from bot import wording
from bot.delivery import Outgoing
from bot.handlers.personal import promises
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.markup import Fragment, bold, fill, inline, join, plain
from index.library import SourceSummary

_SOURCES_SHOWN = 30
_NAME_UNITS = 60


def menu(t: Translator) -> list[BotCommand]:
    """The commands as Telegram offers them."""
    return [
        BotCommand("help", t.gettext("How to use this bot")),
        BotCommand("sources", t.gettext("What the collection holds")),
        BotCommand("privacy", t.gettext("What is kept about you")),
        BotCommand("language", t.gettext("Change the language")),
        BotCommand("mydata", t.gettext("Show what is kept about me")),
        BotCommand("forget", t.gettext("Delete what is kept about me")),
    ]


def group_menu(t: Translator) -> list[BotCommand]:
    """The commands that everybody may use in a group."""
    return [BotCommand("context", t.gettext("Show context for a message"))]


def admin_menu(t: Translator) -> list[BotCommand]:
    """The commands of a group's admins."""
    return [*group_menu(t), BotCommand("settings", t.gettext("Settings of this chat"))]


class Commands:
    """Short texts about the bot and its collection."""

    def __init__(self, tools: Tools, answers_kept_days: int, chat_grace_days: int) -> None:
        self._tools = tools
        self._kept_days = answers_kept_days
        self._grace_days = chat_grace_days

    async def start(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say hello."""
        await self._say(update, _hello(await self._tools.translator(update)))

    async def help(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say how to ask and how to read an answer."""
        t = await self._tools.translator(update)
        everywhere = bool(self._tools.me().supports_inline_queries)
        words = _help(t, reads=self._tools.pictures is not None, everywhere=everywhere)
        await self._say(update, words)

    async def privacy(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what is kept."""
        t = await self._tools.translator(update)
        kept = _privacy(t, self._kept_days, self._grace_days)
        unanswered = self._tools.unanswered
        more = promises(t, self._tools.wishes.keep_days, unanswered.keep_days if unanswered else 0)
        await self._say(update, join("\n\n", [kept, *more]))

    async def sources(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what the collection holds."""
        t = await self._tools.translator(update)
        await self._say(update, _sources(await self._tools.service.sources(), t))

    async def _say(self, update: Update, text: Fragment) -> None:
        if update.effective_chat is not None:
            await self._tools.delivery.send(update.effective_chat.id, Outgoing(html=text.html))


def _hello(t: Translator) -> Fragment:
    title, *lines = wording.introduction(t)
    return join("\n\n", [bold(plain(title)), *map(plain, lines)])


def _help(t: Translator, *, reads: bool, everywhere: bool) -> Fragment:
    ask, *lines = wording.instructions(t)
    pictures = [t.gettext("I read text in pictures too, such as screenshots.")] if reads else []
    lines = [
        ask,
        *pictures,
        *lines,
        t.gettext("In a group, reply to a message with /context, and I answer there in short."),
    ]
    if everywhere:
        lines.append(
            t.gettext("In any other chat, write my name and a claim, and choose what to send.")
        )
    return join("\n\n", [bold(plain(t.gettext("How to use this bot"))), *map(plain, lines)])


def _privacy(t: Translator, kept_days: int, grace_days: int) -> Fragment:
    kept = t.ngettext(
        "So that the buttons under an answer go on working, I keep for {count} day: the number "
        "of this chat, the numbers of your message and of my answer, and which passages it shows.",
        "So that the buttons under an answer go on working, I keep for {count} days: the number "
        "of this chat, the numbers of your message and of my answer, and which passages it shows.",
        kept_days,
    ).format(count=kept_days)
    grace = t.ngettext(
        "When I am removed from a chat or blocked, all of that is deleted after {count} day.",
        "When I am removed from a chat or blocked, all of that is deleted after {count} days.",
        grace_days,
    ).format(count=grace_days)
    return join(
        "\n\n",
        [
            bold(plain(t.gettext("What is kept about you"))),
            plain(
                t.gettext(
                    "Apart from what is said below, no text of your messages is kept once I have"
                    " answered, and none is written to a log."
                )
            ),
            plain(kept),
            plain(
                t.gettext(
                    "I keep which language you chose. Of a group or channel I keep its settings,"
                    " and for two days which replies are mine: the messages and who pressed “Not"
                    " useful” only as marks that nobody can read back. Posts of a channel stay in"
                    " memory for a day, never on disk."
                )
            ),
            plain(grace),
            plain(t.gettext("Telegram itself keeps our chat until you delete it.")),
        ],
    )


def _sources(sources: tuple[SourceSummary, ...], t: Translator) -> Fragment:
    if not sources:
        return plain(t.gettext("The collection is empty."))
    most = sorted(sources, key=lambda source: (-source.documents, source.name))
    lines = [_source_line(source, t) for source in most[:_SOURCES_SHOWN]]
    if rest := len(sources) - _SOURCES_SHOWN:
        more = t.ngettext("and {count} more source", "and {count} more sources", rest)
        lines += [plain(more.format(count=rest))] if rest > 0 else []
    heading = bold(plain(t.gettext("What the collection holds")))
    return join("\n\n", [heading, join("\n", lines)])


def _source_line(source: SourceSummary, t: Translator) -> Fragment:
    name = wording.source_words(source, t)
    count = t.ngettext("{count} article", "{count} articles", source.documents)
    return fill(
        "{name}: {count}",
        name=inline(name, _NAME_UNITS, rtl=t.rtl),
        count=plain(count.format(count=source.documents)),
    )
