from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.documents import any_paragraphs, article, documents, paragraphs, remark

from index.model import PARAGRAPH_BREAK, Comment, Document, Lane, Paragraph
from index.passages import (
    CONTEXT_WORDS,
    PASSAGE_CHARS,
    PASSAGE_WORDS,
    PassageDraft,
    embedding_text,
    split,
    text_hash,
)
from index.text import count_words, shorten

SENTENCE = "The council of the town met on Monday and did not agree about the bridge."


def bodies(document: Document) -> list[str]:
    return [document.text[p.start : p.end] for p in split(document) if p.lane is Lane.REPORTING]


def words_of(comment: Comment, document: Document | None = None) -> list[str]:
    document = document or article(comments=(comment,))
    return [comment.text[p.start : p.end] for p in split(document) if p.comment_key == comment.key]


def long_text(sentence_count: int) -> str:
    return " ".join(f"{SENTENCE[:-1]} {n}." for n in range(sentence_count))


def test_short_paragraphs_stay_apart() -> None:
    assert bodies(article("T", "One.", "Two. Three.")) == ["One.", "Two. Three."]


def test_long_paragraph_is_cut_between_sentences() -> None:
    found = bodies(article("T", long_text(30)))
    assert len(found) > 1
    assert all(passage.startswith("The council") for passage in found)
    assert all(passage.endswith(".") for passage in found)
    assert all(count_words(passage) <= PASSAGE_WORDS for passage in found)


def test_last_passage_is_not_a_scrap() -> None:
    # 9 sentences of 16 words: packed full, 7 would leave 2 over.
    sizes = [count_words(passage) for passage in bodies(article("T", long_text(9)))]
    assert sizes == [80, 64]


def test_endless_sentence_is_cut_at_a_clause() -> None:
    clause = "and then the river rose again over the old stone bridge,"
    found = bodies(article("T", " ".join([clause] * 40)))
    assert all(passage.endswith("bridge,") for passage in found)
    assert all(count_words(passage) <= PASSAGE_WORDS for passage in found)


@pytest.mark.parametrize(
    "text", ["东" * 5_000, "ก" * 5_000, "x" * 20_000, "a" + " " * 9_000 + "b"]
)
def test_text_without_sentences_is_bounded(text: str) -> None:
    found = bodies(article("T", text))
    assert all(len(passage) <= PASSAGE_CHARS for passage in found)
    assert all(count_words(passage) <= PASSAGE_WORDS for passage in found)
    assert "".join(found) == "".join(text.split())


def test_what_says_nothing_is_no_passage() -> None:
    comments = (remark("1", ""), remark("2", "👍👍"), remark("3", " \n "), Comment(key="4"))
    found = split(article("T", "***", "", "  ", "Words.", comments=comments))
    assert [(p.lane, p.start) for p in found] == [(Lane.REPORTING, 11)]


def test_comment_is_one_passage_across_its_paragraphs() -> None:
    assert words_of(remark("1", "I saw it.", "It fell.")) == ["I saw it.\n\nIt fell."]


def test_long_comment_is_cut_between_sentences() -> None:
    found = words_of(remark("1", long_text(5), long_text(5)))
    assert len(found) == 2
    assert all(passage.startswith("The council") for passage in found)


def test_quotes_in_a_comment_are_not_part_of_its_passages() -> None:
    quote = Paragraph(text="What another one said before.", quote=True)
    comment = Comment(
        key="1", paragraphs=(quote, *paragraphs("No.", "Wrong."), quote, *paragraphs("And no."))
    )
    assert words_of(comment) == ["No.\n\nWrong.", "And no."]
    assert not any("another" in p.embedding_text for p in split(article(comments=(comment,))))


def test_quote_in_a_body_is_reporting() -> None:
    document = Document(title="T", body=(Paragraph(text="Quoted.", quote=True),))
    assert bodies(document) == ["Quoted."]


