"""The comments that a page holds, found by how the common systems mark them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from index.dates import PartialDate
from index.readers.comments import Told, check_count
from index.readers.fields import clean_name, parse_published
from index.readers.html_tree import Element, classes_of, paragraphs_in, take_out, words_in
from index.readers.limits import Limits

_TAGS = frozenset({"li", "div", "article", "section", "dl", "dd", "tr", "table"})
_ID = re.compile(r"(?:(?:li|div)-)?(?:comment[-_]?|c(?=\d{4}))(\d+)", re.IGNORECASE)
_WPDISCUZ = re.compile(r"wpd-comm-(\d+)_(\d+)")
_CLASSES = frozenset({"comment", "wpd-comment", "comment-item", "comment-block", "user-comment"})
_NO_COMMENT = frozenset({"pingback", "trackback", "comment-respond"})
_GONE = frozenset({"deleted", "comment-deleted", "comment--deleted", "removed", "spam"})
_PARENTS = (
    "data-parent-id", "data-parent", "data-parentid", "data-comment-parent", "data-parent-comment",
)  # fmt: skip

_AUTHORS = (
    "fn", "wpd-comment-author", "comment-author", "comment_author", "comment-author-name",
    "comment__author", "comment-name", "author", "username", "user-name", "user", "commenter",
    "p-author", "author-name", "wp-block-comment-author-name",
)  # fmt: skip
_TEXTS = (
    "field-name-comment-body", "field--name-comment-body",
    "wpd-comment-text", "comment-content", "comment_content", "comment__content", "comment-text",
    "comment_text", "comment__text", "commenttext", "comment-entry", "comment-message", "message",
    "e-content", "wp-block-comment-content",
)  # fmt: skip
_DATES = (
    "wpd-comment-date", "comment-date", "comment_date", "comment__date", "comment-time",
    "comment-metadata", "comment-meta", "commentmetadata", "datetime", "date", "published",
    "wp-block-comment-date",
)  # fmt: skip
_NOT_TEXT = frozenset(
    {
        *_AUTHORS, *_DATES, "says", "reply", "comment-reply", "comment-reply-link", "avatar",
        "edit-link", "comment-edit-link", "comment-actions", "comment-footer", "comment-links",
        "comment-awaiting-moderation", "comment-header", "wpd-comment-footer", "wpd-avatar",
        "wpd-comment-label", "votes", "likes", "comment-respond", "screen-reader-text",
        "comment__submitted", "submitted",
    }
)  # fmt: skip
_MOST_SAYING = 3
"""Words behind a name that are none of the comment's, as `says:` or `a dit :`."""
_QUOTED_NAMES = ".//aside[contains(@class, 'quote')]/div[@class='title']"
"""Who is quoted, in Discourse: no words of the comment."""
_AT = re.compile(r"\s+(?:at|um|à|a las|às|в|@|\||-)\s+\d.*$|,?\s+\d{1,2}[:.]\d{2}\b.*$", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class _Found:
    """An element that is a comment."""

    element: Element
    key: str | None
    parent: str | None
    under: int | None
    has_words: bool = False
    """Some text of its own was met, so that a comment in it must be a reply."""


def take_comments(root: Element, limits: Limits, where: str) -> list[Told]:
    """The comments of a page in its order; they are taken out of the tree.

    Raises:
        TooLargeError: there are too many, or one is too long.
    """
    # What a script would fill in; nobody said it.
    take_out(root, (e for e in root.iter("template") if e.get("shadowrootmode") is None))
    found = list(_found(root))
    check_count(len(found), limits, where)
    told: list[Told] = []
    read: dict[int | None, list[Element]] = defaultdict(list)
    # From the last to the first: what answers a comment has been read when its turn comes.
    for at in reversed(range(len(found))):
        one = found[at]
        take_out(one.element, read.pop(at, ()))
        told.append(_told(one))
        read[one.under].append(one.element)
    take_out(root, read[None])
    named = root.xpath("//*[contains(@class, 'pingback') or contains(@class, 'trackback')]")
    take_out(root, (each for each in named if _NO_COMMENT & classes_of(each)))
    return told[::-1]


def _found(root: Element) -> list[_Found]:
    found: list[_Found] = []
    open_: list[int] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            if open_ and found[open_[-1]].element is element:
                open_.pop()
            text = element.tail
        else:
            outer = found[open_[-1]] if open_ else None
            one = _comment(element, outer, open_[-1] if open_ else None)
            if one is not None:
                open_.append(len(found))
                found.append(one)
            text = element.text if element.tag not in ("script", "style") else None
        if open_ and text and not text.isspace():
            found[open_[-1]].has_words = True
    return found


def _comment(element: Element, outer: _Found | None, under: int | None) -> _Found | None:
    """The comment that an element is, or None where it is none of its own."""
    if element.tag not in _TAGS:
        return None
    classes = classes_of(element)
    if classes & _NO_COMMENT:
        return None
    key, parent = _ids(element)
    if key is None and not (classes & _CLASSES or _is_microdata(element)):
        return None
    if outer is not None:
        if key is not None and key == outer.key:
            return None
        if not outer.has_words and (key is None or outer.key is None):
            # A wrapper and the comment in it are one.
            outer.key = outer.key or key
            return None
    stated = next((value for name in _PARENTS if (value := element.get(name))), None)
    stated = parent or stated
    if stated is not None and (match := _ID.fullmatch(stated)):
        stated = match[1]
    return _Found(
        element=element, key=key, parent=None if stated in ("0", "") else stated, under=under
    )


def _ids(element: Element) -> tuple[str | None, str | None]:
    """A comment's own id and that of its parent, as far as attributes tell them."""
    stated = element.get("id") or ""
    if match := _WPDISCUZ.fullmatch(stated):
        return match[1], match[2]
    if match := _ID.fullmatch(stated):
        return match[1], None
    classes = classes_of(element)
    number = element.get("data-comment-id") or element.get("data-commentid")
    return (number, None) if number and classes & _CLASSES else (None, None)


def _is_microdata(element: Element) -> bool:
    kind = (element.get("itemtype") or "").rstrip("/").rpartition("/")[2]
    return (
        kind in ("Comment", "UserComments") or "comment" in (element.get("itemprop") or "").split()
    )


def _told(one: _Found) -> Told:
    element = one.element
    if classes_of(element) & _GONE:
        return Told(key=one.key, parent=one.parent, under=one.under)
    author, published = _author(element), _published(element)
    text = _first(element, _TEXTS, ("text", "commentText"))
    if text is None:
        text = element
        take_out(text, _descendants(text, lambda e: bool(_NOT_TEXT & classes_of(e))))
        take_out(text, _descendants(text, _is_about))
    take_out(text, text.xpath(_QUOTED_NAMES))
    return Told(
        key=one.key,
        parent=one.parent,
        under=one.under,
        author=author,
        published=published,
        paragraphs=paragraphs_in(text),
    )


def _is_about(element: Element) -> bool:
    """Whether it says something about a comment and is none of its text."""
    properties = set((element.get("itemprop") or "").split())
    about = {"author", "creator", "datePublished", "dateCreated", "commentTime", "name"}
    named = element.tag == "cite" and not _is_in_text(element)
    return bool(properties & about) or named or element.tag in ("form", "time")


def _author(element: Element) -> str | None:
    holder = _first(element, (), ("author", "creator"))
    if holder is not None:
        inner = _first(holder, (), ("name",))
        named = inner if inner is not None else holder
        return clean_name(named.get("content") or words_in(named))
    holder = _first(element, _AUTHORS, ())
    if holder is None:
        holder = next(_descendants(element, _is_person), None)
    if holder is None:
        return _cited(element)
    take_out(holder, _descendants(holder, lambda e: "says" in classes_of(e)))
    return clean_name(words_in(holder))


def _is_person(element: Element) -> bool:
    """In RDFa, as Drupal writes it."""
    return (element.get("typeof") or "").rpartition(":")[2] == "Person"


def _cited(element: Element) -> str | None:
    """The author where a page has them as WordPress had before 2010: `<cite>Name</cite> says:`."""
    cite = next(element.iter("cite"), None)
    if cite is None:
        return None
    says = (cite.tail or "").split()
    speaks = bool(says) and says[-1].endswith(":") and len(says) <= _MOST_SAYING
    if _is_in_text(cite) and not (speaks and _is_first(cite)):
        return None
    if speaks:
        cite.tail = None
    return clean_name(words_in(cite))


def _is_first(cite: Element) -> bool:
    return cite.getprevious() is None and not (cite.getparent().text or "").strip()


def _is_in_text(cite: Element) -> bool:
    """Whether it is a work that somebody speaks of, or whom they quote."""
    return any(each.tag in ("p", "blockquote") for each in cite.iterancestors())


def _published(element: Element) -> PartialDate | None:
    stated = [each.get("datetime") for each in element.iter("time")]
    holder = _first(element, (), ("datePublished", "dateCreated", "commentTime"))
    if holder is not None:
        stated += [holder.get("datetime"), holder.get("content"), words_in(holder)]
    holder = _first(element, _DATES, ())
    if holder is not None:
        stated += [holder.get("title"), holder.get("datetime"), words_in(holder)]
    for text in filter(None, stated):
        for form in (text, _AT.sub("", text[:200])):
            try:
                return parse_published(form)
            except ValueError:
                continue
    return None


def _first(
    element: Element, classes: tuple[str, ...], properties: tuple[str, ...]
) -> Element | None:
    """The first element of the first property or class that there is one of."""
    best, rank = None, len(classes) + len(properties)
    for each in element.iterdescendants(etree.Element):
        own = (each.get("itemprop") or "").split()
        marks = classes_of(each) if classes else frozenset()
        for at, name in enumerate((*properties, *classes)[:rank]):
            if name in (own if at < len(properties) else marks):
                best, rank = each, at
                break
    return best


def _descendants(element: Element, wanted: Callable[[Element], bool]) -> Iterator[Element]:
    return (each for each in element.iterdescendants(etree.Element) if wanted(each))
