"""Answers to inline queries and to guests: what the bot may offer, and what people then send."""

from __future__ import annotations

from typing import Any

from support.telegram.errors import ApiError, bad_request
from support.telegram.formatting import text_fields
from support.telegram.jsonvalue import Json
from support.telegram.keyboards import checked_inline
from support.telegram.registry import NotCoveredError, Parameters, answers
from support.telegram.world import World

MAX_RESULTS = 50
MAX_ID_BYTES = 64


@answers("answerInlineQuery")
def answer_inline_query(world: World, parameters: Parameters) -> Json:
    query = world.inline.get(parameters["inline_query_id"])
    if query is None or query.expired or query.answer is not None:
        raise ApiError(400, "query is too old and response timeout expired or query ID is invalid")
    offered = [_checked(world, result) for result in parameters["results"]]
    if len(offered) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [result["id"] for result in offered]
    if len(set(ids)) != len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    button = parameters.get("button")
    if button is not None and not 1 <= len(button.get("start_parameter", "")) <= 64:
        raise bad_request("START_PARAM_INVALID")
    query.offered = offered
    query.answer = {k: v for k, v in parameters.items() if k != "inline_query_id"}
    query.bell.ring()
    return True


@answers("answerGuestQuery")
def answer_guest_query(world: World, parameters: Parameters) -> Json:
    guest = world.guests.get(parameters["guest_query_id"])
    if guest is None or guest.answer is not None:
        raise ApiError(400, "query is too old and response timeout expired or query ID is invalid")
    guest.offered = [_checked(world, parameters["result"])]
    guest.answer = dict(parameters)
    guest.bell.ring()
    return {"inline_message_id": f"guest{guest.id}"}


def _checked(world: World, result: dict[str, Any]) -> dict[str, Any]:
    """A result with its message as it would stand in a chat.

    Raises:
        ApiError: 400, as Telegram refuses a result.
    """
    if not 1 <= len(result["id"].encode()) <= MAX_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] != "article":
        raise NotCoveredError(f"inline results of type {result['type']}")
    if not result["title"].strip():
        raise bad_request("RESULT_TITLE_EMPTY")
    content = dict(result["input_message_content"])
    fields = text_fields(world, content | {"text": content.pop("message_text")})
    return result | {"fields": fields, "markup": checked_inline(result.get("reply_markup"))}
