"""Copies of a text form a family; a later one of the same outlet takes the earlier one's place."""

from __future__ import annotations

from dataclasses import replace

from support.collection import load
from support.documents import article, remark

from index.dates import PartialDate
from index.library import Library
from index.model import ArticleHead, Document, Lane

BODY = (
    "The harbour bridge will close to all traffic for four nights from Monday so that the worn "
    "bearings can be replaced, the city council said.",
    "Buses will be diverted over the old lock, which adds eleven minutes to the way from the "
    "station to the hospital on the other bank.",
    "Ida Berg, who leads the works, told reporters that the bearings had been due since 2019.",
)
TITLE = "Harbour bridge to close for four nights"


def printed(
    outlet: str,
    *,
    day: int | None = None,
    body: tuple[str, ...] = BODY,
    url: str | None = None,
    said: str = "",
    title: str = TITLE,
) -> Document:
    comments = (remark("a", said),) if said else ()
    made = article(title, *body, comments=comments, source=outlet, record=f"{outlet}{day}")
    published = PartialDate(year=2024, month=5, day=day) if day else None
    address = url or f"https://{outlet.lower()}.example/{day}"
    return replace(made, published=published, url=address)


def heads(library: Library) -> dict[int, ArticleHead]:
    """Of what answers with reporting."""
    ids = [row.passage_id for rows in library.passages(Lane.REPORTING) for row in rows]
    return {p.document.document_id: p.document for p in library.hydrate(ids).values()}


def copies(library: Library) -> dict[int, list[int]]:
    return {id_: [c.document_id for c in head.copies] for id_, head in heads(library).items()}


def test_copies_of_other_outlets_name_each_other_the_earliest_first(library: Library) -> None:
    wire = ("LINDHAVEN (Coast Wire) -", *BODY)
    load(library, [printed("Post", day=5), printed("Wire", day=3, body=wire), printed("Mail")])
    assert copies(library) == {1: [2, 3], 2: [1, 3], 3: [2, 1]}
    (first, _) = heads(library)[1].copies
    assert (first.source.name, first.url) == ("Wire", "https://wire.example/3")
    assert first.published == PartialDate(year=2024, month=5, day=3)
    assert heads(library)[1].updated is None


def test_another_article_of_the_same_form_is_no_copy(library: Library) -> None:
    other = tuple(text.replace("2019", "2009") for text in BODY)
    load(library, [printed("Post", day=5), printed("Wire", day=5, body=other)])
    assert copies(library) == {1: [], 2: []}


def test_each_copy_keeps_its_own_discussion(library: Library) -> None:
    load(library, [printed("Post", said="I live below it."), printed("Wire", said="We do not.")])
    rows = [row for rows in library.passages(Lane.DISCUSSION) for row in rows]
    assert [(row.document_id, row.body) for row in rows] == [
        (1, "I live below it."),
        (2, "We do not."),
    ]


def test_the_later_article_of_one_outlet_takes_the_place_of_the_earlier(library: Library) -> None:
    later = (*BODY, "The ferry is free.")
    load(library, [printed("Post", day=3, said="Old talk."), printed("Wire", day=4)])
    load(library, [printed("Post", day=6, body=later)], path="later.jsonl")
    assert copies(library) == {2: [3], 3: [2]}
    assert heads(library)[3].updated == PartialDate(year=2024, month=5, day=6)
    (older,) = library.versions(3)
    assert (older.document_id, older.text) == (1, "\n\n".join(BODY))
    talk = [row.body for rows in library.passages(Lane.DISCUSSION) for row in rows]
    assert talk == ["Old talk."]


def test_a_link_to_the_earlier_article_leads_to_the_later_one(library: Library) -> None:
    load(library, [printed("Post", day=3, said="Old talk."), printed("Post", day=6)])
    (found,) = library.linked(["https://post.example/3"])
    stored = library.hydrate([*found.reporting, *found.discussion]).values()
    assert {p.document.document_id for p in stored if p.comment is None} == {2}
    assert [p.text for p in stored if p.comment is not None] == ["Old talk."]


def test_what_an_outlet_dates_alike_or_not_is_no_update(library: Library) -> None:
    again = printed("Post", url="https://post.example/again", body=(*BODY, "Read on."))
    load(library, [printed("Post", day=3), again])
    assert copies(library) == {1: [2], 2: [1]}
    assert {head.updated for head in heads(library).values()} == {None}


def test_a_hidden_copy_is_not_named_and_the_others_go_on(library: Library) -> None:
    load(library, [printed("Post"), printed("Wire"), printed("Mail")])
    library.hide([1], reason="Request")
    assert copies(library) == {2: [3], 3: [2]}


