from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import answers as samples
from support.answers import SAMPLES, check_golden
from support.telegram.entities import utf16_length
from support.telegram.html import marked_in, parse_html

from bot.i18n import Translators
from bot.markup import MAX_ENTITIES, MAX_UNITS
from bot.pages import Page, View
from bot.render import render
from index.dates import PartialDate
from index.model import Answer, Article, Claim, Excerpt, Remark, Reply, Source, Strength, Thread

TRANSLATORS = Translators.load()
ENGLISH = TRANSLATORS.of("en")


def shown(page: Page) -> str:
    return parse_html(page.html)[0]


def marked(page: Page, kind: str) -> list[str]:
    return marked_in(page.html, kind)


def all_pages(answer: Answer, code: str = "en") -> list[tuple[View, Page]]:
    """Every page that buttons lead to from the first one."""
    t = TRANSLATORS.of(code)
    found = {(View.REPORTING, 0): render(answer, t)}
    todo = [(View.REPORTING, 0)]
    while todo:
        for button in (b for row in found[todo.pop()].buttons for b in row):
            place = (button.view, button.page)
            if place not in found:
                found[place] = render(answer, t, button.view, button.page)
                todo.append(place)
    order = sorted(found, key=lambda place: (place[0] is View.DISCUSSION, place[1]))
    return [(place[0], found[place]) for place in order]


def written_out(answer: Answer, code: str) -> str:
    pages = []
    for _, page in all_pages(answer, code):
        rows = [" ".join(f"[{b.label} -> {b.view}{b.page}]" for b in row) for row in page.buttons]
        pages.append("\n".join([page.html, "", *rows]))
    return "\n\n==========\n\n".join(pages) + "\n"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_looks_as_agreed(name: str) -> None:
    check_golden(f"{name}.en.html", written_out(SAMPLES[name](), "en"))


@pytest.mark.parametrize("code", ["ar", "ru"])
@pytest.mark.parametrize("name", ["strong", "arabic", "long"])
def test_other_languages_look_as_agreed(name: str, code: str) -> None:
    check_golden(f"{name}.{code}.html", written_out(SAMPLES[name](), code))


@pytest.mark.parametrize("code", TRANSLATORS.codes)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_page_in_every_language_is_accepted_html_within_the_limits(
    name: str, code: str
) -> None:
    for _, page in all_pages(SAMPLES[name](), code):
        dropped: list[str] = []
        text, entities = parse_html(page.html, dropped)
        assert dropped == []
        assert utf16_length(text) <= MAX_UNITS
        assert len(entities) <= MAX_ENTITIES


def test_reporting_and_opinion_never_share_a_page() -> None:
    opinions = {"I live below it, nothing happened.", "You sleep deeply."}
    for view, page in all_pages(samples.strong()):
        assert any(o in shown(page) for o in opinions) == (view is View.DISCUSSION)
        assert ("No more than a tenth" in shown(page)) == (view is View.REPORTING)
        assert ("not checked" in shown(page)) == (view is View.DISCUSSION)


def test_only_the_nearest_sentence_is_bold_in_a_passage() -> None:
    page = render(samples.strong(), ENGLISH)
    assert "No more than a tenth of the water was lost." in marked(page, "bold")
    assert not any("three metres" in part for part in marked(page, "bold"))


def test_the_title_is_the_link_and_without_an_address_just_text() -> None:
    page = render(samples.related(), ENGLISH)
    assert marked(page, "text_link") == ["Sel dam holds, engineers say"]
    assert "A dry spring" in marked(page, "bold")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "tg://user?id=1",
        "ftp://a.example/",
        "//a.example",
        "https://",
        "http:///x",
        "https://a.example/a b",
        "https://a.example/\nb",
        "https://[::1",
        "https://a.example/\u202egpj.exe",
        " https://a.example",
        "https://a.example/" + "x" * 3_000,
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    page = render(samples.answer(reporting=(samples.article(url=url),)), ENGLISH)
    assert "<a" not in page.html


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (PartialDate(year=2018, month=11, day=4), "4 November 2018"),
        (PartialDate(year=2018, month=11), "November 2018"),
        (PartialDate(year=2018), "2018"),
        (PartialDate(month=11, day=4), "4 November, year not stated"),
        (PartialDate(month=2, day=29), "29 February, year not stated"),
        (PartialDate(month=11), "November, year not stated"),
        (None, "date not stated"),
    ],
)
def test_a_date_is_no_more_precise_than_what_is_known(
    published: PartialDate | None, words: str
) -> None:
    page = render(samples.answer(reporting=(samples.article(published=published),)), ENGLISH)
    assert f"The Harbour Post · {words}\n" in shown(page)


