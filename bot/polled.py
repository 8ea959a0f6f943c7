"""What Telegram gives again is not read again: of a known update, its number is enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telegram._utils.types import JSONDict
from telegram.request import BaseRequest


class PollingRequest(BaseRequest):
    """Makes the calls for updates by another client.

    Under load most of what a call brings was there before. To make objects of a message costs as
    much as to refuse it.
    """

    __slots__ = ("_known", "_request")

    def __init__(self, request: BaseRequest, known: Callable[[int], bool]) -> None:
        """Nothing is opened yet.

        Args:
            request: makes the calls.
            known: whether the update of a number was received before.
        """
        self._request = request
        self._known = known

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
        """Read a reply; of each update that is known only its number is left in it."""
        # Not static as the library's is: it has to know; the library calls it on the object.
        reply = self._request.parse_json_payload(payload)
        result = reply.get("result")
        if isinstance(result, list):
            reply["result"] = [self._short(update) for update in result]
        return reply

    def _short(self, update: Any) -> Any:  # noqa: ANN401 - whatever the reply holds
        number = update.get("update_id") if isinstance(update, dict) else None
        return {"update_id": number} if number is not None and self._known(number) else update
