"""A claim with what should come back for it, as one line of a file of golden queries."""

from __future__ import annotations

import json
import re
from pathlib import Path

from index.library import StoredPassage
from index.model import ArticleHead, Lane

_BEGINNING_WORDS = 10
_ID = re.compile(r"r(\d+)")
NOTHING: dict[str, object] = {
    "document": None,
    "passage": None,
    "comments": [],
    "not_comments": [],
    "nothing": True,
}
"""What is expected where the collection holds nothing close."""


def expecting(passage: StoredPassage) -> dict[str, object]:
    """This passage should come back."""
    begins = beginning(passage.text)
    of_comment = passage.lane is Lane.DISCUSSION
    return NOTHING | {
        "document": _name(passage.document),
        "passage": None if of_comment else begins,
        "comments": [begins] if of_comment else [],
        "nothing": False,
    }


def expecting_document(name: str, *, shown: StoredPassage | None) -> dict[str, object]:
    """Another article should come back; a comment that was shown instead should not."""
    wrong = shown is not None and shown.lane is Lane.DISCUSSION
    return NOTHING | {
        "document": name,
        "not_comments": [beginning(shown.text)] if shown is not None and wrong else [],
        "nothing": False,
    }


def record(number: int, claim: str, expected: dict[str, object]) -> dict[str, object]:
    """One golden query, in the order of fields of `seeds/golden.jsonl`."""
    return {"id": f"r{number:03}", "claim": claim, "kind": "reviewed", **expected}


def next_number(path: Path) -> int:
    """The first number that no reviewed query of the file has.

    Raises:
        ValueError: a line of it is not a golden query.
    """
    numbers = [0]
    for line in _lines(path):
        value = json.loads(line)
        if not isinstance(value, dict) or not {"id", "claim"} & value.keys():
            raise ValueError("a line has no claim")
        match = _ID.fullmatch(str(value.get("id")))
        numbers.append(int(match.group(1)) if match else 0)
    return max(numbers) + 1


def append(path: Path, value: dict[str, object]) -> None:
    """Add a line at the end, also where the last one was left without an end."""
    before = path.read_text("utf-8") if path.exists() else ""
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" if before and not before.endswith("\n") else "")
        file.write(json.dumps(value, ensure_ascii=False) + "\n")


def beginning(text: str) -> str:
    """The first words, verbatim: enough to tell a paragraph from all others."""
    words = list(re.finditer(r"\S+", text.strip().splitlines()[0]))
    return text.strip()[: words[:_BEGINNING_WORDS][-1].end()]


def _name(head: ArticleHead) -> str:
    return head.url or head.title


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [line for line in path.read_text("utf-8").splitlines() if line.strip()]
