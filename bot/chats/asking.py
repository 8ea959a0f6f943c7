"""What a message in a group is to the bot: who is asked, about which message, what it claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from telegram import Message, MessageEntity, User

from bot.claims import extract
from index.model import Claim
from index.text import count_words

COMMAND = "context"
_GENERAL = 0
# Fewer words beside a summons ("is this true?") are about the message that it replies to.
_LEAST_OWN_WORDS = 6


class Kind(StrEnum):
    """Why the bot might answer a message in a group."""

    SUMMONS = "summons"
    """The command or a mention."""
    FORWARD = "forward"
    """Somebody forwarded it into the group."""
    POST = "post"
    """The copy of a channel's post in its discussion group."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and where its answer belongs."""

    message_id: int
    """The message that states it."""
    thread_id: int | None
    """The topic of a forum; None for General and where there are no topics."""
    claims: tuple[Claim, ...]
    """None where its words say nothing."""
    source: Message = field(compare=False, repr=False)
    """That message, for what else is in it."""

    @property
    def topic(self) -> int:
        """The topic as settings name it: 0 for General."""
        return self.thread_id or _GENERAL


def kind_of(message: Message, me: User) -> Kind:
    """What a message in a group is to the bot `me`."""
    if message.is_automatic_forward:
        return Kind.POST
    if message.via_bot is not None:
        return Kind.NONE
    if _summons(message, me):
        return Kind.SUMMONS
    return Kind.FORWARD if message.forward_origin is not None else Kind.NONE


def question_of(message: Message, me: User, *, max_chars: int) -> Question:
    """What a message asks.

    A summons that replies to somebody asks about that message, or about the part of it that is
    quoted; any other one about its own words.
    """
    about = _replied(message, me)
    if about is not None and _summons(message, me):
        quoted = message.quote is not None and message.quote.is_manual
        claims = extract(message if quoted else about, max_chars=max_chars)
        own = extract(message, max_chars=max_chars)
        if claims or count_words(" ".join(claim.text for claim in own)) < _LEAST_OWN_WORDS:
            return _question(about, message, claims)
    return _question(message, message, extract(message, max_chars=max_chars))


def _question(source: Message, message: Message, claims: tuple[Claim, ...]) -> Question:
    # Outside of forums the number of a thread is that of a conversation, not of a topic.
    thread_id = message.message_thread_id if message.is_topic_message else None
    return Question(
        message_id=source.message_id, thread_id=thread_id, claims=claims, source=source
    )


def _replied(message: Message, me: User) -> Message | None:
    """The message of somebody else that this one replies to."""
    about = message.reply_to_message
    # What is written into a topic replies to the message that opened it.
    if about is None or about.forum_topic_created is not None:
        return None
    by_me = about.from_user is not None and about.from_user.id == me.id
    return None if by_me else about


def _summons(message: Message, me: User) -> bool:
    # What a forwarded message mentions, its author meant.
    if message.forward_origin is not None:
        return False
    name = f"@{me.username}".casefold()
    texts = (
        message.parse_entities()
        if message.text
        else message.parse_caption_entities()
        if message.caption
        else {}
    )
    return any(_names(entity, words.casefold(), name, me) for entity, words in texts.items())


def _names(entity: MessageEntity, words: str, name: str, me: User) -> bool:
    if entity.type == MessageEntity.BOT_COMMAND:
        return entity.offset == 0 and words in {f"/{COMMAND}", f"/{COMMAND}{name}"}
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return entity.type == MessageEntity.MENTION and words == name
