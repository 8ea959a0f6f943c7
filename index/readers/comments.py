"""Comments as formats tell them, made into comments whose keys are unique and parents exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.dates import PartialDate
from index.errors import TooLargeError
from index.model import Comment, Paragraph
from index.readers.limits import Limits
from index.readers.quotes import mark_quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One comment as its file tells it."""

    key: str | None = None
    """The format's own id."""
    parent: str | None = None
    """The format's own id of what it answers; it may not exist, or stand later in the file."""
    under: int | None = None
    """Position of the comment that it is nested in; `parent`, where told, comes first."""
    author: str | None = None
    published: PartialDate | None = None
    paragraphs: tuple[Paragraph, ...] = ()


def link(
    told: Sequence[Told], limits: Limits, where: str
) -> tuple[tuple[Comment, ...], tuple[str, ...]]:
    """Comments in the order told, and warnings about what had to be mended.

    A comment without an id gets its 1-based position as key. Of two equal ids the later is
    renamed, or left out where author and words are equal too. A parent that does not exist, or a
    circle of parents, makes a comment a root.

    An empty comment without replies is left out.

    Args:
        told: the comments in the order of the file.
        limits: bounds on their number and on the length of a chain of replies.
        where: the file and, if it holds many, the document: how a fault begins.

    Raises:
        TooLargeError: there are too many comments, or a chain of replies is too long.
    """
    check_count(len(told), limits, where)
    told = _once(told)
    warnings: list[str] = []
    keys, first_with = _unique_keys(told, warnings)
    parents = _parents(told, first_with, warnings)
    _break_circles(parents, keys, warnings)
    _check_depth(parents, limits, where)
    stays = _with_words_or_replies(told, parents)
    comments = [
        Comment(
            key=keys[at],
            parent=None if parents[at] is None else keys[parents[at] or 0],
            author=one.author,
            published=one.published,
            paragraphs=one.paragraphs,
        )
        for at, one in enumerate(told)
        if stays[at]
    ]
    return mark_quotes(comments), tuple(warnings)


def check_count(count: int, limits: Limits, where: str) -> None:
    """Refuse more comments than a document may have.

    Raises:
        TooLargeError: there are more than `max_comments`.
    """
    if count > limits.max_comments:
        raise TooLargeError(
            f"{where} has more than {limits.max_comments:,} comments, the most for one document; "
            "split the discussion over several documents."
        )


def _once(told: Sequence[Told]) -> Sequence[Told]:
    """The comments without those that are told again, as pages do that show them in two places."""
    stated = [one.key for one in told if one.key is not None]
    if len(set(stated)) == len(stated):
        return told
    first: dict[object, int] = {}
    kept: list[Told] = []
    places: list[int] = []
    for one in told:
        place = len(kept)
        if one.key is not None:
            place = first.setdefault((one.key, one.author, one.paragraphs), place)
        places.append(place)
        if place == len(kept):
            kept.append(one)
    return [one if one.under is None else replace(one, under=places[one.under]) for one in kept]


def _unique_keys(told: Sequence[Told], warnings: list[str]) -> tuple[list[str], dict[str, int]]:
    first_with: dict[str, int] = {}
    repeated: list[str] = []
    for at, one in enumerate(told):
        if one.key is not None and first_with.setdefault(one.key, at) != at:
            repeated.append(one.key)
    used, keys = set(first_with), []
    tries: Counter[str] = Counter()
    for at, one in enumerate(told):
        if one.key is not None and first_with[one.key] == at:
            keys.append(one.key)
            continue
        base = str(at + 1) if one.key is None else one.key
        key = base
        while key in used:
            tries[base] += 1
            key = f"{base}-{tries[base] + 1}"
        used.add(key)
        keys.append(key)
    if repeated:
        warnings.append(
            f"{len(repeated)} comments have the id of an earlier one "
            f"(first: {repeated[0][:40]!r}); replies were given to the earlier one"
        )
    return keys, first_with


def _parents(
    told: Sequence[Told], first_with: dict[str, int], warnings: list[str]
) -> list[int | None]:
    unknown: list[str] = []
    parents: list[int | None] = []
    for one in told:
        if one.parent is None:
            parents.append(one.under)
            continue
        parent = first_with.get(one.parent)
        if parent is None:
            unknown.append(one.parent)
        parents.append(one.under if parent is None else parent)
    if unknown:
        warnings.append(
            f"{len(unknown)} comments answer a comment that is not in the file "
            f"(first: {unknown[0][:40]!r}); they stand without it"
        )
    return parents


def _break_circles(parents: list[int | None], keys: Sequence[str], warnings: list[str]) -> None:
    seen_in = [0] * len(parents)
    for start in range(len(parents)):
        at: int | None = start
        while at is not None and not seen_in[at]:
            seen_in[at] = start + 1
            at = parents[at]
        if at is not None and seen_in[at] == start + 1:
            root = _first_of_circle(parents, at)
            parents[root] = None
            warnings.append(
                f"comments answer each other in a circle; {keys[root][:40]!r} stands as its first"
            )


def _first_of_circle(parents: Sequence[int | None], inside: int) -> int:
    first, at = inside, parents[inside]
    while at is not None and at != inside:
        first, at = min(first, at), parents[at]
    return first


def _check_depth(parents: Sequence[int | None], limits: Limits, where: str) -> None:
    depths = [0] * len(parents)
    for start in range(len(parents)):
        chain: list[int] = []
        at: int | None = start
        while at is not None and not depths[at]:
            chain.append(at)
            at = parents[at]
        depth = 0 if at is None else depths[at]
        for member in reversed(chain):
            depth += 1
            depths[member] = depth
        if depth > limits.max_depth:
            raise TooLargeError(
                f"{where} has a chain of more than {limits.max_depth:,} replies; "
                "leave out `parent` where a thread is that deep."
            )


def _with_words_or_replies(told: Sequence[Told], parents: Sequence[int | None]) -> list[bool]:
    """An empty comment stays only to hold replies together."""
    children = Counter(parent for parent in parents if parent is not None)
    stays = [True] * len(told)
    for leaf in range(len(told)):
        at: int | None = leaf
        while at is not None and stays[at] and not told[at].paragraphs and not children[at]:
            stays[at] = False
            at = parents[at]
            if at is not None:
                children[at] -= 1
    return stays


def own_quotes(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Paragraphs of which every line begins with `>` are what the writer marked as a quote."""
    return tuple(
        replace(p, quote=True) if all(x.startswith(">") for x in p.text.split("\n")) else p
        for p in paragraphs
    )
