from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.model import Comment, Paragraph
from index.readers.quotes import MIN_QUOTE_CHARS, mark_quotes


def marked(*texts: str) -> list[bool]:
    """Whether each of these comments, of one paragraph, is a quote."""
    comments = [
        Comment(key=str(n), paragraphs=(Paragraph(text=text),)) for n, text in enumerate(texts)
    ]
    return [comment.paragraphs[0].quote for comment in mark_quotes(comments)]


SAID = "The office also said so last year, but nobody remembers it now."


@pytest.mark.parametrize(
    "quote",
    [SAID, SAID[:26], SAID[-26:], SAID[7:40], f"“{SAID}”", f"> {SAID}", f'"{SAID[4:44]}..."'],
)
def test_a_stretch_of_an_earlier_comment_is_a_quote(quote: str) -> None:
    assert marked(SAID, quote) == [False, True]


@pytest.mark.parametrize(
    "text", [SAID[:25], f"{SAID} Really.", SAID.upper(), SAID.replace("last", "this")]
)
def test_what_is_short_longer_or_different_is_none(text: str) -> None:
    assert marked(SAID, text) == [False, False]


def test_a_later_comment_is_not_quoted() -> None:
    assert marked(SAID[:40], SAID) == [False, False]


def test_a_comment_does_not_quote_itself() -> None:
    paragraph = Paragraph(text=SAID)
    (comment,) = mark_quotes([Comment(key="1", paragraphs=(paragraph, paragraph))])
    assert [p.quote for p in comment.paragraphs] == [False, False]


def test_a_much_repeated_remark_is_still_recognised() -> None:
    assert marked(*[SAID] * 50) == [False] + [True] * 49


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(alphabet="ab ", max_size=90), max_size=6))
def test_it_agrees_with_a_plain_search(texts: list[str]) -> None:
    texts = [f"{n}{text}" for n, text in enumerate(texts)]
    earlier: list[str] = []
    expected = []
    for text in texts:
        repeats = any(text in other for other in earlier)
        expected.append(len(text) >= MIN_QUOTE_CHARS and repeats)
        earlier.append(text)
    assert marked(*texts) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abcdefgh ,.", min_size=60, max_size=200), st.data())
def test_any_stretch_is_found_wherever_it_begins(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - MIN_QUOTE_CHARS))
    end = data.draw(st.integers(start + MIN_QUOTE_CHARS, len(text)))
    assert marked(text, text[start:end]) == [False, True]
