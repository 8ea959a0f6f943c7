"""What docs/formats.md shows as examples is what the readers read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from index.model import Document
from index.readers import Limits
from index.readers.sidecar import KEYS

ReadOne = Callable[..., Document]

DOC = (Path(__file__).parents[3] / "docs" / "formats.md").read_text()


def example(section: str) -> str:
    """The first block of code below a heading."""
    below = DOC.split(f"\n## {section}\n", 1)[1]
    match = re.search(r"^```\w*\n(.*?)^```$", below, re.DOTALL | re.MULTILINE)
    assert match is not None
    return match.group(1)


def threads(document: Document) -> list[tuple[str | None, str | None]]:
    return [(comment.author, comment.parent) for comment in document.comments]


def test_the_flattened_page(read_one: ReadOne) -> None:
    document = read_one(example("Flattened page"))
    assert (document.title, document.credit) == (
        *("Harbour bridge to close for four nights", "Photo: Port authority"),
    )
    assert [p.text[:9] for p in document.body] == ["The harbo", "Buses wil"]
    assert threads(document) == [(None, None), (None, None), ("Mona Ek", None)]
    assert document.parse_confidence == 0.75


def test_json_lines(read_one: ReadOne) -> None:
    document = read_one(example("JSON Lines"), "a.jsonl")
    assert threads(document) == [("Mona Ek", None), ("Bo Lind", "1")]
    assert document.warnings == ()


def test_c4_records(read_one: ReadOne) -> None:
    document = read_one(example("C4 records"), "a.jsonl")
    assert (document.source, document.published) == ("example.org", None)


def test_markdown(read_one: ReadOne) -> None:
    document = read_one(example("Markdown"), "a.md")
    assert threads(document) == [("Mona Ek", None), ("Bo Lind", "1"), (None, None)]
    assert [p.quote for p in document.comments[1].paragraphs] == [True, False]
    assert document.text.endswith("Buses will be diverted over the old lock.")
    assert document.warnings == ()


def test_the_sidecar_settles_its_example(read_one: ReadOne) -> None:
    sidecar = json.loads(example("Sidecar"))
    document = read_one(example("Flattened page"), sidecar=sidecar)
    assert document.title == "Harbour bridge to close"
    assert document.comments[0].text.startswith("Four nights")


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_a_sidecar_is_explained(key: str) -> None:
    assert f"`{key}`" in DOC.split("\n## Sidecar\n", 1)[1].split("\n## ", 1)[0]


def test_every_limit_is_stated() -> None:
    stated = DOC.split("\n## Limits\n", 1)[1]
    defaults = Limits()
    for name in (field.name for field in fields(Limits)):
        value = getattr(defaults, name)
        if name == "max_file_bytes":
            continue
        shown = f"{value // 1024**2} MiB" if name.endswith("_bytes") else f"{value:,}"
        assert f"| {shown}" in stated, name