def test_an_undated_article_names_the_dates_in_its_text() -> None:
    page = render(samples.related(), ENGLISH)
    assert "date not stated; the text mentions 4 November, year not stated" in shown(page)


def test_an_article_is_labelled_where_it_differs_from_the_answer() -> None:
    near = samples.article(strength=Strength.RELATED, title="Near")
    page = render(samples.answer(reporting=(samples.article(), near)), ENGLISH)
    assert shown(page).count("Related") == 1
    assert "Near\nRelated · The Harbour Post" in shown(page)


def test_an_abstention_says_nothing_about_the_truth_and_has_no_buttons() -> None:
    page = render(samples.abstained(), ENGLISH)
    assert "says nothing about whether it is true or false" in shown(page)
    assert page.buttons == ()


def test_no_number_of_the_ranking_is_shown() -> None:
    page = render(samples.strong(), ENGLISH)
    digits = [word for word in shown(page).split() if any(c.isdigit() for c in word)]
    assert digits == ["4", "2018"]


def test_where_only_readers_spoke_their_words_come_first_and_nothing_leads_to_reporting() -> None:
    page = render(samples.only_discussion(), ENGLISH)
    assert "No article in the collection is close to this." in shown(page)
    assert "anonymous reader · 2017" in shown(page)
    assert page.buttons == ()


def test_an_uncertain_comment_says_that_its_extent_was_guessed() -> None:
    page = render(samples.only_discussion(), ENGLISH)
    assert "where this comment begins and ends was guessed" in marked(page, "italic")


def test_a_comment_names_whom_and_what_it_answers() -> None:
    page = render(samples.strong(), ENGLISH, View.DISCUSSION)
    assert "in reply to Mara: “I live below it, nothing happened.”" in shown(page)


def test_a_long_passage_is_shown_whole_over_several_pages() -> None:
    long = samples.long()
    whole = long.reporting[-1].passages[0].text
    parts = []
    for view, page in all_pages(long):
        if view is View.REPORTING and "The whole record" in shown(page):
            parts += [q for q in marked(page, "blockquote") if "Line" in q]
    assert len(parts) > 2
    assert all(part.endswith(".") for part in parts)
    assert " ".join(sorted(parts, key=whole.index)) == whole.rstrip()


def test_a_cut_is_marked_outside_of_the_verbatim_text() -> None:
    pages = [shown(page) for _, page in all_pages(samples.long())]
    assert sum("[…] continued on the next page" in p for p in pages) > 1
    quotes = [q for _, page in all_pages(samples.long()) for q in marked(page, "blockquote")]
    assert not any("[…]" in q for q in quotes)


def test_a_page_beyond_the_end_shows_the_last_one() -> None:
    last = render(samples.long(), ENGLISH, View.REPORTING, 9_999)
    assert not any(button.label == "›" for row in last.buttons for button in row)
    assert last == render(samples.long(), ENGLISH, View.REPORTING, last.buttons[0][1].page)


def test_pages_lead_onwards_in_reading_direction() -> None:
    english = render(samples.long(), ENGLISH, View.REPORTING, 1).buttons[0]
    arabic = render(samples.long(), TRANSLATORS.of("ar"), View.REPORTING, 1).buttons[0]
    assert [b.page for b in english] == [0, 1, 2]
    assert [b.page for b in arabic] == [2, 1, 0]
    assert [b.label.strip("\u200e") for b in arabic] == ["‹", english[1].label, "›"]


def test_a_foreign_name_cannot_reorder_the_line_around_it() -> None:
    page = render(samples.arabic(), ENGLISH)
    assert "\u2068صحيفة الميناء\u2069 · " in shown(page)
    assert "\u202e" not in shown(render(samples.hostile(), ENGLISH)).split("\n")[0]


