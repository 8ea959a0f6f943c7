"""What a rendered answer is made of: one message with buttons that lead to its other pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class View(StrEnum):
    """The two faces of an answer; the values stand in callback data."""

    REPORTING = "r"
    DISCUSSION = "d"


class Vote(StrEnum):
    """What a person thinks of an answer; the values stand in callback data."""

    HELPFUL = "h"
    UNHELPFUL = "n"
    OFF_TOPIC = "o"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button that shows another page of the same answer in place."""

    label: str
    view: View
    page: int
    """0-based."""
    claim: int = 0
    """Which claim of the message, 0-based."""
    comment: int = 0
    """The comment whose replies are shown, by its id; 0 for a page of the answer itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One message: Telegram HTML within Telegram's limits, and rows of buttons."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    view: View | None = None
    """Which lane is shown; None where there is nothing to show."""
    claim: int = 0
    """Whose context is shown, where a message makes several claims."""
