"""The chats of a soak: people, groups, forums, and channels with their discussion groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from support.telegram import gatherings
from support.telegram.chats import Chat, ChatType
from support.telegram.messages import Message
from support.telegram.people import User
from support.telegram.world import World

EMOJI = "🤔"
_PATIENCE_S = 120.0
_FIRST_PERSON = 50_000


@dataclass(slots=True, kw_only=True)
class Group:
    """A group of any kind, with what was asked there so far."""

    chat: Chat
    admin: User
    members: list[User]
    topics: tuple[int | None, ...] = (None,)
    forwards: bool = False
    """Admins set that forwards are answered too."""
    reactions: bool = False
    """Admins set an emoji that asks."""
    stories: set[int | str] = field(default_factory=set)
    """Claims that were made, and passages that were shown."""
    replies: int = 0


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel and the group in which its posts are discussed."""

    chat: Chat
    owner: User
    discussion: Group


@dataclass(slots=True, kw_only=True)
class Town:
    """Everybody and every chat."""

    world: World
    people: list[User] = field(default_factory=list)
    """Each has a private chat."""
    groups: list[Group] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)

    @classmethod
    def of(cls, world: World, chats: int, chance: Random) -> Town:
        """Of so many chats six in ten are private."""
        town = cls(world=world)
        pairs = max(1, chats * 8 // 100)
        forums, supergroups, groups = (max(1, chats * n // 100) for n in (7, 7, 10))
        private = max(4, chats - 2 * pairs - forums - supergroups - groups)
        town.people = [
            world.user(_FIRST_PERSON + number, first_name=f"Person {number}")
            for number in range(private)
        ]
        kinds = [ChatType.GROUP] * groups + [ChatType.SUPERGROUP] * (forums + supergroups)
        for number, kind in enumerate(kinds):
            forum = number >= groups + supergroups
            town.groups.append(town.found(f"Town {number}", kind, chance, forum=forum))
        for number in range(pairs):
            town.channels.append(town._channel(number, chance))
        return town

    def found(self, name: str, kind: ChatType, chance: Random, *, forum: bool = False) -> Group:
        """A group with an admin, two members and, in forums, three topics."""
        info = {"is_forum": True} if forum else {}
        chat = gatherings.group(self.world, name, kind, **info)
        admin, *members = chance.sample(self.people, 3)
        gatherings.joins(chat, admin, "creator")
        for member in members:
            gatherings.joins(chat, member)
        topics: tuple[int | None, ...] = (None,)
        if forum:
            topics += tuple(gatherings.topic(chat, f"Topic {n}", by=admin) for n in range(3))
        return Group(chat=chat, admin=admin, members=members, topics=topics)

    def _channel(self, number: int, chance: Random) -> Channel:
        owner = chance.choice(self.people)
        channel = gatherings.group(self.world, f"Channel {number}", ChatType.CHANNEL)
        gatherings.joins(channel, owner, "creator")
        discussion = self.found(f"Talk {number}", ChatType.SUPERGROUP, chance)
        gatherings.link(channel, discussion.chat)
        return Channel(chat=channel, owner=owner, discussion=discussion)

    async def take_the_bot_in(self) -> None:
        """Add the bot everywhere, read its hello, and set some groups as their admins wish."""
        for group in self.groups:
            as_admin = group.chat.type is ChatType.SUPERGROUP
            gatherings.add_bot(
                group.chat, by=group.admin, status="administrator" if as_admin else None
            )
        for channel in self.channels:
            talk = channel.discussion
            gatherings.add_bot(talk.chat, by=talk.admin, status="administrator")
        await asyncio.gather(*(_hello(group.chat) for group in self.everywhere))
        # Told after its group, nobody is written to in private about the channel.
        for channel in self.channels:
            gatherings.add_bot(channel.chat, by=channel.owner)
        seeing = [group for group in self.groups if group.chat.type is ChatType.SUPERGROUP]
        await asyncio.gather(*(_set(group) for group in seeing[::3]))

    @property
    def everywhere(self) -> list[Group]:
        """All groups, those of channels included."""
        return self.groups + [channel.discussion for channel in self.channels]


async def _hello(chat: Chat) -> Message:
    return await chat.receives(timeout_s=_PATIENCE_S)


async def _set(group: Group) -> None:
    """Forwards are answered, and a reaction asks."""
    chat, admin = group.chat, group.admin
    asked = admin.send("/settings", to=chat)
    panel = await chat.receives(_replies_to(asked), timeout_s=_PATIENCE_S)
    for label in ("I answer", "Reaction that asks"):
        admin.press(panel, label)
        panel = await chat.receives(timeout_s=_PATIENCE_S)
    admin.press(panel, "Done")
    await chat.loses(panel, timeout_s=_PATIENCE_S)
    group.forwards = group.reactions = True


def _replies_to(asked: Message) -> Callable[[Message], bool]:
    return lambda message: message.reply_to is not None and message.reply_to.id == asked.id
