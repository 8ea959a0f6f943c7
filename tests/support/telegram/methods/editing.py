"""Changing and deleting what the bot has sent."""

from __future__ import annotations

from typing import Any

from support.telegram.errors import bad_request
from support.telegram.formatting import caption_fields, text_fields
from support.telegram.jsonvalue import Json
from support.telegram.keyboards import checked_inline
from support.telegram.messages import Message
from support.telegram.methods.sending import reachable
from support.telegram.registry import NotCoveredError, Parameters, answers
from support.telegram.validate import missing
from support.telegram.world import World

_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
_LINK_OPTIONS = "link_preview_options"


def _own(world: World, parameters: Parameters) -> Message:
    """The bot's message that a call wants to change."""
    if parameters.get("inline_message_id"):
        raise NotCoveredError("inline messages")
    chat = reachable(world, parameters)
    if "message_id" not in parameters:
        raise missing("message_id")
    message = chat.message(parameters["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _change(message: Message, fields: dict[str, Any], parameters: Parameters) -> dict[str, Any]:
    """Make the new version; a keyboard that is not given again disappears."""
    markup = checked_inline(parameters.get("reply_markup"))
    visible = {k: v for k, v in fields.items() if k != _LINK_OPTIONS}
    before = {k: v for k, v in message.content.items() if k != _LINK_OPTIONS}
    if visible == before and markup == message.markup:
        raise bad_request(_UNCHANGED)
    changed = message.edited_to(fields, markup)
    message.chat.put(changed)
    return changed.json()


@answers("editMessageText")
def edit_message_text(world: World, parameters: Parameters) -> Json:
    message = _own(world, parameters)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _change(message, text_fields(world, parameters), parameters)


@answers("editMessageCaption")
def edit_message_caption(world: World, parameters: Parameters) -> Json:
    message = _own(world, parameters)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    kept = {k: v for k, v in message.content.items() if not k.startswith("caption")}
    return _change(message, kept | caption_fields(world, parameters), parameters)


@answers("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, parameters: Parameters) -> Json:
    message = _own(world, parameters)
    return _change(message, message.content, parameters)


@answers("deleteMessage")
def delete_message(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    message = chat.message(parameters["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    place = chat.members.get(world.bot["id"], {})
    if not (chat.type == "private" or message.from_bot or place.get("can_delete_messages")):
        raise bad_request("message can't be deleted")
    chat.remove(message)
    return True


@answers("deleteMessages")
def delete_messages(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    for message_id in parameters["message_ids"]:
        if message := chat.message(message_id):
            chat.remove(message)
    return True
