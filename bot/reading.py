"""What a message says: its words, the words in its picture, or a line on why there are none."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import wording
from bot.claims import extract, stated_in
from bot.errors import PictureBusyError, PictureError, PictureTooLargeError
from bot.i18n import Translator
from bot.pictures.messages import Pictures, has_picture
from index.model import Claim
from index.text import count_words

if TYPE_CHECKING:
    from telegram import Message

_log = logging.getLogger(__name__)
# A caption of fewer words ("Is this true?") speaks of its picture.
_CAPTION_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The claims of a message, or what to tell its author instead."""

    claims: tuple[Claim, ...] = ()
    pictured: bool = False
    """They were read from a picture, so letters may be wrong."""
    line: str = ""
    """Where there are no claims."""

    def note(self, t: Translator) -> str:
        """What to say of where the claims come from; nothing where it goes without saying."""
        return wording.from_picture(t) if self.pictured else ""


async def read(
    message: Message,
    t: Translator,
    *,
    max_chars: int,
    pictures: Pictures | None,
    claims: tuple[Claim, ...] | None = None,
) -> Said:
    """Find what a message claims.

    Args:
        message: of any kind.
        t: the language of its author.
        max_chars: bound on a claim.
        pictures: reads text in pictures; None where that is off.
        claims: those of its words, where they are known already.
    """
    if claims is None:
        claims = extract(message, max_chars=max_chars)
    if pictures is not None and has_picture(message) and not _speaks_for_itself(claims):
        try:
            text = await pictures.text_in(message, t.code)
        except PictureError as error:
            _log.info("a picture was not read: %s", type(error).__name__)
            return Said(claims=claims, line=_unread(error, t))
        if found := stated_in(text, max_chars=max_chars):
            return Said(claims=found, pictured=True)
    return Said(claims=claims, line=_nothing_asked(message, t, reads=pictures is not None))


def _speaks_for_itself(claims: tuple[Claim, ...]) -> bool:
    return any(claim.links or count_words(claim.text) >= _CAPTION_WORDS for claim in claims)


def _unread(error: PictureError, t: Translator) -> str:
    if isinstance(error, PictureBusyError):
        return t.gettext("Too many questions at once right now. Please try again in a minute.")
    if isinstance(error, PictureTooLargeError):
        return t.gettext(
            "This picture is too large for me. Send a smaller one, or the claim in words."
        )
    return t.gettext(
        "I could not read this picture. Send it again as a photo, or send me the claim in words."
    )


def _nothing_asked(message: Message, t: Translator, *, reads: bool) -> str:
    if has_picture(message) and reads:
        return t.gettext("I found no text in this picture. Send me the claim in words.")
    if message.text or message.caption or message.poll or message.sticker or message.dice:
        return t.gettext(
            "I found no claim in this. Send me a sentence that states something, "
            "or forward a message that does."
        )
    if message.voice or message.audio or message.video or message.video_note or message.animation:
        return t.gettext(
            "I cannot listen to recordings or watch videos. Send me in words what they claim."
        )
    if message.location or message.venue or message.contact:
        return t.gettext(
            "I do nothing with places and contacts, and I do not keep them. "
            "Send me a claim in words."
        )
    if message.document and not has_picture(message):
        return t.gettext("I do not open files. Send me in words the part that matters.")
    return t.gettext(
        "I can only read text so far. Send me the claim in words, or a picture with a caption."
    )
