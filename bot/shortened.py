"""What nobody looks at in Telegram's replies is not made objects of.

To make objects of a message takes as long as to refuse it, or to send one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telegram._utils.types import JSONDict
from telegram.constants import ChatType
from telegram.request import BaseRequest

Shorten = Callable[[Any], Any]
"""What of a result is looked at."""


def each_update(came: Callable[[JSONDict], JSONDict]) -> Shorten:
    """Of each update what `came` leaves of it: under load most come again.

    Args:
        came: is given each update, and returns what is to be read of it.
    """

    def short(update: Any) -> Any:  # noqa: ANN401 - whatever the reply holds
        is_one = isinstance(update, dict) and isinstance(update.get("update_id"), int)
        return came(update) if is_one else update

    return lambda result: [short(one) for one in result] if isinstance(result, list) else result


def sent_message(result: Any) -> Any:  # noqa: ANN401 - whatever the reply holds
    """Of a message that the bot wrote, where it stands; in groups also what it replies to.

    In a private chat the bot has seen that before.
    """
    if not isinstance(result, dict) or "message_id" not in result:
        return result
    chat = result.get("chat")
    private = isinstance(chat, dict) and chat.get("type") == ChatType.PRIVATE
    kept = _WHERE if private else (*_WHERE, "reply_to_message")
    return {name: result[name] for name in kept if name in result}


_WHERE = ("message_id", "message_thread_id", "date", "chat")


class ShortenedReplies(BaseRequest):
    """Makes calls by another client, and reads no more of the replies than is looked at."""

    __slots__ = ("_request", "_shorten")

    def __init__(self, request: BaseRequest, shorten: Shorten) -> None:
        """Nothing is opened yet.

        Args:
            request: makes the calls.
            shorten: is given each result, and returns what is to be read of it.
        """
        self._request = request
        self._shorten = shorten

    @property
    def read_timeout(self) -> float | None:
        """Seconds that a reply may take by default."""
        return self._request.read_timeout

    async def initialize(self) -> None:
        """Open the client."""
        await self._request.initialize()

    async def shutdown(self) -> None:
        """Close the client."""
        await self._request.shutdown()

    async def do_request(self, *arguments: Any, **named: Any) -> tuple[int, bytes]:  # noqa: ANN401 - the other client knows them
        """Make one call."""
        return await self._request.do_request(*arguments, **named)

    def parse_json_payload(self, payload: bytes) -> JSONDict:  # type: ignore[override]
        """Read a reply, and shorten its result."""
        # Not static as the library's is: it has to know; the library calls it on the object.
        reply = self._request.parse_json_payload(payload)
        if "result" in reply:
            reply["result"] = self._shorten(reply["result"])
        return reply
