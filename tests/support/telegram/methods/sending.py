"""sendMessage and its kind: where a message may go, and what it replies to."""

from __future__ import annotations

from typing import Any

from support.telegram import content as contents
from support.telegram.chats import Chat, ChatType
from support.telegram.content import Content
from support.telegram.entities import utf16_length
from support.telegram.errors import ApiError, bad_request, forbidden
from support.telegram.formatting import caption_fields, text_fields
from support.telegram.jsonvalue import Json
from support.telegram.keyboards import checked_inline
from support.telegram.messages import Message, thread_of
from support.telegram.registry import NotCoveredError, Parameters, answers
from support.telegram.validate import Upload, missing
from support.telegram.world import World

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def reachable(world: World, parameters: Parameters) -> Chat:
    """The chat that a call is about, where the bot may act.

    Raises:
        ApiError: 400 or 403, as Telegram refuses.
    """
    if parameters.get("chat_id") in (None, ""):
        raise missing("chat_id")
    chat = world.find_chat(parameters["chat_id"])
    if chat.migrated_to:
        raise bad_request(
            "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to.id
        )
    if chat.type is ChatType.PRIVATE:
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat
    return _as_member(world, chat)


def _as_member(world: World, chat: Chat) -> Chat:
    name = "group chat" if chat.type is ChatType.GROUP else f"{chat.type} chat"
    status = chat.members.get(world.bot["id"], {}).get("status", "left")
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {name}")
    if status == "left":
        raise forbidden(f"bot is not a member of the {name}")
    if chat.type is ChatType.CHANNEL and status not in ("administrator", "creator"):
        raise bad_request("need administrator rights in the channel chat")
    return chat


def thread_fields(chat: Chat, parameters: Parameters) -> dict[str, Any]:
    """The topic of a new message.

    Raises:
        ApiError: 400, there is no such topic; General is addressed by leaving the id out.
    """
    thread = parameters.get("message_thread_id")
    if thread is None:
        return {}
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}


def replied(chat: Chat, parameters: Parameters) -> tuple[Message | None, dict[str, Any]]:
    """The message that a call replies to, and the quote from it.

    Raises:
        ApiError: 400, there is no such message or no such words in it.
    """
    reply = parameters.get("reply_parameters")
    if reply is None and parameters.get("reply_to_message_id"):
        allow = parameters.get("allow_sending_without_reply", False)
        reply = {
            "message_id": parameters["reply_to_message_id"],
            "allow_sending_without_reply": allow,
        }
    if not reply:
        return None, {}
    if reply.get("chat_id", chat.id) != chat.id:
        raise NotCoveredError("a reply to a message of another chat")
    target = chat.message(reply["message_id"])
    if target is None:
        if reply.get("allow_sending_without_reply"):
            return None, {}
        raise bad_request("message to be replied not found")
    words = reply.get("quote")
    if not words:
        return target, {}
    if words not in target.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = utf16_length(target.text[: target.text.index(words)])
    return target, {"quote": {"text": words, "position": position}}


def post(world: World, parameters: Parameters, content: Content, chat: Chat) -> dict[str, Any]:
    """Put the bot's message into a chat and give it back as the result."""
    if chat.type is not ChatType.PRIVATE:
        _may_write(world, chat)
    markup = parameters.get("reply_markup")
    shown = checked_inline(markup)
    extra = thread_fields(chat, parameters)
    reply_to, quote = replied(chat, parameters)
    if reply_to is not None and chat.type is ChatType.SUPERGROUP:
        inherited = thread_of(reply_to)
        if extra and extra != inherited:
            world.violations.append(f"a reply in topic {extra} to a message in {inherited}")
        extra = inherited
    if parameters.get("protect_content"):
        extra["has_protected_content"] = True
    message = world.write(
        chat,
        content,
        sender=world.bot_as_user(),
        reply_to=reply_to,
        markup=shown,
        extra=extra | quote,
    )
    if markup and "inline_keyboard" not in markup:
        chat.reply_keyboard = markup
    return message.json()


def _may_write(world: World, chat: Chat) -> None:
    place = chat.members[world.bot["id"]]
    if place["status"] == "restricted" and not place.get("can_send_messages"):
        raise bad_request("not enough rights to send text messages to the chat")


@answers("sendMessage")
def send_message(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    return post(world, parameters, Content(fields=text_fields(world, parameters)), chat)


@answers("sendPhoto", "sendDocument")
def send_file(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    kind = "photo" if "photo" in parameters else "document"
    source = parameters[kind]
    caption = caption_fields(world, parameters)
    if isinstance(source, Upload):
        make = contents.photo if kind == "photo" else contents.document
        fresh = make(bytes(source), **({} if kind == "photo" else {"name": source.name}))
        return post(
            world, parameters, Content(fields=fresh.fields | caption, files=fresh.files), chat
        )
    known = world.files.get(source)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    shown = {**known.json(), "width": 320, "height": 240} if kind == "photo" else known.json()
    fields = {kind: [shown] if kind == "photo" else shown}
    return post(world, parameters, Content(fields=fields | caption), chat)


@answers("sendChatAction")
def send_chat_action(world: World, parameters: Parameters) -> Json:
    chat = reachable(world, parameters)
    if parameters.get("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    thread_fields(chat, parameters)
    chat.actions.append(parameters["action"])
    return True


@answers("answerCallbackQuery")
def answer_callback_query(world: World, parameters: Parameters) -> Json:
    press = world.presses.get(parameters["callback_query_id"])
    if press is None or press.expired or press.answer is not None:
        raise ApiError(400, "query is too old and response timeout expired or query ID is invalid")
    if utf16_length(parameters.get("text", "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = {k: v for k, v in parameters.items() if k != "callback_query_id"}
    press.bell.ring()
    return True
