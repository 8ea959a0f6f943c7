"""One large JSON value, read piece by piece: the list in it that holds everything."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

from index.errors import MalformedError, TooLargeError
from index.readers.base import SourceFile

MAX_DEPTH = 1_000
"""Lists and objects in each other."""

_STARTS = ("start_map", "start_array")
_ENDS = ("end_map", "end_array")


def entries(file: SourceFile, name: str | None = None) -> Iterator[tuple[str, object]]:
    """The single values of the outermost object, and the items of one list, in file order.

    Args:
        file: the file, UTF-8.
        name: the list's name in the outermost object; None where the list is outermost itself.

    Yields:
        Name and value; for each item of the list, the list's name (empty where it is outermost)
        and the item. Other lists and objects are passed over.

    Raises:
        MalformedError: it is no JSON, not UTF-8, or ends early.
        TooLargeError: an item, the file or its depth is beyond the limits.
        ReadError: it cannot be read.
    """
    builder = _Builder(file, name)
    for event, value in _events(file):
        builder.take(event, value)
        if builder.done:
            yield from builder.done
            builder.done.clear()


def _events(file: SourceFile) -> Iterator[tuple[str, Any]]:
    import ijson

    # Without the paths that its other interfaces build: those grow with the square of the depth.
    events: Any = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events, use_float=True)
    silent, most = 0, file.limits.max_document_bytes
    try:
        for number, piece in enumerate(file.pieces()):
            parser.send(piece if number else piece.removeprefix(codecs.BOM_UTF8))
            silent = 0 if events else silent + len(piece)
            if silent > most:
                raise TooLargeError(f"{file.name} has a text of more than {most:,} bytes.")
            yield from events
            del events[:]
        parser.close()
        yield from events
    except ijson.JSONError as error:
        raise MalformedError(f"{file.name} is no JSON: {_first_line(error)}.") from error
    except UnicodeDecodeError as error:
        raise MalformedError(f"{file.name} is not UTF-8; save the file as UTF-8.") from error


def _first_line(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    text = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return text.strip().split("\n")[0]


class _Builder:
    """Events to values; what nobody asked for is not built."""

    def __init__(self, file: SourceFile, name: str | None) -> None:
        self._file = file
        self._name = name or ""
        self._item_depth = 1 if name is None else 2
        self._depth = 0
        self._inside = name is None
        """Whether the list that was asked for is the open one."""
        self._key = ""
        """The last name in the outermost object."""
        self._open: list[tuple[Any, str]] = []
        """Lists and objects of the current item, each with the name of its next value."""
        self._size = 0
        self.done: list[tuple[str, object]] = []

    def take(self, event: str, value: Any) -> None:  # noqa: ANN401  # JSON is of any type
        if event in _ENDS:
            self._leave()
        elif event == "map_key":
            self._named(value)
        elif event in _STARTS:
            self._enter(event)
        else:
            self._give(value)

    def _enter(self, event: str) -> None:
        if self._depth >= MAX_DEPTH:
            raise TooLargeError(f"{self._file.name} is nested more than {MAX_DEPTH:,} deep.")
        if self._depth == 0:
            self._check_outermost(event)
        if self._open or (self._inside and self._depth == self._item_depth):
            self._grow(1)
            self._open.append(({} if event == "start_map" else [], ""))
        elif self._depth == 1 and event == "start_array" and self._key == self._name:
            self._inside = True
        self._depth += 1

    def _leave(self) -> None:
        self._depth -= 1
        if self._open:
            value, _ = self._open.pop()
            self._put(value)
        elif self._depth < self._item_depth:
            self._inside = False

    def _named(self, name: str) -> None:
        if self._open:
            self._grow(len(name))
            self._open[-1] = (self._open[-1][0], name)
        elif self._depth == 1:
            self._key = name

    def _give(self, value: Any) -> None:  # noqa: ANN401  # JSON is of any type
        if self._open or (self._inside and self._depth == self._item_depth):
            self._grow(len(value) if isinstance(value, str) else 1)
            self._put(value)
        elif self._depth == 1:
            self.done.append((self._key, value))

    def _put(self, value: object) -> None:
        if not self._open:
            self._size = 0
            self.done.append((self._name, value))
            return
        holder, name = self._open[-1]
        if isinstance(holder, list):
            holder.append(value)
        else:
            holder[name] = value

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > self._file.limits.max_document_bytes:
            raise TooLargeError(
                f"{self._file.name} has an entry of more than "
                f"{self._file.limits.max_document_bytes:,} characters, the most for one document."
            )

    def _check_outermost(self, event: str) -> None:
        is_list = event == "start_array"
        if is_list != (self._item_depth == 1):
            kind = "a list" if self._item_depth == 1 else "an object"
            raise MalformedError(f"{self._file.name} must hold {kind}.")
