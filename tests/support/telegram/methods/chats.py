"""What the bot can learn about chats and their members."""

from __future__ import annotations

from typing import Any

from support.telegram.chats import Chat, ChatType, Happening, Seen
from support.telegram.errors import bad_request
from support.telegram.jsonvalue import Json
from support.telegram.methods.sending import reachable
from support.telegram.registry import Parameters, answers
from support.telegram.world import World

_GIFTS = {
    "unlimited_gifts": True,
    "limited_gifts": True,
    "unique_gifts": True,
    "premium_subscription": True,
    "gifts_from_channels": True,
}


@answers("getChat")
def get_chat(world: World, parameters: Parameters) -> Json:
    chat = world.find_chat(parameters["chat_id"])
    if chat.type is not ChatType.PRIVATE:
        reachable(world, parameters)
    full = chat.json() | {
        "accent_color_id": 3,
        "max_reaction_count": 11,
        "accepted_gift_types": _GIFTS,
    }
    return full | ({"linked_chat_id": chat.linked.id} if chat.linked else {})


def _member(world: World, chat: Chat, user_id: int) -> dict[str, Any]:
    if chat.type is ChatType.PRIVATE and user_id in (chat.id, world.bot["id"]):
        me = user_id == world.bot["id"]
        user = world.bot_as_user() if me else world.users[user_id].info
        return {"status": "member", "user": user}
    if user_id in chat.members:
        return chat.members[user_id]
    if user_id in world.users:
        return {"status": "left", "user": world.users[user_id].info}
    raise bad_request("user not found")


@answers("getChatMember")
def get_chat_member(world: World, parameters: Parameters) -> Json:
    return _member(world, reachable(world, parameters), parameters["user_id"])


@answers("getChatAdministrators")
def get_chat_administrators(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    if chat.type is ChatType.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    places = ("creator", "administrator")
    return [
        m
        for m in chat.members.values()
        if m["status"] in places
        and (not m["user"]["is_bot"] or m["user"]["id"] == world.bot["id"])
    ]


@answers("getChatMemberCount")
def get_chat_member_count(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    if chat.type is ChatType.PRIVATE:
        return 2
    return sum(m["status"] not in ("left", "kicked") for m in chat.members.values())


@answers("leaveChat")
def leave_chat(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    if chat.type is ChatType.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    world.set_member(chat, world.bot_as_user(), "left")
    return True


@answers("setMessageReaction")
def set_message_reaction(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    message = chat.message(parameters["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    chat.reactions[message.id] = parameters.get("reaction", [])
    chat.notice(Seen(Happening.REACTED, message))
    return True
