"""What holds less than all of an article adds to what is stored and takes nothing away."""

from __future__ import annotations

from dataclasses import replace

from index.library import Change, Library
from index.library.joining import MAX_COMMENTS, join_comments
from index.model import SUMMARY_ONLY, Comment, Document, Paragraph

URL = "https://harbour.example/bridge"


def said(key: str, author: str | None, text: str, parent: str | None = None) -> Comment:
    return Comment(key=key, author=author, parent=parent, paragraphs=(Paragraph(text=text),))


def article(text: str, *comments: Comment, summary: bool = False) -> Document:
    return Document(
        title="Bridge", url=URL, body=(Paragraph(text=text),), comments=comments,
        warnings=(SUMMARY_ONLY,) if summary else (), newest_only=summary,
    )  # fmt: skip


def put(library: Library, path: str, document: Document) -> Change:
    with library.loading(path) as loading:
        return loading.upsert(document).change


def stored(library: Library) -> Document:
    (row,) = library.documents()
    found = library.document(row.document_id)
    assert found is not None
    return found


FULL = "The bridge will close for four nights, the council said, and buses will be diverted."
SHORT = "The bridge will close."


def test_a_summary_leaves_a_fuller_article_and_its_file_as_they_are(library: Library) -> None:
    put(library, "/page.html", article(FULL, said("1", "Mona", "Four?")))
    assert put(library, "/feed", article(SHORT, summary=True)) is Change.UNCHANGED
    assert stored(library).text == FULL
    assert [row.path for row in library.documents()] == ["/page.html"]


def test_a_fuller_article_takes_the_place_of_a_summary(library: Library) -> None:
    put(library, "/feed", article(SHORT, summary=True))
    assert put(library, "/page.html", article(FULL)) is Change.CHANGED
    assert (stored(library).text, stored(library).is_summary) == (FULL, False)
    assert [row.path for row in library.documents()] == ["/page.html"]


def test_a_summary_takes_the_place_of_a_longer_summary(library: Library) -> None:
    """A correction may be shorter than what it corrects."""
    put(library, "/feed", article(FULL, summary=True))
    assert put(library, "/feed", article(SHORT, summary=True)) is Change.CHANGED
    assert stored(library).text == SHORT


def test_a_summary_brings_its_comments_to_the_fuller_article(library: Library) -> None:
    put(library, "/page.html", article(FULL, said("1", "Mona", "Four?")))
    put(library, "/feed", article(SHORT, said("2", "Bo", "So they say.", "1"), summary=True))
    found = stored(library)
    assert found.text == FULL
    assert [(c.key, c.parent) for c in found.comments] == [("1", None), ("2", "1")]


def test_comments_that_left_the_feed_stay(library: Library) -> None:
    put(library, "/feed", article(SHORT, said("1", "Mona", "Four?"), summary=True))
    put(library, "/feed", article(SHORT, said("2", "Bo", "Five."), summary=True))
    assert [c.author for c in stored(library).comments] == ["Mona", "Bo"]


def test_a_whole_document_replaces_the_comments_too(library: Library) -> None:
    put(library, "/page.html", article(FULL, said("1", "Mona", "Four?")))
    put(library, "/page.html", article(FULL, said("2", "Bo", "Five.")))
    assert [c.author for c in stored(library).comments] == ["Bo"]


def test_a_page_without_comments_takes_no_discussion_away(library: Library) -> None:
    put(library, "/feed", article(SHORT, said("1", "Mona", "Four?"), summary=True))
    put(library, "/page.html", replace(article(FULL), newest_only=True))
    assert [c.author for c in stored(library).comments] == ["Mona"]


# ---------------------------------------------------------------- comments


def test_the_same_words_of_the_same_person_are_one_comment_under_the_first_key() -> None:
    first = [said("10", "Mona", "Four?")]
    more = [said("https://x/#c10", "Mona", "Four?"), said("11", "Bo", "Yes.", "https://x/#c10")]
    joined = join_comments(first, more)
    assert [(c.key, c.parent) for c in joined] == [("10", None), ("11", "10")]


def test_an_edited_comment_keeps_its_place_and_its_parent() -> None:
    first = [said("1", "Mona", "Four?"), said("2", "Bo", "Yes.", "1")]
    joined = join_comments(first, [said("2", "Bo", "No."), said("1", "Mona", "Five?", "2")])
    assert [(c.key, c.parent, c.text) for c in joined] == [
        ("1", None, "Five?"),
        ("2", "1", "No."),
    ]


def test_a_number_that_another_person_has_is_no_identity() -> None:
    joined = join_comments([said("1", "Mona", "Four?")], [said("1", "Bo", "Five.")])
    assert [(c.key, c.author) for c in joined] == [("1", "Mona"), ("1~2", "Bo")]


def test_a_discussion_does_not_grow_without_end() -> None:
    first = [said(str(n), None, f"{n}") for n in range(MAX_COMMENTS)]
    assert len(join_comments(first, [said("new", "Bo", "One more.")])) == MAX_COMMENTS
