"""Pages saved from the web: the article, and the comments that are in the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from lxml import etree

from index.errors import MalformedError
from index.model import Document, Paragraph
from index.readers.base import SourceFile
from index.readers.comments import Told
from index.readers.decoding import peek
from index.readers.fields import one_line
from index.readers.html_comments import take_comments
from index.readers.html_decoding import decode_page
from index.readers.html_head import PageHead, head_of_page, loaded_by_script
from index.readers.html_json import article_in, comments_in, linked_data
from index.readers.html_tree import Element, paragraphs_in, parse_page, words_in
from index.readers.html_unread import has_unread_comments
from index.readers.limits import Limits
from index.readers.records import Record, head_of, with_comments

SHORT_BODY_CHARS = 250
"""Below this an article was probably not found, or is not in the page."""
LOW_CONFIDENCE = 0.5
MAX_ELEMENTS = 20_000
"""Of a page without its comments; on odd pages the extraction takes time by their square."""

_OPENING_CHARS = 80
_SUFFIXES = (".html", ".htm", ".xhtml", ".mhtml.html")
_SURE = ("<!doctype html", "<html")
_HOLDERS = (
    "//*[@itemprop='articleBody']", "//*[contains(@class, 'entry-content')]", "//article",
    "//main", "//body",
)  # fmt: skip
_TELEGRAM = b'class="page_body chat_page"'
_AS_HTML = {"head": "h2", "item": "li", "quote": "blockquote", "row": "tr", "cell": "td",
            "lb": "br", "list": "ul"}  # fmt: skip


class HtmlReader:
    """One document from a page of the web."""

    name = "HTML page"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of a page's outermost element, likely for markup under a page's suffix."""
        start = peek(head).lstrip("\ufeff \t\n")[:4_096].lower()
        while start.startswith(("<?xml", "<!--")):
            start = start.partition("-->" if start.startswith("<!--") else "?>")[2].lstrip()
        if start.startswith(_SURE):
            return 0.9
        return 0.6 if name.endswith(_SUFFIXES) and "<" in start else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The one document of a page.

        Raises:
            MalformedError: no article and no comment is found in it, it is a chat of Telegram, or
                the sidecar is wrong.
            TooLargeError: it is beyond the limits, or nested too deeply.
            ReadError: it cannot be read.
        """
        file.sidecar.refuse_for_boundary(file.name)
        data = file.data()
        if _TELEGRAM in data:
            # Messages of many people, which would stand there as one article.
            raise MalformedError(
                f"{file.name} is a Telegram export in HTML, which is not read; export the chat "
                'again in the format "Machine-readable JSON".'
            )
        document = document_of_page(
            data, file.name, file.limits, charset=file.charset, address=file.address
        )
        yield file.sidecar.apply(document, file.limits)


def document_of_page(
    data: bytes, where: str, limits: Limits, *, charset: str | None = None, address: str = ""
) -> Document:
    """The document of a page.

    Args:
        data: its bytes.
        where: how a fault begins.
        limits: bounds on its comments and paragraphs.
        charset: the encoding that the server stated.
        address: where it was fetched.

    Raises:
        UnknownFormatError: it is no text.
        MalformedError: no article and no comment is found in it.
        TooLargeError: it is beyond the limits, or nested too deeply.
    """
    decoded = decode_page(data, where, charset)
    root = parse_page(decoded.text, where)
    article = article_in(linked_data(root))
    script = loaded_by_script(root)
    # Before the body is extracted: it would take comments for paragraphs of the article.
    told = take_comments(root, limits, where)
    unread = not told and has_unread_comments(root)
    # After it: a comment's date is not the article's.
    page = head_of_page(root, article, decoded.text, address)
    told = told if any(one.paragraphs for one in told) else comments_in(article, limits, where)
    extracted = _extract(root)
    title = page.title or (extracted.title if extracted else "") or _title(root)
    body, is_sure = _body(root, extracted, title)
    if not body and not told:
        raise MalformedError(f"{where} has no article that can be found, and no comment.")
    record = Record(values=_values(page, extracted, title), where=where, limits=limits)
    record.warnings.extend(decoded.warnings)
    if script and not told:
        record.warnings.append(
            f"comments not in page: {script} loads them by script; export them from there"
        )
    elif unread:
        record.warnings.append(
            "the page has comments in a form that is not known; a sidecar can state them"
        )
    if not is_sure:
        record.warnings.append("the article's text is short or was guessed; look at it")
    # A date in a header is exact; a record's own would be read from words again.
    head = replace(head_of(record, body, title=_opening(body, told)), published=page.published)
    document = with_comments(head, told, record)
    # Where none is in the page, readers may have said something elsewhere.
    document = replace(document, newest_only=not told)
    return document if is_sure else replace(document, parse_confidence=LOW_CONFIDENCE)


def _extract(root: Element) -> Any:  # noqa: ANN401  # trafilatura's Document is untyped
    """What trafilatura finds, or None."""
    if sum(1 for _ in islice(root.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        return None
    import trafilatura

    # Its messages may hold parts of pages.
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        return trafilatura.bare_extraction(
            root, with_metadata=True, include_comments=False, include_tables=True
        )
    except (etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        # It stumbles over odd trees; what is below finds the text, with a warning.
        return None


def _body(root: Element, extracted: Any, title: str) -> tuple[tuple[Paragraph, ...], bool]:  # noqa: ANN401  # as above
    """The paragraphs of the article, and whether they are likely all and only those."""
    body: tuple[Paragraph, ...] = ()
    if extracted is not None and extracted.body is not None:
        for element in extracted.body.iter(*_AS_HTML):
            element.tag = _AS_HTML[element.tag]
        body = _plain(paragraphs_in(extracted.body), title)
    if body:
        return body, sum(len(each.text) for each in body) >= SHORT_BODY_CHARS
    for path in _HOLDERS:
        for element in root.xpath(path)[:1]:
            body = _plain(paragraphs_in(element), title)
            if body:
                return body, False
    return (), False


def _plain(paragraphs: tuple[Paragraph, ...], title: str) -> tuple[Paragraph, ...]:
    """Without the title that an article repeats; what an article quotes is part of it."""
    plain = [replace(each, quote=False) for each in paragraphs]
    if plain and " ".join(plain[0].text.split()) == " ".join(title.split()):
        plain = plain[1:]
    return tuple(plain)


def _opening(body: Sequence[Paragraph], told: Sequence[Told]) -> str:
    """What to call a page without a title; never where it lay, which readers would be shown."""
    said = (paragraph for one in told for paragraph in one.paragraphs)
    lines = (one_line(paragraph.text, _OPENING_CHARS) for paragraph in (*body, *said))
    return next(filter(None, lines), "?")


def _title(root: Element) -> str:
    for path in ("//h1", "//title"):
        for element in root.xpath(path)[:1]:
            if words := words_in(element):
                return words
    return ""


def _values(page: PageHead, extracted: Any, title: str) -> dict[str, str]:  # noqa: ANN401  # as above
    found = {
        "title": one_line(title, 500),
        "url": page.url,
        "source": page.source,
        "language": page.language,
        "author": page.author or (extracted.author if extracted else "") or "",
    }
    return {name: text for name, text in found.items() if text}
