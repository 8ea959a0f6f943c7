"""The Telegram application: HTTP clients, order of updates, handlers. It does not run yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from telegram import Bot
from telegram.ext import Application
from telegram.request import BaseRequest

from bot.chats.admins import Admins
from bot.chats.story import Digests, key_from
from bot.chores import Chore, Chores
from bot.delivery import Delivery
from bot.handlers import Times, register
from bot.handlers.gate import Gate
from bot.handlers.operating import Operators
from bot.handlers.redrawing import Redrawing
from bot.handlers.tools import Answering, Tools
from bot.i18n import Translators
from bot.inbox import Inbox
from bot.lateness import Presence
from bot.later import Later
from bot.limits import Allowance
from bot.lines import Pace
from bot.metrics import CROWDED, Metrics
from bot.outbox import Outbox
from bot.pagelinks import PageLinks
from bot.pictures.messages import Pictures
from bot.request import HttpLimits, make_request, proxy_for
from bot.sealing import Seal
from bot.settings.telegram import HttpClient
from bot.shortened import ShortenedReplies, each_update, sent_message
from bot.store.answers import AnswerStore
from bot.store.chats import ChatStore
from bot.store.database import Database
from bot.store.feedback import FeedbackStore
from bot.store.personal import PersonalData
from bot.store.replies import ReplyStore
from bot.store.unsent import UnsentStore
from bot.store.wishes import WishStore
from bot.turns import ChatTurns
from bot.unanswered.noting import Unanswered

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
_CONNECTIONS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class BotOptions:
    """What the bot needs of the settings."""

    token: str = field(repr=False)
    storage_key: bytes = field(repr=False)
    """32 bytes that encrypt the claims that people wait for."""
    api_url: str = "https://api.telegram.org"
    http_client: HttpClient = HttpClient.AIOHTTP
    proxy_url: str | None = field(default=None, repr=False)
    max_claim_chars: int = 2_000
    answers_kept_days: int = 30
    chat_grace_days: int = 7
    """How long the settings of a chat outlive the bot's removal from it."""
    chores_every_s: float = 30.0
    corrections_every_s: float = 5.0
    """Time between two looks for what was hidden after it was shown."""
    concurrent_updates: int = 1_024
    """Chats that are served at the same time; claims among them wait for the search."""
    allowance: Allowance = field(default_factory=Allowance)
    pace: Pace = field(default_factory=Pace)
    patience_s: float = 180.0
    """Longest time that a message waits for Telegram to accept it."""
    later_kept_days: int = 90
    later_max_claims: int = 10_000
    later_look_s: float = 5.0
    """Time between two looks for a new generation to search for what people wait for."""
    unsent_expire_s: float = 3_600.0
    """Age at which an answer that could not be sent is not sent any more."""
    outbox_every_s: float = 5.0
    pictures: Callable[[Bot], Pictures] | None = None
    """Makes what reads text in pictures; None where that is off."""
    pages: PageLinks | None = None
    """Where answers are shown as pages; None where there are none."""


def build_application(
    options: BotOptions,
    *,
    service: Answering,
    database: Database,
    translators: Translators,
    inbox: Inbox,
    metrics: Metrics | None = None,
    operators: Operators | None = None,
    unanswered: Unanswered | None = None,
) -> AnyApplication:
    """Put the bot together; `bot.run.run_bot` runs it.

    Operators have commands of their own, where there are any. What is asked in vain is noted
    where something is given that does.
    """
    metrics = metrics or Metrics()
    chores = Chores()
    turns = ChatTurns(
        options.concurrent_updates,
        presence=inbox.presence,
        on_update=metrics.update,
        done=inbox.done,
    )
    application = _application(options, turns, chores, inbox)
    delivery = Delivery(
        application.bot,
        pace=options.pace,
        patience_s=options.patience_s,
        on_error=metrics.telegram_error,
    )
    metrics.watch(
        "calls_waiting",
        "Calls to Telegram that wait for their turn or are under way.",
        lambda: delivery.waiting,
    )
    tools = replace(
        _tools(options, service, database, translators, delivery, application.bot, inbox.presence),
        unanswered=unanswered,
    )
    gate = Gate(tools, options.allowance, lambda: inbox.crowded, partial(metrics.refused, CROWDED))
    turns.guard(gate.admits)
    chores.add(Chore(name="outbox", every_s=options.outbox_every_s, do=tools.outbox.send_left))
    chores.add(Chore(name="later", every_s=options.later_look_s, do=Later(tools).look))
    times = Times(
        answers_kept_days=options.answers_kept_days,
        chat_grace_days=options.chat_grace_days,
        chores_every_s=options.chores_every_s,
        corrections_every_s=options.corrections_every_s,
    )
    for chore in register(application, tools, times, options.allowance, operators):
        chores.add(chore)
    return application


def _application(
    options: BotOptions, turns: ChatTurns, chores: Chores, inbox: Inbox
) -> AnyApplication:
    api_url = options.api_url.rstrip("/")
    application: AnyApplication = (
        Application.builder()
        .token(options.token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .request(ShortenedReplies(_request(options, connections=_CONNECTIONS), sent_message))
        .get_updates_request(
            ShortenedReplies(_request(options, connections=1), each_update(inbox.came))
        )
        .concurrent_updates(turns)
        .job_queue(None)
        .updater(None)
        .post_init(chores.start)
        .post_stop(chores.stop)
        .build()
    )
    return application


def _tools(
    options: BotOptions,
    service: Answering,
    database: Database,
    translators: Translators,
    delivery: Delivery,
    bot: Bot,
    presence: Presence,
) -> Tools:
    store = AnswerStore(database, keep_days=options.answers_kept_days)
    replies, chats = ReplyStore(database), ChatStore(database)
    outbox = Outbox(
        unsent=UnsentStore(database, expire_s=options.unsent_expire_s),
        store=store,
        replies=replies,
        chats=chats,
        delivery=delivery,
        again=Redrawing(service, translators, options.pages, lambda: bot.bot),
    )
    return Tools(
        service=service,
        store=store,
        outbox=outbox,
        feedback=FeedbackStore(database),
        chats=chats,
        personal=PersonalData(database),
        wishes=WishStore(
            database,
            Seal(options.storage_key),
            keep_days=options.later_kept_days,
            most=options.later_max_claims,
        ),
        replies=replies,
        admins=Admins(bot, delivery),
        digests=Digests(key=key_from(options.token)),
        me=lambda: bot.bot,
        delivery=delivery,
        translators=translators,
        max_claim_chars=options.max_claim_chars,
        presence=presence,
        pictures=options.pictures(bot) if options.pictures else None,
        pages=options.pages,
    )


def _request(options: BotOptions, *, connections: int) -> BaseRequest:
    limits = HttpLimits(
        connections=connections,
        proxy=proxy_for(options.api_url, options.proxy_url),
    )
    return make_request(options.http_client, limits)
