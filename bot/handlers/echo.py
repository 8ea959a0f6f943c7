"""The claims as a message of ours repeats them, for they are not stored."""

from __future__ import annotations

from telegram import MaybeInaccessibleMessage, Message, MessageEntity

from bot.wording import PICTURE_SIGN


def echoed(shown: MaybeInaccessibleMessage | None) -> tuple[str, bool]:
    """What stands above an answer.

    Returns:
        The claims as they are shown, empty where the message cannot be read any more; and whether
        they were read from a picture.
    """
    if isinstance(shown, Message):
        for entity in shown.entities:
            if entity.type == MessageEntity.BLOCKQUOTE and entity.offset == 0:
                claims = shown.parse_entity(entity)
                below = (shown.text or "").removeprefix(claims).lstrip()
                return claims, below.startswith(PICTURE_SIGN)
    return "", False
