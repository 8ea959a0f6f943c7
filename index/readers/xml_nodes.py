"""The elements of an XML file that were asked for, gathered from a parser's events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from index.errors import MalformedError, TooLargeError
from index.readers.base import SourceFile

MAX_DEPTH = 100
"""Elements in each other; the deepest known format needs seven."""
MAX_LEAVES = 10_000
"""Kept elements of one node."""

_CACHED_NAMES = 1_000
_NO_ATTRIBUTES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One kept element of a node."""

    name: str
    """Its path below the node."""
    text: str
    attributes: Mapping[str, str]
    """By local names."""


@dataclass(slots=True, kw_only=True)
class Node:
    """One element that was asked for, complete, with those of its elements that were asked for."""

    path: str
    attributes: Mapping[str, str]
    leaves: list[Leaf] = field(default_factory=list)
    text: str = ""
    """Its own text, where nothing below it was asked for."""
    size: int = 0
    """Characters in it so far."""

    def get(self, *names: str) -> str:
        """The text of the first leaf that has one of these names and a text, or empty."""
        for name in names:
            for leaf in self.leaves:
                if leaf.name == name and (text := leaf.text.strip()):
                    return text
        return ""

    def all(self, name: str) -> Iterator[Leaf]:
        """The leaves of one name."""
        return (leaf for leaf in self.leaves if leaf.name == name)


Shapes = Mapping[str, frozenset[str]]
"""Path of each element to give as a node -> paths below it of the leaves to keep.

A path is made of names from the root with `/` between. A node without leaves keeps its text.
"""


class Collector:
    """What lxml's parser tells its events to; bounded in depth, and in what one node keeps."""

    def __init__(self, file: SourceFile, shapes: Shapes, namespaces: Mapping[str, str]) -> None:
        self._where = file.name
        self._max_size = file.limits.max_document_bytes
        self._shapes = shapes
        self._namespaces = namespaces
        self._leaves = {
            f"{path}/{leaf}": leaf for path, leaves in shapes.items() for leaf in leaves
        }
        self._ways = {
            path[:end]
            for path in (*shapes, *self._leaves)
            for end in (*(at for at, c in enumerate(path) if c == "/"), len(path))
        }
        self._names: dict[str, str] = {}
        self._paths: list[str] = []
        """Of the open elements; empty for what leads nowhere that was asked for."""
        self._open: list[Node] = []
        self._text: list[str] | None = None
        self._attributes: Mapping[str, str] = {}
        self._done: list[Node] = []

    def take(self) -> list[Node]:
        """The nodes that are complete and were not taken yet."""
        done, self._done = self._done, []
        return done

    def doctype(self, *_: object) -> None:
        """Refuse the file."""
        raise MalformedError(
            f"{self._where} has a DOCTYPE, which may hide entities that multiply; "
            "take the line out if you trust the file."
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if len(self._paths) >= MAX_DEPTH:
            raise TooLargeError(
                f"{self._where} has more than {MAX_DEPTH} elements in each other; "
                "it is no export of a known kind."
            )
        path = self._path(tag)
        self._paths.append(path)
        if not path:
            return
        kept: Mapping[str, str] = _NO_ATTRIBUTES
        if attributes:
            kept = {_local(name): str(value) for name, value in attributes.items()}
        if path in self._shapes:
            self._open.append(Node(path=path, attributes=kept))
            self._grow(sum(map(len, kept.values())))
            if not self._shapes[path]:
                self._text = []
        elif path in self._leaves and self._open:
            self._text, self._attributes = [], kept
            self._grow(sum(map(len, kept.values())))

    def data(self, text: str) -> None:
        """Text, perhaps only a piece of it."""
        if self._text is not None:
            self._text.append(text)
            self._grow(len(text))

    def end(self, _tag: str) -> None:
        """An element is complete."""
        path = self._paths.pop()
        if path in self._shapes:
            node = self._open.pop()
            node.text = "".join(self._text or ())
            self._text = None
            self._done.append(node)
        elif path in self._leaves and self._open:
            self._add_leaf(self._leaves[path])

    def close(self) -> None:
        """Nothing is left to give."""

    def _add_leaf(self, name: str) -> None:
        leaves = self._open[-1].leaves
        leaves.append(Leaf(name=name, text="".join(self._text or ()), attributes=self._attributes))
        self._text = None
        if len(leaves) > MAX_LEAVES:
            raise TooLargeError(
                f"{self._where} has an entry with more than {MAX_LEAVES:,} fields; split the file."
            )

    def _grow(self, size: int) -> None:
        self._open[-1].size += size
        if self._open[-1].size > self._max_size:
            raise TooLargeError(
                f"{self._where} has an entry of more than {self._max_size:,} characters, "
                "the most for one document; shorten or remove it."
            )

    def _path(self, tag: str) -> str:
        # What stands inside a kept text belongs to that text.
        if self._text is not None or (self._paths and not self._paths[-1]):
            return ""
        name = self._name(tag)
        path = f"{self._paths[-1]}/{name}" if self._paths else name
        return path if path in self._ways else ""

    def _name(self, tag: str) -> str:
        known = self._names.get(tag)
        if known is not None:
            return known
        namespace, _, local = tag.rpartition("}")
        prefix = "" if not namespace else "?"
        for part, given in self._namespaces.items():
            if part in namespace.lower():
                prefix = given
                break
        name = f"{prefix}:{local}" if prefix else local
        if len(self._names) < _CACHED_NAMES:
            self._names[tag] = name
        return name


def _local(name: str) -> str:
    return name.rpartition("}")[2]
