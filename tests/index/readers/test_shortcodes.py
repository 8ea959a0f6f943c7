from __future__ import annotations

import pytest

from index.readers.shortcodes import without_embeds, without_shortcodes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a [gallery ids="1,2"] b', "a  b"),
        ("[caption width=3]A boat[/caption]", "A boat"),
        ("[vc_row][vc_column]x[/vc_column][/vc_row]", "x"),
        ("[contact-form-7 id='5']", ""),
        ("[spoiler]x[/spoiler]", "x"),
        ("[embed]y[/embed]", "y"),
        ("he said [sic], see [1] and [Update]", "he said [sic], see [1] and [Update]"),
        ("[well-known] words", "[well-known] words"),
        ("[[gallery]]", "[gallery]"),
        ("[unclosed", "[unclosed"),
        ("[…] and [...]", "[…] and [...]"),
    ],
)
def test_only_tags_go(text: str, expected: str) -> None:
    assert without_shortcodes(text) == expected


def test_lines_that_are_one_address_go() -> None:
    text = "Look:\n\nhttps://video.example/1\n\nand https://b.example in a line"
    assert without_embeds(text) == "Look:\n\n\n\nand https://b.example in a line"


@pytest.mark.parametrize("text", ["[" * 200_000, "[a " * 100_000, "[a" + " x" * 200_000])
def test_hostile_text_takes_linear_time(text: str) -> None:
    assert without_shortcodes(text) == text
