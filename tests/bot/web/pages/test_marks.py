"""Marks never change a text, and fall where the answer quotes it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.documents import paragraphs

from bot.web.pages.marks import Mark, around_match, marked
from index.model import Excerpt, Span

BODY = paragraphs("It rained.", "The dam held. Nobody was hurt. It was dark.", "The end.")
START = len("It rained.") + 2


def quoted(start: int, end: int, nearest: tuple[int, int] | None = None) -> Excerpt:
    text = "\n\n".join(p.text for p in BODY)
    span = Span(start=nearest[0], end=nearest[1]) if nearest else None
    return Excerpt(passage_id=1, text=text[start:end], start=start, end=end, highlight=span)


def test_the_passage_is_marked_and_its_nearest_sentence_more() -> None:
    end = START + len("The dam held. Nobody was hurt.")
    _, middle, last = marked(BODY, [quoted(START, end, (14, 30))])
    assert [(piece.text, piece.mark) for piece in middle.pieces] == [
        ("The dam held. ", Mark.MATCH),
        ("Nobody was hurt.", Mark.NEAREST),
        (" It was dark.", Mark.NONE),
    ]
    assert (middle.number, middle.matched, last.matched) == (2, True, False)


def test_overlapping_quotations_are_marked_once() -> None:
    both = [quoted(START, START + 13, (0, 13)), quoted(START + 4, START + 30)]
    _, middle, _ = marked(BODY, both)
    assert [(piece.text, piece.mark) for piece in middle.pieces] == [
        ("The ", Mark.NEAREST),
        ("dam held.", Mark.NEAREST),
        (" Nobody was hurt.", Mark.MATCH),
        (" It was dark.", Mark.NONE),
    ]


@given(
    st.lists(st.text(max_size=12), max_size=5),
    st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80)), max_size=4),
)
def test_whatever_is_quoted_the_text_stays_whole(
    texts: list[str], spans: list[tuple[int, int]]
) -> None:
    excerpts = [
        Excerpt(passage_id=1, text="", start=min(pair), end=max(pair), highlight=None)
        for pair in spans
    ]
    shown = marked(paragraphs(*texts), excerpts)
    assert ["".join(piece.text for piece in one.pieces) for one in shown] == texts


def test_of_a_text_that_is_too_long_the_part_around_the_match_is_shown() -> None:
    long = paragraphs(*(f"{n:02} " + "x" * 97 for n in range(40)))
    start = 30 * 102
    shown = marked(long, [Excerpt(passage_id=1, text="", start=start, end=start + 5)])
    part = around_match(shown, 1_000)
    assert (part.start, part.stop) == (28, 38)
    assert around_match(marked(long, []), 1_000) == slice(0, 10)
    assert around_match((), 1_000) == slice(0, 0)
    assert around_match(shown, 10).stop == 31
