"""XML from strangers: no DTD, no entities, no network; streamed, only what is asked for kept."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lxml import etree

from index.errors import MalformedError, TooLargeError
from index.readers.base import SourceFile
from index.readers.decoding import peek

MAX_DEPTH = 100
"""Elements in each other; the deepest known format needs seven."""
MAX_LEAVES = 10_000
"""Kept elements of one node."""

_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
"""Bytes that XML forbids and exports contain all the same."""
_NOT_ASCII = (b"iso-2022", b"utf-7", b"utf-16", b"utf-32", b"ucs-", b"hz-gb")
_ENCODING_FAULTS = frozenset(
    {
        etree.ErrorTypes.ERR_INVALID_ENCODING,
        etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
        etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
        etree.ErrorTypes.ERR_ENCODING_NAME,
    }
)
_EARLY_ENDS = frozenset(
    {
        etree.ErrorTypes.ERR_DOCUMENT_EMPTY,
        etree.ErrorTypes.ERR_DOCUMENT_END,
        etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
        etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
        etree.ErrorTypes.ERR_COMMENT_NOT_FINISHED,
        etree.ErrorTypes.ERR_PI_NOT_FINISHED,
        etree.ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED,
        etree.ErrorTypes.ERR_GT_REQUIRED,
    }
)
_LIMIT_WORDS = ("too big", "too long", "huge", "limit", "depth")
_CACHED_NAMES = 1_000
_NO_ATTRIBUTES: Mapping[str, str] = {}


class BrokenXmlError(MalformedError):
    """XML that breaks off or breaks the rules; the nodes given before that are whole."""


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


def nodes(file: SourceFile, shapes: Shapes, namespaces: Mapping[str, str]) -> Iterator[Node]:
    """The asked-for nodes of an XML file, streamed, each when it ends; inner ones come first.

    Memory is bounded by what one node keeps, whatever else the file holds.

    Args:
        file: the file; its declaration or byte order mark tells its encoding.
        shapes: what to give, and what to keep of it.
        namespaces: a part that a namespace's address contains -> the prefix its names get in
            paths (empty for none). The first that fits counts, and versions do not matter.

    Raises:
        BrokenXmlError: it is not well-formed, or ends early; the nodes before that are whole.
        MalformedError: it has a DOCTYPE.
        TooLargeError: it, its depth, or one of its nodes is beyond the limits.
        ReadError: it cannot be read.
    """
    collector = _Collector(file, shapes, namespaces)
    events: Any = collector
    parser: Any = etree.XMLParser(
        target=events,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for step in _steps(parser, file):
        fault = None
        try:
            step()
        except etree.XMLSyntaxError as error:
            fault = error
        yield from collector.take()
        if fault is not None:
            raise _broken(file.name, fault) from fault


def _steps(parser: Any, file: SourceFile) -> Iterator[Callable[[], object]]:  # noqa: ANN401
    for piece in _clean(file.pieces()):
        yield partial(parser.feed, piece)
    yield parser.close


def root_name(head: bytes) -> str:
    """The name of the outermost element, without prefix; empty where the head is no XML.

    A DOCTYPE is stepped over, so that its reader can refuse the file by name.
    """
    text = peek(head).lstrip("\ufeff \t\n")
    while text.startswith(("<?", "<!")):
        end = "?>" if text.startswith("<?") else ">"
        if text.startswith("<!--"):
            end = "-->"
        elif text.startswith("<!") and "[" in text[: text.find(">") + 1]:
            end = "]>"
        _, found, text = text.partition(end)
        if not found:
            return ""
        text = text.lstrip()
    if not text.startswith("<"):
        return ""
    name = text[1:200].replace("/", " ").replace(">", " ").split(maxsplit=1)
    return name[0].rpartition(":")[2] if name else ""


class _Collector:
    """What the parser tells its events to."""

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
        done, self._done = self._done, []
        return done

    def doctype(self, *_: object) -> None:
        raise MalformedError(
            f"{self._where} has a DOCTYPE, which may hide entities that multiply; "
            "take the line out if you trust the file."
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
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
        if self._text is not None:
            self._text.append(text)
            self._grow(len(text))

    def end(self, _tag: str) -> None:
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


def _clean(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces without bytes that XML forbids, and without space before the declaration."""
    drop, started = _CONTROLS, False
    for piece in pieces:
        if started:
            yield piece.translate(None, drop)
            continue
        body = piece.removeprefix(codecs.BOM_UTF8).lstrip()
        if not body:
            continue
        started = True
        declared = body[:200].lower()
        if b"\0" in body[:4] or piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            drop = b""
            yield piece
            continue
        if any(name in declared.partition(b"?>")[0] for name in _NOT_ASCII):
            drop = b""
        mark = codecs.BOM_UTF8 if piece.startswith(codecs.BOM_UTF8) else b""
        yield mark + body.translate(None, drop)


def _broken(name: str, error: etree.XMLSyntaxError) -> MalformedError | TooLargeError:
    line = error.lineno or 1
    said = (error.msg or "no reason given").partition(", line ")[0]
    if any(word in said.lower() for word in _LIMIT_WORDS):
        return TooLargeError(f"{name}, line {line:,}: a single text is too long ({said}).")
    if error.code in _ENCODING_FAULTS:
        return BrokenXmlError(
            f"{name}, line {line:,}: the text is not in the encoding that the file declares "
            f"({said}); save it as UTF-8"
        )
    if error.code in _EARLY_ENDS:
        return BrokenXmlError(
            f"{name} ends early, in line {line:,}: the copy or the export is not complete"
        )
    return BrokenXmlError(f"{name}, line {line:,}: the XML is broken ({said})")
