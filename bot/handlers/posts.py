"""A channel's posts: one reply under the copy in the discussion group, never two."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

from telegram import Message, MessageOriginChannel, Update
from telegram.ext import ContextTypes

from bot.chats.asking import Kind, Question, question_of
from bot.chats.manners import Act, Facts, decide
from bot.chats.posts import Post, Posts
from bot.handlers.briefly import Asked, Briefly
from bot.handlers.tools import Tools


class ChannelPosts:
    """Replies to the copy that Telegram puts into the discussion group, not to the post."""

    def __init__(self, tools: Tools, briefly: Briefly, posts: Posts) -> None:
        self._tools = tools
        self._briefly = briefly
        self._posts = posts
        self._generation = tools.service.generation
        self._serving: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    async def on_copy(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Reply to a post where something close is found, or let the reply follow an edit."""
        message = update.effective_message
        post = self._post(message) if message else None
        if post is None or not post.question.claims:
            return
        self._posts.remember(post)
        await self._serve(post)

    async def on_original_edit(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A post was edited in its channel: the reply under its copy follows."""
        message = update.edited_channel_post
        post = self._posts.copy_of(message.chat_id, message.message_id) if message else None
        if message is None or post is None:
            return
        claims = self._question(message).claims
        if claims:
            # The copy is edited too: the reply that may be missing is made there.
            await self._serve(
                replace(post, question=replace(post.question, claims=claims)), may_begin=False
            )

    async def look_again(self) -> None:
        """After a new generation came into use: what it holds about the posts of the last day."""
        newest = self._tools.service.generation
        if newest == self._generation:
            return
        self._generation = newest
        for post in self._posts.recent():
            await self._serve(post, only_better=True)

    async def _serve(
        self, post: Post, *, may_begin: bool = True, only_better: bool = False
    ) -> None:
        """Make the one reply, or change it; one at a time, else there could be two."""
        key = (post.chat.id, post.question.message_id)
        async with self._serving.setdefault(key, asyncio.Lock()):
            await self._reply(post, may_begin=may_begin, only_better=only_better)

    async def _reply(self, post: Post, *, may_begin: bool, only_better: bool) -> None:
        kept = await self._tools.store.answering(
            chat_id=post.chat.id, question_id=post.question.message_id
        )
        asked = await self._asked(post, replied=kept is not None)
        if asked.decision.act is not Act.ANSWER:
            return
        if kept is not None:
            await self._briefly.update(asked, kept, only_better=only_better)
        elif may_begin:
            await self._briefly.answer(asked)

    async def _asked(self, post: Post, *, replied: bool) -> Asked:
        tools, chat_id = self._tools, post.chat.id
        settings = await tools.chats.get(chat_id)
        facts = Facts(
            kind=Kind.POST,
            topic=post.question.topic,
            in_channel=await tools.chats.present(post.channel_id),
            replies_today=0 if replied else await tools.replies.today(chat_id),
        )
        return Asked(
            chat=post.chat,
            question=post.question,
            settings=settings,
            decision=decide(settings, facts),
            t=await tools.translator_in(chat_id),
        )

    def _post(self, message: Message) -> Post | None:
        origin = message.forward_origin
        if not isinstance(origin, MessageOriginChannel):
            return None
        return Post(
            chat=message.chat,
            question=self._question(message),
            channel_id=origin.chat.id,
            post_id=origin.message_id,
            seen=self._posts.now(),
        )

    def _question(self, message: Message) -> Question:
        return question_of(message, self._tools.me(), max_chars=self._tools.max_claim_chars)