def test_hidden_comment_is_neither_passage_nor_context() -> None:
    hidden = replace(remark("1", "Secret words."), hidden=True)
    document = article(comments=(hidden, remark("2", "I agree.", parent="1")))
    assert words_of(hidden, document) == []
    assert not any("Secret" in p.embedding_text for p in split(document))


def test_body_passage_is_embedded_under_its_title() -> None:
    (found,) = split(article("Flood in Lind", "The river rose."))
    assert found.embedding_text == "Flood in Lind\nThe river rose."
    assert found.text_hash == text_hash(found.embedding_text)
    assert len(found.text_hash) == 16


def test_answer_is_embedded_with_the_start_of_what_it_answers() -> None:
    long_remark = " ".join(f"word{n}" for n in range(100))
    comments = (remark("1", long_remark), remark("2", "Not so.", parent="1"))
    found = split(article("Flood", "It rose.", comments=comments))[-1]
    assert found.embedding_text == embedding_text(
        "Flood", shorten(long_remark, CONTEXT_WORDS), "Not so."
    )
    assert "word39" in found.embedding_text
    assert "word40" not in found.embedding_text


def test_answer_to_an_unknown_comment_has_no_context() -> None:
    comments = (remark("2", "Not so.", parent="gone"),)
    found = split(article("Flood", "It rose.", comments=comments))[-1]
    assert found.embedding_text == "Flood\nNot so."


def test_endless_title_leaves_room_for_the_passage() -> None:
    found = split(article("title " * 10_000, "It rose."))[0]
    assert count_words(found.embedding_text) < 50
    assert found.embedding_text.endswith("It rose.")


def test_every_comment_of_a_long_list_gets_its_passage() -> None:
    comments = tuple(
        remark(str(n), f"Remark number {n}.", parent=str(n - 1) if n else None)
        for n in range(20_000)
    )
    assert len(split(article("T", "Body.", comments=comments))) == 20_001


def in_paragraphs(document: Document, found: list[PassageDraft]) -> list[str]:
    """The body's passages, joined paragraph by paragraph."""
    joined, start = [], 0
    for paragraph in document.body:
        end = start + len(paragraph.text)
        inside = [p for p in found if start <= p.start and p.end <= end]
        joined.append("".join(document.text[p.start : p.end] for p in inside))
        start = end + len(PARAGRAPH_BREAK)
    return joined


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_passages_are_exact_bounded_and_in_order(document: Document) -> None:
    stored = {None: document.text} | {c.key: c.text for c in document.comments}
    found = split(document)
    for passage in found:
        text = stored[passage.comment_key][passage.start : passage.end]
        assert text == text.strip() != ""
        assert passage.embedding_text.endswith(text)
        assert len(text) <= PASSAGE_CHARS
        assert count_words(text) <= PASSAGE_WORDS
    for first, second in pairwise(found):
        if first.comment_key == second.comment_key:
            assert first.end <= second.start


prose = st.lists(
    st.sampled_from(
        ["The bridge fell.", "Why?", "e.g. this", "好。", "and so on,", "\n", "3.5", "…"]
    ),
    min_size=100,
    max_size=600,
).map(" ".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(prose, min_size=1, max_size=2))
def test_passages_cover_every_paragraph_and_cross_none(texts: list[str]) -> None:
    document = article("T", *texts)
    found = [p for p in split(document) if p.lane is Lane.REPORTING]
    joined = ["".join(text.split()) for text in in_paragraphs(document, found)]
    assert joined == ["".join(text.split()) for text in texts]
    assert all(len(document.text[p.start : p.end]) <= PASSAGE_CHARS for p in found)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_paragraphs)
def test_passages_of_a_comment_hold_all_its_own_words(
    given_paragraphs: tuple[Paragraph, ...],
) -> None:
    comment = Comment(key="1", paragraphs=given_paragraphs)
    found = "".join("".join(text.split()) for text in words_of(comment))
    own = "".join("".join(p.text.split()) for p in given_paragraphs if not p.quote)
    # Runs without a letter or digit are left out.
    assert [c for c in found if c.isalnum()] == [c for c in own if c.isalnum()]
