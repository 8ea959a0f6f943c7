"""HTML fragments to paragraphs of plain text: posts and comments of exports and feeds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from index.model import Paragraph
from index.readers.decoding import normalise

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main",
        "menu", "nav", "ol", "optgroup", "p", "pre", "section", "summary", "table", "tbody",
        "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
_CELLS = frozenset({"td", "th"})
_DROPPED = frozenset(
    {
        "applet", "audio", "button", "canvas", "datalist", "embed", "head", "iframe", "input",
        "map", "math", "meter", "noembed", "noframes", "noscript", "object", "option", "progress",
        "script", "select", "style", "svg", "template", "textarea", "title", "video",
    }
)  # fmt: skip
_ONE_SPACE = frozenset({"p", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption"})
"""Inside these a line break of the source is a space, everywhere."""
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_IN_LINE = re.compile(r"[ \t\r\f\v]+")


def paragraphs_of(
    html: str, *, line_breaks: bool = False, quotes: bool = False
) -> tuple[Paragraph, ...]:
    """The paragraphs of an HTML fragment as a reader sees them, without markup.

    Scripts, styles, embeds and forms are dropped with all they hold; links and emphasis are
    reduced to their words; `<br>` is a line break and two of them end a paragraph; a row of a
    table is a paragraph.

    Args:
        html: the fragment, or plain text.
        line_breaks: line breaks of the source count outside of `<p>`, and a blank line ends a
            paragraph, as WordPress shows it. Otherwise they are space.
        quotes: mark paragraphs in `<blockquote>` as quotes, as comments use it.
    """
    if "<" not in html and "&" not in html:
        source = html if line_breaks else _SPACE.sub(" ", html)
        return tuple(Paragraph(text=text) for text in _cut(source))
    target = _Text(line_breaks=line_breaks, quotes=quotes)
    events: Any = target
    # Bytes with a stated encoding: a <meta> in the fragment must not change it.
    parser: Any = etree.HTMLParser(
        target=events, encoding="utf-8", no_network=True, huge_tree=False, recover=True
    )
    parser.feed(f"<div>{normalise(html)}</div>".encode())
    parser.close()
    return tuple(target.paragraphs)


def words_of(html: str) -> str:
    """All words of an HTML fragment on one line: for titles and names."""
    return " ".join(" ".join(p.text for p in paragraphs_of(html)).split())


class _Text:
    """What the parser tells its events to."""

    def __init__(self, *, line_breaks: bool, quotes: bool) -> None:
        self.paragraphs: list[Paragraph] = []
        self._line_breaks = line_breaks
        self._mark_quotes = quotes
        self._parts: list[str] = []
        self._dropped = 0
        self._quoted = 0
        self._one_space = 0
        self._verbatim = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        if tag in _BLOCKS:
            self._flush()
        elif tag == "br":
            self._parts.append("\n")
        elif tag in _CELLS:
            self._parts.append(" ")
        self._count(tag, 1)

    def end(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        if tag in _BLOCKS:
            self._flush()
        self._count(tag, -1)

    def data(self, text: str) -> None:
        if self._dropped:
            return
        keeps = self._verbatim or (self._line_breaks and not self._one_space)
        self._parts.append(text if keeps else _SPACE.sub(" ", text))

    def close(self) -> None:
        self._flush()

    def _count(self, tag: str, by: int) -> None:
        if tag == "blockquote":
            self._quoted += by
        elif tag in _ONE_SPACE:
            self._one_space += by
        elif tag == "pre":
            self._verbatim += by

    def _flush(self) -> None:
        if self._parts:
            quote = self._mark_quotes and self._quoted > 0
            self.paragraphs.extend(
                Paragraph(text=text, quote=quote) for text in _cut("".join(self._parts))
            )
            self._parts = []


def _cut(text: str) -> list[str]:
    """Paragraphs of a text in which line breaks count, each without needless space."""
    found = []
    for part in _GAP.split(normalise(text).strip()):
        lines = (_IN_LINE.sub(" ", line).strip() for line in part.split("\n"))
        paragraph = "\n".join(line for line in lines if line)
        if paragraph:
            found.append(paragraph)
    return found
