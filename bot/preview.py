"""How a file would be read, for a person to check before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from bot.console import count
from bot.terminal import printable
from index.loading import LOW_CONFIDENCE
from index.model import Comment, Document

_LINE_CHARS = 200
_MAX_DEPTH = 40
"""Deeper replies are drawn at this depth: no terminal is wide enough for more."""


def print_preview(document: Document, console: Console) -> None:
    """Title, facts, paragraphs and the comments as a tree, each text cut to one line."""
    tree = Tree(Text(printable(document.title), style="bold"), guide_style="dim")
    for name, value in _facts(document).items():
        tree.add(Text.assemble((f"{name}: ", "dim"), printable(value)))
    body = tree.add(count(len(document.body), "paragraph"))
    for number, paragraph in enumerate(document.body, 1):
        body.add(_line(f"{number}. ", paragraph.text))
    _add_comments(tree.add(count(len(document.comments), "comment")), document.comments)
    for warning in document.warnings:
        tree.add(Text(f"warning: {printable(warning)}", style="yellow"))
    low = document.parse_confidence < LOW_CONFIDENCE
    tree.add(
        Text(f"confidence {document.parse_confidence:.2f}", style="yellow" if low else "green")
    )
    console.print(tree)


def _facts(document: Document) -> Mapping[str, str]:
    published = document.published and document.published.isoformat()
    mentioned = ", ".join(mention.text for mention in document.mentions)
    facts = {
        "credit": document.credit,
        "author": document.author,
        "source": document.source,
        "url": document.url,
        "published": published,
        "mentions": mentioned,
        "language": document.language,
    }
    return {name: value for name, value in facts.items() if value}


def _add_comments(root: Tree, comments: tuple[Comment, ...]) -> None:
    """Hang each comment under the one it answers; parents may stand after their replies."""
    replies: dict[str | None, list[Comment]] = {}
    keys = {comment.key for comment in comments}
    for comment in comments:
        parent = comment.parent if comment.parent in keys else None
        replies.setdefault(parent, []).append(comment)
    waiting = [(root, comment, 0) for comment in reversed(replies.get(None, []))]
    while waiting:
        node, comment, depth = waiting.pop()
        author = comment.author or "(no author)"
        flags = "".join(
            mark
            for mark, wanted in (
                (" [quotes]", any(p.quote for p in comment.paragraphs)),
                (" [boundary uncertain]", any(p.uncertain for p in comment.paragraphs)),
            )
            if wanted
        )
        own = " ".join(p.text for p in comment.paragraphs if not p.quote)
        branch = node.add(_line(f"{printable(author)}{flags}: ", own))
        below = branch if depth < _MAX_DEPTH else node
        waiting += [(below, reply, depth + 1) for reply in reversed(replies.get(comment.key, []))]


def _line(label: str, text: str) -> Text:
    flat = printable(" ".join(text.split()))
    short = flat if len(flat) <= _LINE_CHARS else flat[:_LINE_CHARS].rstrip() + " …"
    return Text.assemble((label, "cyan"), short, no_wrap=True, overflow="ellipsis")
