"""Comments of a page in a form that is not known: told of, so that nobody misses them unheard."""

from __future__ import annotations

from itertools import islice

from lxml import etree

from index.readers.html_tree import Element, classes_of

_SECTIONS = frozenset(
    {"comments", "comments-area", "comments-list", "comment-list", "commentlist"}
)
_SECTIONS_LOOKED_AT = 20
_SECTION_CHARS = 200
"""More than a heading and an invitation to be the first."""
_UNSAID = ("form", "script", "style", "noscript")


def has_unread_comments(root: Element) -> bool:
    """Whether what is called comments has words left, once comments were taken out."""
    sections = (
        each
        for each in root.iter("div", "section", "ol", "ul")
        if _SECTIONS & {*classes_of(each), (each.get("id") or "").lower()}
    )
    # They may stand in each other, however deep.
    return any(_says_much(section) for section in islice(sections, _SECTIONS_LOOKED_AT))


def _says_much(section: Element) -> bool:
    """Whether it has more words than an invitation, forms and scripts left out."""
    chars = 0
    walk = etree.iterwalk(section, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            text = element.tail if element is not section else None
        elif element.tag in _UNSAID:
            # What stands in it, however deep, is not looked at again for each that it stands in.
            walk.skip_subtree()
            text = None
        else:
            text = element.text
        chars += sum(len(word) + 1 for word in (text or "").split())
        if chars > _SECTION_CHARS:
            return True
    return False
