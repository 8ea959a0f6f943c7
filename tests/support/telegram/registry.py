"""Which function answers which method of the Bot API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from support.telegram.world import World

Parameters: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[World, Parameters], Any | Awaitable[Any]]

HANDLERS: dict[str, Handler] = {}


class NotCoveredError(Exception):
    """A part of the Bot API that the stand-in does not have yet."""


def answers(*methods: str) -> Callable[[Handler], Handler]:
    """Register a function as the answer to these methods."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update({method.lower(): handler for method in methods})
        return handler

    return register