def test_an_article_that_is_taken_down_does_not_come_back_in_older_words(
    library: Library,
) -> None:
    load(library, [printed("Post", day=3), printed("Post", day=6, body=(*BODY, "Read on."))])
    library.hide([2], reason="Request")
    assert heads(library) == {}
    library.remove([2])
    assert copies(library) == {1: []}


def test_a_text_that_changes_leaves_its_family(library: Library) -> None:
    load(library, [printed("Post"), printed("Wire"), printed("Mail")])
    load(
        library, [printed("Post", body=("Quite another thing is told here now, at length.",) * 3)]
    )
    assert copies(library) == {1: [], 2: [3], 3: [2]}
    load(library, [printed("Star")], path="star.jsonl")
    assert copies(library) == {1: [], 2: [3, 4], 3: [2, 4], 4: [2, 3]}


def test_families_are_the_same_in_any_order_of_loading(library: Library) -> None:
    for number, outlet in enumerate(("Mail", "Wire", "Post")):
        load(library, [printed(outlet)], path=f"{number}.jsonl")
    load(library, [article("Another", "Nothing of the kind.", source="Post")], path="x.jsonl")
    assert copies(library) == {1: [2, 3], 2: [1, 3], 3: [1, 2], 4: []}


# ---------------------------------------------------------------- one address


def test_another_text_at_the_same_address_is_an_update_and_the_old_is_kept(
    library: Library,
) -> None:
    url = "https://post.example/bridge"
    load(library, [printed("Post", day=3, url=url)])
    load(library, [printed("Post", day=6, url=url, body=("It stays open.",), title="Bridge open")])
    assert heads(library)[1].updated == PartialDate(year=2024, month=5, day=6)
    (older,) = library.versions(1)
    assert (older.title, older.text) == (TITLE, "\n\n".join(BODY))
    assert older.published == PartialDate(year=2024, month=5, day=3)
    assert older.replaced_at is not None


def test_an_update_without_a_date_of_its_own_has_the_day_of_its_load(library: Library) -> None:
    url = "https://post.example/bridge"
    load(library, [printed("Post", day=3, url=url)])
    load(library, [printed("Post", day=3, url=url, body=("It stays open.",))])
    (older,) = library.versions(1)
    assert older.replaced_at is not None
    assert heads(library)[1].updated == PartialDate.from_datetime(older.replaced_at)


def test_new_comments_and_other_spaces_are_no_update(library: Library) -> None:
    load(library, [printed("Post", day=3)])
    spaced = (f"{BODY[0]}  {BODY[1]}", BODY[2])
    load(library, [printed("Post", day=3, body=spaced, said="First!")])
    assert (library.versions(1), heads(library)[1].updated) == ([], None)


def test_the_whole_text_after_a_summary_is_no_update(library: Library) -> None:
    load(library, [printed("Post", day=3, body=("The bridge will close.",))])
    load(library, [printed("Post", day=3)])
    assert (library.versions(1), heads(library)[1].updated) == ([], None)


def test_a_file_without_address_that_is_mended_claims_no_update(library: Library) -> None:
    stated = replace(printed("Post"), url=None)
    load(library, [stated])
    load(library, [replace(stated, title="Harbour bridge to close")])
    assert heads(library)[1].updated is None
    assert [version.title for version in library.versions(1)] == [TITLE]


def test_another_title_of_a_discussion_without_an_article_is_no_version(library: Library) -> None:
    discussion = replace(printed("Post", said="Four?"), body=())
    load(library, [discussion])
    load(library, [replace(discussion, title="Bridge to close")])
    assert library.versions(1) == []


def test_only_so_many_versions_are_kept(library: Library) -> None:
    for number in range(25):
        load(library, [printed("Post", day=3, title=f"Bridge, report {number}")])
    titles = [version.title for version in library.versions(1)]
    assert titles == [f"Bridge, report {number}" for number in range(4, 24)]


def test_records_of_copies_are_the_article_s_own(library: Library) -> None:
    load(library, [printed("Post"), printed("Wire"), article("Other", record="o")])
    assert library.record_ids([1, 2, 3]) == {
        1: ("PostNone", "WireNone"),
        2: ("WireNone", "PostNone"),
        3: ("o",),
    }


def test_forgotten_words_of_earlier_versions_leave_their_dates(library: Library) -> None:
    url = "https://post.example/bridge"
    for day in (3, 4):
        load(library, [printed("Post", day=day, url=url, title=f"Bridge, report {day}")])
    before = [version.loaded_at for version in library.versions(1)]
    assert (library.replaced_texts(), len(before)) == (1, 1)
    library.forget_replaced_texts()
    assert library.replaced_texts() == 0
    (version,) = library.versions(1)
    assert (version.title, version.text, [version.loaded_at]) == ("", "", before)
    assert heads(library)[1].updated is not None