def test_a_verbatim_passage_carries_no_added_character() -> None:
    page = render(samples.arabic(), TRANSLATORS.of("ar"))
    assert samples.arabic().reporting[0].passages[0].text in marked(page, "blockquote")


def test_echoing_the_echo_changes_nothing() -> None:
    claim = Claim(text="word 🔥 " * 200)
    first = render(samples.answer(claim=claim, reporting=(samples.article(),)), ENGLISH)
    echo = Claim(text=marked(first, "blockquote")[0])
    assert len(echo.text) < 210
    assert render(samples.answer(claim=echo, reporting=(samples.article(),)), ENGLISH) == first


def test_what_a_comment_answers_is_shown_from_the_opening_down() -> None:
    above = tuple(Reply(comment_id=n, author=f"P{n}", text=f"Said {n}.") for n in (6, 7))
    parent = Reply(comment_id=8, author=None, text="Nothing happened.")
    remark = samples.remark(answers=parent, above=above)
    answer = samples.answer(discussion=(samples.thread(remark),))
    italics = marked(render(answer, ENGLISH), "italic")
    expected = ["P6: Said 6.", "in reply to anonymous reader: “Nothing happened.”"]
    assert [line for line in italics if line in expected] == expected
    assert "Said 7" not in render(answer, ENGLISH).html


def test_only_a_comment_with_replies_leads_to_them() -> None:
    answered = samples.remark(comment_id=5, author="Mara", answered=True)
    other = samples.remark("You sleep deeply.", comment_id=6, author="Olaf")
    answer = samples.answer(discussion=(samples.thread(answered, other),))
    buttons = [b for row in render(answer, ENGLISH).buttons for b in row if b.comment]
    assert [(b.label, b.comment, b.page) for b in buttons] == [("Replies to Mara", 5, 0)]


TEXTS = st.text(max_size=400) | st.text(alphabet="aא<&>\"'😀\u202e\u2067 .\n", max_size=6_000)
NAMES = st.none() | TEXTS


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    text = draw(TEXTS.filter(str.strip))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start, len(text)))
    return samples.excerpt(text, bold=text[start:end] or None)


SOURCES = st.builds(Source, name=TEXTS, note=NAMES)
HEADS = st.builds(samples.head, title=TEXTS, source=SOURCES, author=NAMES, url=NAMES)
REPLIES = st.none() | st.builds(Reply, comment_id=st.just(1), author=NAMES, text=TEXTS)
REMARKS = st.builds(
    Remark,
    comment_id=st.just(1),
    excerpt=excerpts(),
    author=NAMES,
    answers=REPLIES,
    above=st.lists(REPLIES.filter(bool), max_size=3).map(tuple),
    answered=st.booleans(),
    uncertain=st.booleans(),
)
ANSWERS = st.builds(
    samples.answer,
    claim=st.builds(Claim, text=TEXTS),
    strength=st.sampled_from([Strength.STRONG, Strength.RELATED]),
    reporting=st.lists(
        st.builds(
            Article,
            head=HEADS,
            strength=st.sampled_from(Strength),
            passages=st.lists(excerpts(), min_size=1, max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    discussion=st.lists(
        st.builds(
            Thread, head=HEADS, remarks=st.lists(REMARKS, min_size=1, max_size=3).map(tuple)
        ),
        max_size=3,
    ).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(answer=ANSWERS, code=st.sampled_from(["en", "ru", "ar"]))
def test_no_text_whatever_breaks_the_html_or_the_limits(answer: Answer, code: str) -> None:
    for _, page in all_pages(answer, code):
        page.html.encode()
        text, entities = parse_html(page.html)
        assert 0 < utf16_length(text) <= MAX_UNITS
        assert len(entities) <= MAX_ENTITIES


def test_many_tiny_comments_stay_within_the_entities_of_a_message() -> None:
    tiny = tuple(samples.remark("a", author="b") for _ in range(200))
    answer = samples.answer(discussion=(samples.thread(*tiny),))
    counts = [len(parse_html(page.html)[1]) for _, page in all_pages(answer)]
    assert max(counts) <= MAX_ENTITIES
