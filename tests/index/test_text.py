from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.text import (
    WINDOW_CHARS,
    count_words,
    sentences,
    shorten,
    tidy,
    trimmed,
    word_ranges,
)

LANGUAGES = st.sampled_from([None, "en", "de", "ru", "zh", "ar", "xx"])


def spans(text: str, language: str | None = None) -> list[str]:
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            None,
            [
                "Dr. Smith flew to the U.S. on Monday.",
                'He said "No. Never." and left.',
                "It cost 3.5 million.",
            ],
        ),
        ("ru", ["Привет, мир.", "Как дела?", "Да..."]),
        (None, ["Привет, мир.", "Как дела?"]),
        ("ar", ["مرحبا.", "كيف حالك؟", "أنا بخير!"]),
        (None, ["यह एक वाक्य है।", "यह दूसरा है।"]),
        ("de", ["Er kam am 3. Mai.", "Dann ging er."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(
    language: str | None, expected: list[str]
) -> None:
    assert spans(" ".join(expected), language) == expected


def test_sentences_are_found_where_nothing_separates_them() -> None:
    assert spans("今天天气很好。我们去公园吧！好不好？") == [
        "今天天气很好。",
        "我们去公园吧！",
        "好不好？",
    ]


def test_script_overrules_a_wrong_language() -> None:
    assert spans("今天天气很好。我们去公园吧！", "en") == ["今天天气很好。", "我们去公园吧！"]


@settings(deadline=None)
@given(st.text(), LANGUAGES)
@example("„\x00é\t„. \r\n\n\nB\u2028.)\xa0\r\n\u2028é\t[1] ", "ru")
@example("Д.\u2028 О.\xa0К. [1] (см.)", "ru")
def test_sentences_leave_out_nothing_but_whitespace(text: str, language: str | None) -> None:
    found = sentences(text, language)
    assert all(start < end for start, end in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert "".join("".join(s.split()) for s in spans(text, language)) == "".join(text.split())


@pytest.mark.parametrize("unit", [".)", "x. ", "U.S.", "a", " ", "[1]", "П. ", "\n", "。"])
@pytest.mark.parametrize("language", [None, "ru"])
def test_very_long_input_is_split_in_windows(unit: str, language: str | None) -> None:
    text = unit * (10 * WINDOW_CHARS // len(unit))
    found = sentences(text, language)
    assert sum(end - start for start, end in found) <= len(text)
    assert all(end - start <= WINDOW_CHARS for start, end in found)


def test_window_border_cuts_no_sentence() -> None:
    text = " ".join(f"Sentence number {n} stands in a very long text." for n in range(500))
    assert len(text) > 4 * WINDOW_CHARS
    assert all(s.startswith("Sentence") and s.endswith("text.") for s in spans(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("One two-three, four's.", 3),
        ("今天天气很好", 3),
        ("สวัสดีครับ", 5),
        ("Größenwahn und 東京", 3),
        ("x" * 48, 2),
        ("x" * 49, 3),
    ],
)
def test_words_are_counted_in_every_script(text: str, expected: int) -> None:
    assert count_words(text) == expected


@settings(deadline=None)
@given(st.text())
def test_words_leave_out_nothing_but_whitespace(text: str) -> None:
    words = "".join(text[start:end] for start, end in word_ranges(text))
    assert words == "".join(text.split())


def test_shorten_keeps_the_first_words_verbatim() -> None:
    assert shorten("  one  two three ", 2) == "one  two"
    assert shorten(" one two ", 2) == "one two"
    assert shorten("one", 0) == ""


@settings(deadline=None)
@given(st.text(), st.integers(min_value=0, max_value=5))
def test_shorten_gives_a_span_of_the_text(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert short in text
    assert count_words(short) <= limit


def test_tidy_makes_one_kind_of_newline_and_drops_what_is_no_text() -> None:
    assert tidy("a\r\nb\rc\u2028d\x00\ufeff\x07\te\ud800") == "a\nb\nc\nd\te\ufffd"


@settings(deadline=None)
@given(st.text(st.characters()))
def test_tidy_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    tidied = tidy(text)
    tidied.encode()
    assert tidy(tidied) == tidied


def test_trimmed_range_of_nothing_is_none() -> None:
    assert trimmed("  ", 0, 2) is None
    assert trimmed(" a ", 0, 3) == (1, 2)
