"""Messages that waited at Telegram while the bot was away: nobody sits before these any more."""

from __future__ import annotations

import time
from collections.abc import Callable

from telegram import Message, MessageReactionUpdated, Update


class Presence:
    """Since when the bot hears of messages as they are sent.

    Their age alone tells nothing: where more comes than can be answered, what was just sent waits
    at Telegram too, and those who sent it are there to be told so.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """The bot comes now.

        Args:
            clock: seconds since 1970, as Telegram dates messages.
        """
        self._clock = clock
        self._away = True
        self._since = 0
        self.here()

    def gone(self) -> None:
        """Telegram cannot be reached."""
        self._away = True

    def here(self) -> None:
        """Telegram can be reached; the first time after it could not, that begins now."""
        if self._away:
            # Telegram gives times in whole seconds.
            self._since = int(self._clock())
        self._away = False

    def missed(self, sent: Message | MessageReactionUpdated | None) -> bool:
        """Whether a message, its last change or a reaction was sent while the bot was away."""
        if sent is None:
            return False
        edited = sent.edit_date if isinstance(sent, Message) else None
        return (edited or sent.date).timestamp() < self._since

    def missed_in(self, update: object) -> bool:
        """Whether an update brings such a message or reaction; others tell no time."""
        if not isinstance(update, Update):
            return False
        return self.missed(
            update.message
            or update.edited_message
            or update.edited_channel_post
            or update.message_reaction
        )
