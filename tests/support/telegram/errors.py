"""The refusals of the Bot API, with Telegram's own words."""

from __future__ import annotations

from typing import Any

from support.telegram.jsonvalue import Json

_PREFIXES = {
    400: "Bad Request: ",
    401: "Unauthorized",
    403: "Forbidden: ",
    404: "Not Found",
    409: "Conflict: ",
    429: "Too Many Requests: ",
}


class ApiError(Exception):
    """A call that Telegram answers with `"ok": false`.

    The description is given without its prefix: `ApiError(400, "chat not found")`.
    """

    def __init__(self, code: int, reason: str = "", **parameters: Json) -> None:
        self.code = code
        self.description = f"{_PREFIXES.get(code, '')}{reason}"
        self.parameters = parameters
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        """What goes over the wire."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str, **parameters: Json) -> ApiError:
    """400, the parameters are at fault."""
    return ApiError(400, reason, **parameters)


def forbidden(reason: str) -> ApiError:
    """403, the person or the group does not want the bot."""
    return ApiError(403, reason)


def conflict(reason: str) -> ApiError:
    """409, somebody else reads this bot's updates."""
    return ApiError(409, reason)
