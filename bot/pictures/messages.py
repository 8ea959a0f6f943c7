"""The picture in a message: found, fetched from Telegram, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.errors import PictureTooLargeError, PictureUnreadableError
from bot.pictures.languages import PictureLanguages
from bot.pictures.reader import PictureReader

if TYPE_CHECKING:
    from telegram import Bot, Message

_KINDS = frozenset({"image/jpeg", "image/png", "image/webp", "image/bmp", "image/gif"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Reads the pictures of messages."""

    bot: Bot
    reader: PictureReader
    languages: PictureLanguages

    async def text_in(self, message: Message, language: str) -> str:
        """The legible text of a message's picture; empty where there is none.

        Args:
            message: one that `has_picture`.
            language: code of the interface that the person uses.

        Raises:
            PictureError: it was not read.
        """
        file = message.photo[-1] if message.photo else message.document
        if file is None:
            return ""
        if (file.file_size or 0) > self.reader.limits.max_bytes:
            raise PictureTooLargeError("The picture has more bytes than are read.")
        try:
            found = await self.bot.get_file(file.file_id)
            data = bytes(await found.download_as_bytearray())
        except TelegramError as error:
            raise PictureUnreadableError("Telegram did not hand the picture out.") from error
        return await self.reader.read(data, self.languages.of(language))


def has_picture(message: Message) -> bool:
    """Whether a message is a photo, or a file that is a picture of a known kind."""
    if message.photo:
        return True
    return message.document is not None and message.document.mime_type in _KINDS
