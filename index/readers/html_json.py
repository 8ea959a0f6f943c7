"""What a page tells programs about itself as JSON-LD: the article, and sometimes its comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import unescape

from index.dates import PartialDate
from index.errors import ReadError
from index.readers.comments import Told, check_count
from index.readers.fields import clean_name, parse_published
from index.readers.html_text import paragraphs_of
from index.readers.html_tree import Element
from index.readers.limits import Limits
from index.readers.strict_json import parse_json

_SCRIPTS = "//script[@type='application/ld+json']"
_MAX_NODES = 100_000
_ARTICLES = ("Article", "NewsArticle", "BlogPosting", "Posting", "Report", "Review", "QAPage")
_DEEPEST_NAME = 2
"""Lists and objects stand in each other."""
_COMMENTS = ("comment", "suggestedAnswer", "acceptedAnswer")


def linked_data(root: Element) -> list[Mapping[str, object]]:
    """All objects in the JSON-LD of a page, outer before inner; what is no JSON is passed over."""
    found: list[Mapping[str, object]] = []
    for script in root.xpath(_SCRIPTS):
        try:
            waiting: list[object] = [parse_json(script.text or "", "JSON-LD")]
        except ReadError:
            continue
        while waiting and len(found) < _MAX_NODES:
            value = waiting.pop()
            if isinstance(value, Mapping):
                found.append(value)
                waiting.extend(reversed(list(value.values())))
            elif isinstance(value, list):
                waiting.extend(reversed(value))
    return found


def article_in(data: list[Mapping[str, object]]) -> Mapping[str, object]:
    """The object that describes the article, or an empty one."""
    return next((each for each in data if _kind(each).endswith(_ARTICLES)), {})


def comments_in(article: Mapping[str, object], limits: Limits, where: str) -> list[Told]:
    """The comments that an article's JSON-LD holds, nested ones with what they answer.

    Raises:
        TooLargeError: there are too many.
    """
    told: list[Told] = []
    # A stack and not recursion: comments may be nested deeper than Python's stack.
    stack: list[tuple[Mapping[str, object], int | None]] = [
        (each, None) for each in reversed(list(_listed(article)))
    ]
    while stack:
        one, under = stack.pop()
        told.append(
            Told(
                key=text_of(one, "@id", "url", "identifier") or None,
                under=under,
                author=clean_name(name_of(one.get("author") or one.get("creator"))),
                published=date_of(one, "dateCreated", "datePublished"),
                paragraphs=paragraphs_of(text_of(one, "text", "description"), line_breaks=True),
            )
        )
        check_count(len(told), limits, where)
        at = len(told) - 1
        stack.extend((each, at) for each in reversed(list(_listed(one))))
    return told


def text_of(value: Mapping[str, object], *names: str) -> str:
    """The first of these fields that is a text, or empty."""
    texts = (value.get(name) for name in names)
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")


def name_of(value: object) -> str:
    """The names of people or an organisation, however they are told; many systems escape them."""
    names = (unescape(name).strip() for name in _names(value, _DEEPEST_NAME))
    return ", ".join(dict.fromkeys(filter(None, names)))


def _names(value: object, deepest: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = value.get("name")
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each
        elif deepest:
            yield from _names(each, deepest - 1)


def date_of(value: Mapping[str, object], *names: str) -> PartialDate | None:
    """The first of these fields that is a date."""
    for name in names:
        try:
            return parse_published(text_of(value, name))
        except ValueError:
            continue
    return None


def _listed(value: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for name in _COMMENTS:
        held = value.get(name)
        for each in held if isinstance(held, list) else [held]:
            if isinstance(each, Mapping):
                yield each


def _kind(value: Mapping[str, object]) -> str:
    kind = value.get("@type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    return kind if isinstance(kind, str) else ""
