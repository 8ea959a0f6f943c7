"""XML from strangers: no DTD, no entities, no network; streamed, only what is asked for kept."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from lxml import etree

from index.errors import MalformedError, TooLargeError
from index.readers.base import SourceFile
from index.readers.decoding import peek
from index.readers.xml_nodes import Collector, Node, Shapes

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


class BrokenXmlError(MalformedError):
    """XML that breaks off or breaks the rules; the nodes given before that are whole."""


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
    collector = Collector(file, shapes, namespaces)
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
