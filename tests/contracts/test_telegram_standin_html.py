"""The stand-in reads Telegram's HTML as strictly as Telegram, and refuses in its words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.telegram.entities import normalised, utf16_length, utf16_slice
from support.telegram.errors import ApiError
from support.telegram.html import parse_html
from support.telegram.server import Telegram
from telegram import Bot, MessageEntity
from telegram.error import BadRequest
from telegram.helpers import escape_markdown


def shape(kind: str, offset: int, length: int, **more: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
        ("B", "bold"),
    ],
)
def test_every_plain_tag_gives_its_entity(tag: str, kind: str) -> None:
    assert parse_html(f"a<{tag}>bc</{tag}>") == ("abc", [shape(kind, 1, 2)])


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ('<span class="tg-spoiler">s</span>', "s", [shape("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [shape("expandable_blockquote", 0, 1)]),
        (
            '<a href="https://e.org/?a=1&amp;b=2">l</a>',
            "l",
            [shape("text_link", 0, 1, url="https://e.org/?a=1&b=2")],
        ),
        ("<a href='https://e.org'>l</a>", "l", [shape("text_link", 0, 1, url="https://e.org/")]),
        ("<a>e.org</a>", "e.org", [shape("text_link", 0, 5, url="http://e.org/")]),
        ('<a href="javascript:x">l</a>', "l", []),
        (
            '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
            "👍",
            [shape("custom_emoji", 0, 2, custom_emoji_id="5368324170671202286")],
        ),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [shape("pre", 0, 1, language="py")],
        ),
        ('<code class="language-py">x</code>', "x", [shape("code", 0, 1)]),
        ("😀<b>😀</b>", "😀😀", [shape("bold", 2, 2)]),
        ("<b>a<i>b</i></b>", "ab", [shape("bold", 0, 2), shape("italic", 1, 1)]),
        ("<b></b>a", "a", []),
        ("<b>x</>", "x", [shape("bold", 0, 1)]),
        ("&lt;&gt;&amp;&quot;&#65;&#x42;&nbsp;&", '<>&"AB&nbsp;&', []),
        ("a > b", "a > b", []),
    ],
)
def test_markup_becomes_text_and_entities(
    source: str, text: str, entities: list[dict[str, Any]]
) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("é<x>y</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("a<b", "Unclosed start tag at byte offset 1"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=é>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        (
            "&#xd83d;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
    ],
)
async def test_a_fault_in_the_markup_is_refused_in_telegram_s_words(
    plain_bot: Bot, telegram: Telegram, source: str, reason: str
) -> None:
    telegram.world.user(5)
    with pytest.raises(BadRequest):
        await plain_bot.send_message(5, source, parse_mode="HTML")
    (call,) = telegram.world.calls("sendMessage")
    assert call.description == f"Bad Request: can't parse entities: {reason}"


async def test_the_bot_reads_back_what_it_wrote(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5)
    source = '😀 <b>Title &amp; <i>more</i></b>\n<blockquote>said</blockquote>\n<a href="https://e.org/">x</a>'
    sent = await plain_bot.send_message(5, source, parse_mode="HTML")
    assert sent.text_html == source


async def test_explicit_entities_are_kept_and_held_to_the_text(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    bold = MessageEntity("bold", 0, 3)
    sent = await plain_bot.send_message(5, "one two", entities=[bold])
    assert sent.entities == (bold,)
    with pytest.raises(BadRequest, match="ends after the end of the text"):
        await plain_bot.send_message(5, "one", entities=[MessageEntity("bold", 2, 9)])


async def test_white_space_around_a_text_goes_and_entities_move(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    sent = await plain_bot.send_message(5, "\n <b> a</b>b \n", parse_mode="HTML")
    assert (sent.text, sent.text_html) == ("ab", "<b>a</b>b")


async def test_a_link_that_telegram_would_drop_is_noted(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    sent = await plain_bot.send_message(5, '<a href="no link">x</a>', parse_mode="HTML")
    assert sent.entities == ()
    assert telegram.world.violations.pop() == "Telegram drops a link to 'no link'"


async def test_markdown_is_not_covered_and_says_so(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5)
    with pytest.raises(Exception, match="not covered by the stand-in: parse_mode MarkdownV2"):
        await plain_bot.send_message(5, escape_markdown("x", 2), parse_mode="MarkdownV2")
    assert "not covered" in telegram.world.violations.pop()
    with pytest.raises(BadRequest, match="Unsupported parse_mode"):
        await plain_bot.send_message(5, "x", parse_mode="LaTeX")


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("<b>a</b><b>b</b>", [shape("bold", 0, 2)]),
        ("<b>a<b>b</b></b>", [shape("bold", 0, 2)]),
        ("<code>a<b>b</b></code>", [shape("code", 0, 2)]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", [shape("blockquote", 0, 2)]),
    ],
)
def test_entities_end_up_as_telegram_keeps_them(source: str, kept: list[dict[str, Any]]) -> None:
    assert normalised(parse_html(source)[1]) == kept


@given(st.text(alphabet='<>/&;"=ab 😀é\n', max_size=40))
def test_any_source_is_either_read_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except ApiError:
        return
    length = utf16_length(text)
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= length for e in entities)


@given(st.text(max_size=40), st.text(min_size=1, max_size=20))
def test_an_entity_covers_exactly_its_words(before: str, words: str) -> None:
    text = before + words
    assert utf16_slice(text, utf16_length(before), utf16_length(words)) == words
