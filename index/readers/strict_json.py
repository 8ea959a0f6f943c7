"""JSON from strangers: faults have a place, depth is bounded, and nothing but JSON is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping

from index.errors import MalformedError, TooLargeError

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "an object"),
    (type(None), "null"),
)


def parse_json(data: bytes | str, where: str) -> object:
    """The value of a JSON text.

    Args:
        data: the text; bytes must be UTF-8, with or without a byte order mark.
        where: file and line, how a fault begins.

    Raises:
        MalformedError: it is no JSON, or not UTF-8.
        TooLargeError: it is nested deeper than can be read.
    """
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value: object = json.loads(text, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise MalformedError(
            f"{where} is not UTF-8 at byte {error.start + 1}; save the file as UTF-8."
        ) from error
    except RecursionError as error:
        raise TooLargeError(
            f"{where} is nested too deeply; write comments as one flat list with `parent`."
        ) from error
    except ValueError as error:
        raise MalformedError(f"{where} is no JSON: {error}.") from error
    return value


def kind_of(value: object) -> str:
    """What a value is, in words for a fault."""
    for kinds, word in _KINDS:
        if isinstance(value, kinds):
            return word
    return type(value).__name__


def unwrapped(value: object) -> object:
    """What MongoDB's export wraps with its type: `{"$oid": "5f1"}`, `{"$date": …}`."""
    while isinstance(value, Mapping) and len(value) == 1:
        ((name, inner),) = value.items()
        if not str(name).startswith("$"):
            break
        value = inner
    return value


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON value")
