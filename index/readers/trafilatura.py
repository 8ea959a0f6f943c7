"""Records of trafilatura, whose `source` is the page's address and whose comments are a text."""

from __future__ import annotations

from collections.abc import Mapping


def fits(value: Mapping[str, object]) -> bool:
    """Whether a record has the fields that this extractor alone gives."""
    return "source-hostname" in value and "fingerprint" in value


def in_our_names(value: Mapping[str, object]) -> Mapping[str, object]:
    """The record by the names of JSON Lines; each line of its comments is one of them."""
    comments = value.get("comments")
    return {
        **value,
        "url": value.get("source"),
        "source": value.get("source-hostname") or value.get("hostname"),
        "comments": comments.splitlines() if isinstance(comments, str) else comments,
    }
