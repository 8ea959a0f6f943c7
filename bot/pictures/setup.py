"""From the settings to what reads text in pictures."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from telegram import Bot

from bot.config import Settings
from bot.pictures.languages import choose, installed_languages
from bot.pictures.messages import Pictures
from bot.pictures.reader import PictureLimits, PictureReader


def picture_reading(settings: Settings) -> Callable[[Bot], Pictures] | None:
    """What reads text in pictures, once there is a bot to fetch them; None where that is off.

    Blocks for some milliseconds.

    Raises:
        StartError: a language was asked for that is not installed.
    """
    wanted = settings.picture_languages
    binary = None if wanted == "off" else shutil.which("tesseract")
    installed = installed_languages(binary) if binary else ()
    if wanted == "off" or (wanted == "auto" and not installed):
        return None
    languages = choose(wanted, installed)
    limits = PictureLimits(
        max_bytes=settings.max_picture_mib * 1024 * 1024,
        max_pixels=settings.max_picture_megapixels * 1_000_000,
        memory_mib=settings.picture_memory_mib,
        timeout_s=settings.picture_timeout_s,
        at_once=settings.pictures_at_once,
    )
    reader = PictureReader(binary or "tesseract", limits)
    return lambda bot: Pictures(bot=bot, reader=reader, languages=languages)
