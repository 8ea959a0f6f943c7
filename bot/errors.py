"""What can go wrong at the edge: settings, the command line, Telegram.

BotError
├── SettingsError       a setting has a bad name or value; says which, and what is allowed
├── CommandError        a command was given something that it cannot act on
└── StartError          the bot cannot start; says what to do
"""

from __future__ import annotations


class BotError(Exception):
    """Root of every error of this package."""


class SettingsError(BotError):
    """A setting has a bad name or value."""


class CommandError(BotError):
    """A command was given something that it cannot act on; nothing was changed."""


class StartError(BotError):
    """The bot cannot start."""
