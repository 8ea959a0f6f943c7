"""What operators write for others to read: one line of bounded length."""

from __future__ import annotations

from bot.errors import CommandError

MAX_NAME_CHARS = 200
MAX_NOTE_CHARS = 1_000
MAX_REASON_CHARS = 1_000


def one_line(what: str, text: str, most: int, *, unchanged: str = "nothing changed") -> str:
    """The text with single spaces.

    Args:
        what: what it is called in a fault.
        text: as it was written.
        most: characters that are kept.
        unchanged: what a fault says was not done.

    Raises:
        CommandError: it is empty or too long.
    """
    text = " ".join(text.split())
    if not text:
        raise CommandError(f"The {what} is empty; {unchanged}.")
    if len(text) > most:
        raise CommandError(
            f"The {what} has {len(text):,} characters, at most {most:,} are kept; {unchanged}."
        )
    return text
