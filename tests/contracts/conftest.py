"""The Bot API stand-in for the contract tests."""

from support.telegram.fixtures import plain_bot, telegram

__all__ = ["plain_bot", "telegram"]
