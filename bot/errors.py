"""What can go wrong at the edge: settings, the command line, Telegram.

BotError
├── SettingsError       a setting has a bad name or value; says which, and what is allowed
├── CommandError        a command was given something that it cannot act on
├── LineFullError       more waits to be sent to a chat than is worth sending
├── StartError          the bot cannot start; says what to do
├── BackupError         a backup cannot be made, read or restored; what was there is as it was
└── PictureError        the text in a picture was not read
    ├── PictureTooLargeError      more bytes, pixels or memory than allowed
    ├── PictureUnreadableError    no picture, or reading took too long
    └── PictureBusyError          too many wait already
"""

from __future__ import annotations


class BotError(Exception):
    """Root of every error of this package."""


class SettingsError(BotError):
    """A setting has a bad name or value."""


class CommandError(BotError):
    """A command was given something that it cannot act on; nothing was changed."""


class LineFullError(BotError):
    """Too much waits to be sent to a chat; this was not sent."""


class StartError(BotError):
    """The bot cannot start."""


class BackupError(BotError):
    """A backup cannot be made, read or restored; what was there is as it was."""


class PictureError(BotError):
    """The text in a picture was not read."""


class PictureTooLargeError(PictureError):
    """A picture has more bytes or pixels, or takes more memory, than allowed."""


class PictureUnreadableError(PictureError):
    """It is no picture that can be read, or reading took too long."""


class PictureBusyError(PictureError):
    """Too many pictures wait already."""
