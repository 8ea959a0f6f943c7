from hypothesis import given
from hypothesis import strategies as st

from index.highlight import highlighter

PASSAGE = (
    "The bridge was built in 1931. Inspectors found cracks in two girders on Monday. "
    "The mayor spoke to the press."
)


def test_the_sentence_that_shares_the_telling_words_is_found_verbatim() -> None:
    span = highlighter("Are there cracks in the girders of the bridge?")(PASSAGE)

    assert span is not None
    assert PASSAGE[span.start : span.end] == "Inspectors found cracks in two girders on Monday."


def test_inflected_words_are_shared() -> None:
    span = highlighter("the mayors were speaking, press")(PASSAGE)

    assert span is not None
    assert PASSAGE[span.start : span.end] == "The mayor spoke to the press."


def test_nothing_stands_out_where_nothing_is_shared() -> None:
    assert highlighter("Brazil won the World Cup")(PASSAGE) is None


def test_a_single_sentence_does_not_stand_out_of_itself() -> None:
    assert highlighter("cracks")("Inspectors found cracks.") is None


def test_a_word_of_every_sentence_tells_less_than_a_rare_one() -> None:
    passage = "The flu came from Spain in one flu story. The flu began in Kansas."

    span = highlighter("flu Kansas")(passage)

    assert span is not None
    assert passage[span.start : span.end] == "The flu began in Kansas."


def test_a_dateline_does_not_stand_out() -> None:
    passage = "TARNWICK. The council closed the school on Monday. Its roof leaks."

    span = highlighter("Tarnwick closes its school for good")(passage)

    assert span is not None
    assert passage[span.start : span.end] == "The council closed the school on Monday."
    assert highlighter("Tarnwick")(passage) is None


def test_scripts_without_spaces_share_pairs_of_characters() -> None:
    passage = "北京今天下雨。上海的桥关闭了。"

    span = highlighter("上海大桥关闭")(passage)

    assert span is not None
    assert passage[span.start : span.end] == "上海的桥关闭了。"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_a_span_inside_or_none(claim: str, passage: str) -> None:
    span = highlighter(claim)(passage)

    assert span is None or 0 <= span.start < span.end <= len(passage)
