from __future__ import annotations

from collections.abc import Callable

import pytest

from index.errors import MalformedError
from index.model import Document
from index.readers.sidecar import BOUNDARY

ReadOne = Callable[..., Document]

BODY = (
    "The ferry between the two islands will not sail this winter, because the only engineer who "
    "knows its engine has retired and nobody has been trained to follow her."
)
MORE = (
    "Passengers will be taken by a bus that goes around the bay, which takes three hours when the "
    "road is open and is not offered when it is closed by snow."
)
LONG = (
    "I have taken that bus twice and would rather swim; the driver was friendly but the heating "
    "did not work and the road has not been mended since the flood."
)


def comments(document: Document) -> list[tuple[str | None, list[str]]]:
    return [(c.author, [p.text for p in c.paragraphs]) for c in document.comments]


def body(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.body]


# ---------------------------------------------------------------- heading


def test_title_credit_and_body_are_told_apart(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\nPhoto: Harbour office\n\n{BODY}\n\n{MORE}\n")
    assert (document.title, document.credit) == ("No ferry", "Photo: Harbour office")
    assert body(document) == [BODY, MORE]


@pytest.mark.parametrize(
    "credit",
    [
        "Illustrative image, source: Army",
        "Source: Reuters",
        "© Ida Berg",
        "Via Bay Radio",
        "Credit AP",
    ],
)
def test_a_credit_is_known_by_how_it_begins(read_one: ReadOne, credit: str) -> None:
    assert read_one(f"No ferry\n\n{credit}\n\n{BODY}").credit == credit


def test_a_paragraph_that_begins_like_a_credit_is_none_when_it_is_long(read_one: ReadOne) -> None:
    paragraph = "Photographs that " + BODY
    document = read_one(f"No ferry\n\n{paragraph}\n\n{MORE}")
    assert (document.credit, body(document)) == (None, [paragraph, MORE])


def test_a_late_credit_stays_in_the_text(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n{MORE}\n\n{LONG}\n\nSource: Reuters said so.\n")
    assert document.credit is None


def test_byline_and_date_above_the_body_are_fields(read_one: ReadOne) -> None:
    document = read_one(
        f"No ferry\n\nBy Ida Berg\n\nPublished 4 November 2018\n\n{BODY}\n\n{MORE}"
    )
    assert document.author == "Ida Berg"
    assert document.published is not None
    assert document.published.isoformat() == "2018-11-04"
    assert body(document) == [BODY, MORE]


def test_byline_and_date_in_one_block_are_fields(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\nBy Ida Berg\n4 November 2018\n\n{BODY}\n\n{MORE}")
    assert document.author == "Ida Berg"
    assert document.published is not None
    assert document.published.isoformat() == "2018-11-04"
    assert body(document) == [BODY, MORE]


def test_a_paragraph_that_begins_like_a_byline_stays_whole(read_one: ReadOne) -> None:
    paragraph = "By Monday\nthe ferry will be back,\nthe harbour says."
    document = read_one(f"No ferry\n\n{paragraph}\n\n{BODY}\n\n{MORE}")
    assert document.author is None
    assert body(document)[0].split() == paragraph.split()


def test_byline_and_date_below_the_first_paragraph_are_text(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\nBy Monday\n\n{MORE}", sidecar={BOUNDARY: 0})
    assert (document.author, document.published) == (None, None)
    assert body(document) == [BODY, "By Monday", MORE]


def test_an_unfinished_date_above_the_body_is_not_when_it_was_published(read_one: ReadOne) -> None:
    assert read_one(f"No ferry\n\nNovember 4\n\n{BODY}").published is None


def test_a_first_block_of_several_lines_has_the_title_in_its_first(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n{BODY}\n\n{MORE}")
    assert document.title == "No ferry"
    assert [p.lines for p in document.body] == [(2, 2), (4, 4)]


def test_a_paragraph_in_place_of_the_title_is_kept_whole(read_one: ReadOne) -> None:
    paragraph = BODY * 5
    document = read_one(f"{paragraph}\n\n{MORE}")
    assert document.title.endswith("…")
    assert body(document) == [paragraph, MORE]


# ---------------------------------------------------------------- where comments begin


def test_without_comments_all_is_body(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n{MORE}\n")
    assert body(document) == [BODY, MORE]
    assert document.comments == ()
    assert document.warnings == ()


@pytest.mark.parametrize(
    "marker",
    [
        *(
            "Comments",
            "COMMENTS:",
            "12 responses",
            "---comments---",
            "=== Comments ===",
            "1 comment",
        ),
        *(
            "Comments (12)",
            "1,204 Comments",
            "3 thoughts on “No ferry”",
            "One thought on “No ferry”",
        ),
        *("Comentarios", "Kommentare (3)", "5 комментариев", "4 commentaires", "Reader comments"),
    ],
)
def test_an_explicit_marker_wins(read_one: ReadOne, marker: str) -> None:
    document = read_one(
        f"No ferry\n\n{BODY}\n\nBackground\n\n{MORE}\n\n\n{BODY[:-1]}!\n\n"
        f"{marker}\n\nIda Berg\n\n{LONG}\n"
    )
    assert len(document.body) == 4
    assert comments(document) == [("Ida Berg", [LONG])]
    assert document.parse_confidence == 0.9
    assert document.warnings == ()


@pytest.mark.parametrize(
    "line",
    [
        "Thoughts",
        "No comments were made by the harbour office on Monday",
        "Comments are closed here",
    ],
)
def test_a_line_that_only_resembles_a_marker_is_text(read_one: ReadOne, line: str) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n{line}.\n\n{MORE}\n")
    assert document.comments == ()
    assert body(document) == [BODY, f"{line}.", MORE]


def test_a_marker_needs_no_blank_lines_around_it(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n---comments---\nIda Berg\n\n{LONG}\n")
    assert body(document) == [BODY]
    assert comments(document) == [("Ida Berg", [LONG])]


def test_a_counted_link_to_the_comments_above_the_body_is_no_marker(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n12 comments\n\n{BODY}\n\n{MORE}\n\nIda Berg\n\n{LONG}\n")
    assert body(document) == [BODY, MORE]
    assert comments(document) == [("Ida Berg", [LONG])]


def test_comments_may_follow_the_title_at_once_below_a_marker(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n---comments---\n\nIda Berg\n\n{LONG}\n")
    assert document.body == ()
    assert comments(document) == [("Ida Berg", [LONG])]


def test_a_gap_begins_the_comments(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n{MORE}\n\n\n{LONG}\n")
    assert body(document) == [BODY, MORE]
    assert comments(document) == [(None, [LONG])]


@pytest.mark.parametrize("first", ["Too short to end an article.", f"{LONG}\nAnd that is that."])
def test_from_a_gap_one_step_back_over_a_short_or_many_lined_block(
    read_one: ReadOne, first: str
) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n{first}\n\n\n{LONG}\n")
    assert body(document) == [BODY]
    assert comments(document) == [(None, [first]), (None, [LONG])]


def test_the_step_back_never_takes_the_only_paragraph(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\nIt is off.\n\n\n{LONG}\n")
    assert body(document) == ["It is off."]


def test_an_author_line_sooner_than_a_gap_begins_the_comments(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\nIda Berg\n\n{LONG}\n\n\n{MORE}\n")
    assert body(document) == [BODY]
    assert comments(document) == [("Ida Berg", [LONG]), (None, [MORE])]


def test_a_gap_below_the_title_is_not_where_comments_begin(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n\n{BODY}\n\n{MORE}\n")
    assert body(document) == [BODY, MORE]


def test_a_lost_embed_makes_a_guess_more_certain(read_one: ReadOne) -> None:
    plain = read_one(f"No ferry\n\n{BODY}\n\n{MORE}\n\n\n{LONG}\n")
    embed = read_one(f"No ferry\n\n{BODY}\n\n{MORE[:-1]}:\n\n\n{LONG}\n", "other.txt")
    assert embed.parse_confidence == plain.parse_confidence + 0.15


# ---------------------------------------------------------------- comments


def test_two_blank_lines_open_a_comment_without_author(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n\n{LONG}\n\n\nSwim then.\n\n\n\n{MORE}\n")
    assert comments(document) == [(None, [LONG]), (None, ["Swim then."]), (None, [MORE])]


def test_a_second_paragraph_without_author_is_uncertain(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n\n{LONG}\n\nSwim then.\n")
    (comment,) = document.comments
    assert [(p.text, p.uncertain) for p in comment.paragraphs] == [
        (LONG, False),
        ("Swim then.", True),
    ]


def test_a_second_paragraph_of_a_named_comment_is_certain(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\nIda Berg\n\n{LONG}\n\nSwim then.\n")
    (comment,) = document.comments
    assert [p.uncertain for p in comment.paragraphs] == [False, False]


def test_uncertain_paragraphs_lower_the_confidence(read_one: ReadOne) -> None:
    certain = read_one(f"No ferry\n\n{BODY}\n\nComments\n\nIda Berg\n\n{LONG}\n\nNo.\n")
    uncertain = read_one(f"No ferry\n\n{BODY}\n\nComments\n\n{LONG}\n\nNo.\n", "other.txt")
    assert (certain.parse_confidence, uncertain.parse_confidence) == (0.9, 0.72)


@pytest.mark.parametrize(
    "line",
    [
        "This is a sentence.",
        "Is it?",
        "so I said:",
        "one two three four five six",
        "a name that is rather longer than 40 chars",
        "https://example.org/x",
        "***",
    ],
)
def test_what_is_no_author_line_continues_the_comment(read_one: ReadOne, line: str) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n\n{LONG}\n\n{line}\n\n{MORE}\n")
    assert comments(document) == [(None, [LONG, line, MORE])]


@pytest.mark.parametrize(
    "author", ["Zionism = EVIL"[:7], "R2-D2", "Мария", "山田太郎", "O’Neil (UK)"]
)
def test_names_of_many_kinds_are_authors(read_one: ReadOne, author: str) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n\n{LONG}\n\n{author}\n\n{MORE}\n")
    assert comments(document) == [(None, [LONG]), (author, [MORE])]


def test_short_answers_between_authors_are_no_authors(read_one: ReadOne) -> None:
    text = f"No ferry\n\n{BODY}\n\nComments\n\nIda\n\nAgreed\n\nBo\n\nMe too\n\nCy\n\n{LONG}\n"
    assert comments(read_one(text)) == [("Ida", ["Agreed"]), ("Bo", ["Me too"]), ("Cy", [LONG])]


def test_an_author_whose_text_was_lost_is_a_short_comment(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\n\n{LONG}\n\n\nIda Berg\n\n\n{MORE}\n")
    assert comments(document) == [(None, [LONG]), (None, ["Ida Berg"]), (None, [MORE])]


def test_an_address_in_place_of_a_name_never_gets_in(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\nIda Berg\n\n{LONG}\n\nbo@example.org\n\n{MORE}\n")
    assert comments(document) == [("Ida Berg", [LONG]), (None, [MORE])]


def test_a_repeated_paragraph_is_a_quote(read_one: ReadOne) -> None:
    quoted = LONG.split(";")[0]
    document = read_one(
        f"No ferry\n\n{BODY}\n\nIda Berg\n\n{LONG}\n\nBo Lind\n\n{quoted}\n\nThen swim, I say.\n"
    )
    assert [p.quote for p in document.comments[1].paragraphs] == [True, False]


def test_parents_are_never_made_up_and_keys_are_unique(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n\n{BODY}\n\nIda\n\n{LONG}\n\nBo\n\n{MORE}\n\n\nNo.\n")
    assert [(c.key, c.parent) for c in document.comments] == [
        ("1", None),
        ("2", None),
        ("3", None),
    ]


# ---------------------------------------------------------------- lines and shapes


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_newlines_read_the_same(read_one: ReadOne, newline: str) -> None:
    text = f"No ferry\n\n{BODY}\n\nIda Berg\n\n{LONG}\nOr not.\n\n\n{MORE}\n"
    assert read_one(text.replace("\n", newline)) == read_one(text, "other.txt")


def test_lines_count_from_one_in_the_file(read_one: ReadOne) -> None:
    document = read_one(f"\n\nNo ferry\n\n{BODY}\n\nIda Berg\n\n{LONG}\nOr not.\n")
    assert document.body[0].lines == (5, 5)
    assert document.comments[0].paragraphs[0].lines == (9, 10)


def test_lines_of_blanks_are_blank(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n \t\n{BODY}\n\u00a0\n  \n{LONG}\n")
    assert (body(document), comments(document)) == ([BODY], [(None, [LONG])])


def test_text_without_blank_lines_is_a_paragraph_a_line(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n{BODY}\nIda Berg\n{MORE}\n")
    assert (document.title, body(document)) == ("No ferry", [BODY, "Ida Berg", MORE])
    assert document.comments == ()


def test_text_without_blank_lines_has_comments_below_a_marker(read_one: ReadOne) -> None:
    document = read_one(f"No ferry\n{BODY}\nComments\nIda Berg\n{LONG}\nBo Lind\n{MORE}\n")
    assert comments(document) == [("Ida Berg", [LONG]), ("Bo Lind", [MORE])]


def test_a_title_with_nothing_below_is_no_document(read_one: ReadOne) -> None:
    with pytest.raises(MalformedError, match="nothing below"):
        read_one("No ferry\n")
