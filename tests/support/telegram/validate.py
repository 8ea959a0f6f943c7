"""Everything that goes in or out is held against aiogram's types for the whole Bot API.

aiogram is written from Telegram's published schema by other people, so it is an oracle that
neither the bot nor this stand-in can bend.
"""

from __future__ import annotations

import json
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import aiogram.methods
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile, Update
from pydantic import TypeAdapter, ValidationError
from support.telegram.errors import ApiError, bad_request
from support.telegram.jsonvalue import Json

_TRUE = {"true", "yes", "1"}


class NotInTheApiError(Exception):
    """Bot or stand-in used something that Telegram's schema does not have."""


@cache
def methods() -> dict[str, type[TelegramMethod[Any]]]:
    """Every method of the Bot API by its lower-case name; names are not case sensitive."""
    return {
        value.__api_method__.lower(): value
        for value in vars(aiogram.methods).values()
        if isinstance(value, type)
        and issubclass(value, TelegramMethod)
        and value is not TelegramMethod
    }


DOWNLOAD = "download"
"""How calls and faults name the download of a file, which is no method."""


def known_name(method: str | None) -> None:
    """Hold that a test names a method that exists; a typing error would make it prove nothing.

    Raises:
        ValueError: there is no such method.
    """
    if method is not None and method.lower() not in methods() and method != DOWNLOAD:
        raise ValueError(f"The Bot API has no method {method!r}")


def _members(annotation: Json) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, UnionType):
        return tuple(m for part in get_args(annotation) for m in _members(part))
    return (annotation,)


@cache
def _fields(method: type[TelegramMethod[Any]]) -> dict[str, frozenset[Any]]:
    """The types that each parameter may have, as a set of classes and generic aliases."""
    return {
        info.alias or name: frozenset(
            get_origin(m) or m for m in _members(info.annotation) if m is not type(None)
        )
        for name, info in method.model_fields.items()
    }


def decode(method: type[TelegramMethod[Any]], raw: dict[str, Any]) -> dict[str, Any]:
    """Parameters as Telegram reads them: a form carries numbers and nested values as JSON.

    Raises:
        ApiError: 400 where a nested value is not JSON.
    """
    fields = _fields(method)
    return {name: _decode(name, value, fields.get(name)) for name, value in raw.items()}


def _decode(name: str, value: Json, kinds: frozenset[Any] | None) -> Json:
    if not isinstance(value, str) or not kinds:
        return value
    if bool in kinds and int not in kinds:
        return value.lower() in _TRUE
    if str in kinds:
        looks_numeric = int in kinds and value.lstrip("-").isdecimal()
        return int(value) if looks_numeric else value
    if InputFile in kinds:
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad_request(f"can't parse {name} JSON object") from error


def check_parameters(method: type[TelegramMethod[Any]], parameters: dict[str, Any]) -> None:
    """Hold a call against the schema, unknown names included, at any depth.

    Raises:
        NotInTheApiError: naming each fault.
    """
    known = {name: _as_file(value) for name, value in parameters.items()}
    try:
        method.model_validate(known, extra="forbid", by_alias=True, by_name=False)
    except ValidationError as error:
        raise NotInTheApiError(_faults(error)) from error


def _as_file(value: Json) -> Json:
    return BufferedInputFile(value, value.name) if isinstance(value, Upload) else value


@cache
def _result_type(method: type[TelegramMethod[Any]]) -> TypeAdapter[Any]:
    return TypeAdapter(method.__returning__)


def check_result(method: type[TelegramMethod[Any]], result: Json) -> None:
    """Hold a result against the method's return type.

    Raises:
        NotInTheApiError: the stand-in is wrong.
    """
    try:
        _result_type(method).validate_python(result, extra="forbid", by_alias=True, by_name=False)
    except ValidationError as error:
        raise NotInTheApiError(_faults(error)) from error


def check_update(update: dict[str, Any]) -> None:
    """Hold an update against the schema.

    Raises:
        NotInTheApiError: the stand-in, or a test that builds updates by hand, is wrong.
    """
    try:
        Update.model_validate(update, extra="forbid", by_alias=True, by_name=False)
    except ValidationError as error:
        raise NotInTheApiError(_faults(error)) from error


class Upload(bytes):
    """A file that came with a call, with its name."""

    name: str = "file"


def missing(name: str) -> ApiError:
    """Telegram's refusal of a call without a parameter."""
    reasons = {
        "chat_id": "chat_id is empty",
        "text": "message text is empty",
        "message_id": "message identifier is not specified",
        "file_id": "invalid file_id",
    }
    return bad_request(reasons.get(name, f"parameter {name} is required"))


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)
    )
