from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.telegram.entities import utf16_length
from support.telegram.html import parse_html

from bot.markup import bold, fill, inline, link, plain, quote, shorten, split, utf16_units

WORDS = st.text(alphabet="ab א😀.\n", max_size=300)


@given(text=st.text())
def test_any_text_comes_out_as_its_own_characters(text: str) -> None:
    fragment = plain("x" + text + "x")
    shown, entities = parse_html(fragment.html)
    assert entities == []
    assert fragment.units == utf16_length(shown)


def test_what_telegram_refuses_is_replaced() -> None:
    assert plain("a\x00b\r\nc\ud800d").html == "a b\nc\ufffdd"


def test_sizes_are_those_after_parsing() -> None:
    fragment = quote(plain("<😀>") + bold(link(plain("title"), "https://a.example/?x=1&y=2")))
    shown, entities = parse_html(fragment.html)
    assert (fragment.units, fragment.entities) == (utf16_length(shown), len(entities))


def test_a_template_is_filled_with_fragments_and_never_with_more_places() -> None:
    filled = fill("in reply to {author}: {text}", author=plain("{text}"), text=bold(plain("<x>")))
    assert filled.html == "in reply to {text}: <b>&lt;x&gt;</b>"


@given(text=WORDS, limit=st.integers(10, 60))
def test_a_shortened_text_keeps_its_bound_and_is_shortened_once(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert utf16_units(short) <= limit
    assert shorten(short, limit) == short
    assert "\n" not in short


def test_shortening_cuts_at_a_word() -> None:
    assert shorten("the dam lost half of its water", 15) == "the dam lost…"


@given(text=WORDS, limit=st.integers(2, 60))
def test_parts_adjoin_fit_and_cover_the_text(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(text[start:end] for start, end in parts) == text
    assert all(utf16_units(text[start:end]) <= limit for start, end in parts)


def test_a_text_is_split_after_a_sentence() -> None:
    text = "One is short. Two is a bit longer. Three."
    assert [text[a:b] for a, b in split(text, 37)] == [
        "One is short. Two is a bit longer. ",
        "Three.",
    ]


def test_only_text_against_the_direction_of_its_line_is_isolated() -> None:
    assert inline("The Post", 50).html == "The Post"
    assert inline("سارة", 50).html == "\u2068سارة\u2069"
    assert inline("سارة", 50, rtl=True).html == "سارة"
    assert inline("The Post", 50, rtl=True).html == "\u2068The Post\u2069"


def test_direction_controls_do_not_survive_in_a_line() -> None:
    assert inline("a\u202eb\u2066c\u2069", 50).html == "abc"
