"""Things that go wrong on purpose: refusals, floods, broken and lost replies, delays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.telegram.errors import ApiError, bad_request, conflict, forbidden
from support.telegram.validate import known_name

_BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    b"</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to a call instead of, or besides, its normal course."""

    error: ApiError | None = None
    """Refused with this; nothing happens in the world."""
    status: int | None = None
    body: bytes | None = None
    """Sent with `status` in the place of the reply."""
    content_type: str = "application/json"
    carried_out: bool = False
    """Whether the call takes effect before its reply is replaced or lost."""
    cut: bool = False
    """The connection breaks: in the middle of the reply if carried out, else before it."""
    wordless: bool = False
    """It breaks before the reply even if the call was carried out."""
    delay_s: float = 0.0


def flood(retry_after_s: int = 1) -> Fault:
    """429 with `retry_after`."""
    reason = f"retry after {retry_after_s}"
    return Fault(error=ApiError(429, reason, retry_after=retry_after_s))


def blocked() -> Fault:
    """403, the person blocked the bot (for one call; `user.block()` lasts)."""
    return Fault(error=forbidden("bot was blocked by the user"))


def refused(reason: str) -> Fault:
    """400 with this reason."""
    return Fault(error=bad_request(reason))


def not_modified() -> Fault:
    """400, as an edit that arrives a second time."""
    return refused(
        "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )


def conflicted() -> Fault:
    """409, as for a bot that runs twice."""
    return Fault(
        error=conflict(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
    )


def unauthorized() -> Fault:
    """401, the token was revoked."""
    return Fault(error=ApiError(401))


def server_error() -> Fault:
    """500 in Telegram's JSON."""
    return Fault(error=ApiError(500, "Internal Server Error"))


def bad_gateway() -> Fault:
    """502 with a proxy's HTML page."""
    return Fault(status=502, body=_BAD_GATEWAY, content_type="text/html")


def broken_json(*, carried_out: bool = False) -> Fault:
    """200 with a reply that ends too early to be JSON."""
    return Fault(status=200, body=b'{"ok":true,"result":{"message_id":', carried_out=carried_out)


def dropped(*, carried_out: bool = True) -> Fault:
    """The connection breaks: inside the reply to a call that took effect, or before any reply."""
    return Fault(cut=True, carried_out=carried_out)


def swallowed() -> Fault:
    """The call takes effect; the connection breaks before any reply, as if it had not."""
    return Fault(cut=True, carried_out=True, wordless=True)


def slow(delay_s: float) -> Fault:
    """The call takes effect at once; its reply comes late."""
    return Fault(carried_out=True, delay_s=delay_s)


@dataclass(slots=True, kw_only=True)
class _Planned:
    fault: Fault
    method: str | None
    chat_id: int | None
    left: int | None


class Faults:
    """The faults that are planned, in the order of planning."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def plan(
        self,
        fault: Fault,
        method: str | None = None,
        *,
        chat_id: int | None = None,
        times: int | None = 1,
    ) -> None:
        """Let the next calls fail.

        Args:
            fault: What happens.
            method: Only calls of this method; None for every method but getUpdates.
            chat_id: Only calls about this chat.
            times: How many calls; None for all of them until `clear`.
        """
        known_name(method)
        name = method.lower() if method else None
        self._planned.append(_Planned(fault=fault, method=name, chat_id=chat_id, left=times))

    def clear(self) -> None:
        """From now on everything works."""
        self._planned.clear()

    def take(self, method: str, parameters: dict[str, Any]) -> Fault | None:
        """The fault for this call, if one is planned; counts it."""
        for planned in self._planned:
            if not self._meets(planned, method.lower(), parameters):
                continue
            if planned.left is not None:
                planned.left -= 1
                if planned.left <= 0:
                    self._planned.remove(planned)
            return planned.fault
        return None

    @staticmethod
    def _meets(planned: _Planned, method: str, parameters: dict[str, Any]) -> bool:
        if planned.method is None and method == "getupdates":
            return False
        if planned.method not in (None, method):
            return False
        return planned.chat_id in (None, parameters.get("chat_id"))
