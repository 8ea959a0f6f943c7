"""A page parsed once, in linear time and bounded depth, and small looks into its tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from index.errors import MalformedError, TooLargeError
from index.model import Paragraph
from index.readers.html_text import paragraphs_of

Element = Any
"""An element of lxml, which is untyped."""

_TAKEN = "taken-out"


def parse_page(text: str, where: str) -> Element:
    """The root of a page. Nothing is fetched, no entity but HTML's own is known.

    Args:
        text: the page.
        where: how a fault begins.

    Raises:
        MalformedError: there is nothing in it.
        TooLargeError: it is nested deeper than the parser goes; what is deeper would be lost.
    """
    # A parser that builds the tree by the rules of HTML 5 needs time and memory that grow with
    # the square of unclosed elements. The body's extraction needs a tree of lxml anyway.
    parser = lxml_html.HTMLParser(
        encoding="utf-8",
        no_network=True,
        huge_tree=True,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = lxml_html.document_fromstring(text.encode(), parser=parser)
    except etree.LxmlError as error:
        raise MalformedError(f"{where} is no page: there is nothing in it.") from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise TooLargeError(f"{where} has elements nested too deeply for any page that is read.")
    return root


def classes_of(element: Element) -> frozenset[str]:
    """The classes of an element, in lower case."""
    return frozenset((element.get("class") or "").lower().split())


def words_in(element: Element) -> str:
    """All text in an element on one line."""
    return " ".join("".join(element.itertext()).split())


def paragraphs_in(element: Element) -> tuple[Paragraph, ...]:
    """The paragraphs in an element; those in a block quote are marked."""
    fragment = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return paragraphs_of(fragment, quotes=True)


def take_out(within: Element, elements: Iterable[Element]) -> None:
    """Remove elements that stand in another one, and leave the texts after them.

    All at once: one by one, each would copy the text that was left by those before it.
    """
    marked = [element for element in elements if element is not within]
    parents = dict.fromkeys(element.getparent() for element in marked)
    for element in marked:
        element.tag = _TAKEN
    etree.strip_elements(within, _TAKEN, with_tail=False)
    for parent in parents:
        # Texts that meet become one; thousands in a row would cost whatever reads them the same.
        parent.text = parent.text
        for child in parent:
            child.tail = child.tail
