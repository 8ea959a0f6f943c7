"""What happens in groups and channels: joining, topics, posts and their copies, reactions.

group = gatherings.group(world, "Neighbours")
gatherings.joins(group, ada, "administrator")
gatherings.add_bot(group, by=ada)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from support.telegram import content as contents
from support.telegram import origins
from support.telegram.chats import Chat, ChatType
from support.telegram.content import Content
from support.telegram.jsonvalue import Json
from support.telegram.messages import Message
from support.telegram.people import User
from support.telegram.world import World

ANONYMOUS_BOT = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
SERVICE = {"id": 777_000, "is_bot": False, "first_name": "Telegram"}


def group(
    world: World, title: str = "Neighbours", kind: ChatType = ChatType.SUPERGROUP, **info: Json
) -> Chat:
    """A group with nobody in it, not even the bot."""
    chat = world.add_chat(kind, title, **info)
    del chat.members[world.bot["id"]]
    return chat


def joins(chat: Chat, user: User, status: str = "member", **rights: Json) -> User:
    """Give a person a place in a chat."""
    chat.world.set_member(chat, user.info, status, **rights)
    return user


def add_bot(chat: Chat, *, by: User, status: str | None = None) -> None:
    """Somebody adds the bot, or changes its place; channels take bots as admins only."""
    as_admin = chat.type is ChatType.CHANNEL
    _place_bot(chat, by, status or ("administrator" if as_admin else "member"))


def remove_bot(chat: Chat, *, by: User) -> None:
    """Somebody removes the bot."""
    _place_bot(chat, by, "kicked" if chat.type is not ChatType.GROUP else "left")


def _place_bot(chat: Chat, by: User, status: str) -> None:
    world = chat.world
    me = world.bot_as_user()
    before = chat.members.get(me["id"], {"status": "left", "user": me})
    world.set_member(chat, me, status)
    world.updates.push(
        "my_chat_member",
        {
            "chat": chat.json(),
            "from": by.info,
            "date": world.now(),
            "old_chat_member": before,
            "new_chat_member": chat.members[me["id"]],
        },
    )


def topic(chat: Chat, name: str, *, by: User) -> int:
    """Open a topic in a forum; its number is that of the message that opened it."""
    opened = Content(fields={"forum_topic_created": {"name": name, "icon_color": 7_322_096}})
    message = chat.world.write(chat, opened, sender=by.info)
    extra = {"message_thread_id": message.id, "is_topic_message": True}
    chat.put(replace(message, extra=extra))
    chat.topics[message.id] = name
    return message.id


def upgrade(chat: Chat, *, by: User, **info: Json) -> Chat:
    """A group becomes a supergroup under another number; both chats say so."""
    world = chat.world
    new = group(world, str(chat.info["title"]), **info)
    new.members = dict(chat.members)
    gone = world.write(chat, Content(fields={"migrate_to_chat_id": new.id}), sender=by.info)
    come = world.write(new, Content(fields={"migrate_from_chat_id": chat.id}), sender=by.info)
    chat.migrated_to = new
    world.updates.push("message", gone.json())
    world.updates.push("message", come.json())
    return new


def send_anonymously(user: User, what: str | Content, chat: Chat, **more: Json) -> Message:
    """An admin who hides in the group writes as the group itself."""
    hidden = User(user.world, ANONYMOUS_BOT, user.private)
    return hidden.send(what, to=chat, sender_chat=chat.json(), **more)


def link(channel: Chat, discussion: Chat) -> None:
    """Make a group the discussion group of a channel."""
    channel.linked, discussion.linked = discussion, channel


def publish(channel: Chat, what: str | Content, *, by: User) -> tuple[Message, Message | None]:
    """Post in a channel; Telegram copies the post into the discussion group.

    Returns:
        The post, and its copy if there is a discussion group.
    """
    post = by.send(what, to=channel)
    return post, _copy(post) if channel.linked else None


def _copy(post: Message) -> Message:
    discussion = post.chat.linked
    assert discussion is not None
    origin = origins.from_channel(post.chat, message_id=post.id, date=post.date)
    copy = post.chat.world.write(
        discussion,
        Content(fields=post.content),
        sender=SERVICE,
        sender_chat=post.chat.json(),
        extra={"forward_origin": origin, "is_automatic_forward": True},
    )
    _tell(discussion, "message", copy)
    return copy


def revise(post: Message, copy: Message | None, what: str, *, by: User) -> None:
    """Edit a post; its copy changes with it."""
    by.edit(post, what)
    current = copy.chat.message(copy.id) if copy else None
    if current is not None:
        changed = current.edited_to(contents.text(what).fields, current.markup)
        current.chat.put(changed)
        _tell(current.chat, "edited_message", changed)


def _tell(chat: Chat, kind: str, message: Message) -> None:
    if chat.world.bot_hears(message):
        chat.world.updates.push(kind, message.json())


def react(user: User, message: Message, *emojis: str, before: tuple[str, ...] = ()) -> None:
    """Put reactions to a message; the bot hears of it only as an admin."""
    chat = message.chat
    place = chat.members.get(chat.world.bot["id"], {}).get("status")
    if place != "administrator":
        return
    chat.world.updates.push(
        "message_reaction",
        {
            "chat": chat.json(),
            "message_id": message.id,
            "user": user.info,
            "date": chat.world.now(),
            "old_reaction": _reactions(before),
            "new_reaction": _reactions(emojis),
        },
    )


def _reactions(emojis: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]
