"""JSON from strangers: faults have a place, depth is bounded, and nothing but JSON is taken."""

from __future__ import annotations

import json

from index.errors import MalformedError, TooLargeError


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


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON value")
