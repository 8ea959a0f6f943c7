"""No pattern of the program takes much longer than its text is long, whatever is in the text."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import bot
import embeddings
import index
from index.readers.urls import _page

LENGTH = 600
LONGEST_S = 30.0
"""Of processor time. Linear and quadratic patterns take a second or two, others for ever."""
PIECES = (
    "a", "A", "0", " ", "\n", "\t", ".", ",", "-", "_", "/", ":", "(", ")", "[", "<", ">", "&",
    "=", '"', "'", "*", "#", "+", "@", "é", "ж", "\u200b", "a ", "a.", "1,", "1.", "a\n", "\n\n",
    "<a", "&a", "--", "a-", "http://a", "a@", "12:", "2020-", "<!--", "[a](", "é ", " a\n", "]]",
)  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for package in (embeddings, index, bot):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in found.name or found.name.endswith("__main__"):
                continue
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                for pattern in value if isinstance(value, tuple | list) else (value,):
                    if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                        yield f"{found.name}.{name}", pattern


KNOWN = {pattern: name for name, pattern in patterns()}


def test_the_patterns_are_found() -> None:
    assert len(KNOWN) > 60


@pytest.mark.parametrize("pattern", KNOWN, ids=lambda pattern: KNOWN[pattern])
def test_no_text_makes_a_pattern_slow(pattern: re.Pattern[str]) -> None:
    started = time.thread_time()
    for piece in PIECES:
        text = piece * (LENGTH // len(piece))
        for hostile in (text, f"{text}!", f"!{text}"):
            pattern.findall(hostile)
            pattern.fullmatch(hostile)
    assert time.thread_time() - started < LONGEST_S


def test_an_address_of_many_hyphens_takes_time_by_its_length() -> None:
    started = time.thread_time()
    assert _page(f"/{'a-' * 30_000}/amp/").endswith("-/")
    assert _page(f"/{'a-' * 30_000}/ample").endswith("/ample")
    assert time.thread_time() - started < LONGEST_S
