"""What can go wrong at the edge: settings, the command line, Telegram.

BotError
├── SettingsError       a setting has a bad name or value; says which, and what is allowed
└── StartError          the bot cannot start; says what to do
"""

from __future__ import annotations


class BotError(Exception):
    """Root of every error of this package."""


class SettingsError(BotError):
    """A setting has a bad name or value."""


class StartError(BotError):
    """The bot cannot start."""
