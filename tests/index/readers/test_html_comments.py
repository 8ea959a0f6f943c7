from __future__ import annotations

import re

import pytest
from support.pages import page

from index.dates import PartialDate
from index.model import Document
from index.readers import Limits
from index.readers.html import document_of_page
from index.readers.html_tree import parse_page, take_out


def read_page(text: str) -> Document:
    return document_of_page(text.encode(), "x.html", Limits())


def told(document: Document) -> list[tuple[str, str | None, str | None, str]]:
    return [(c.key, c.parent, c.author, c.text) for c in document.comments]


def test_comments_of_wordpress_block_themes_have_authors_and_days() -> None:
    below = (
        '<ol class="wp-block-comment-template"><li id="comment-7" class="comment"><div>'
        '<div class="wp-block-comment-author-name"><a>Ann</a></div><div '
        'class="wp-block-comment-date"><a>May 3, 2024</a></div><div '
        'class="wp-block-comment-content"><p>Who pays?</p></div><div '
        'class="wp-block-comment-reply-link"><a>Reply</a></div></div></li></ol>'
    )
    [comment] = read_page(page(below=below)).comments
    assert (comment.author, comment.text) == ("Ann", "Who pays?")
    assert comment.published == PartialDate(year=2024, month=5, day=3)


@pytest.mark.parametrize(
    ("inside", "warned"),
    [
        (f"<p>{'Who pays for all of this? ' * 10}</p>", True),
        ("<p>Be the first to comment.</p>", False),
        (f"<form>{'Your address will not be shown. ' * 10}</form>", False),
        (f"<script>{'x = 1; ' * 100}</script>", False),
        # What stands in both counts once against what was said.
        (f"<noscript><form>{'Sign in. ' * 40}</form></noscript>{'Who pays? ' * 30}", True),
        (f"<div id='comment-1'><p>{'Who pays for all of this? ' * 10}</p></div>", False),
    ],
)
def test_comments_in_a_form_that_is_not_known_are_missed_aloud(inside: str, warned: bool) -> None:
    below = f'<div id="comments"><h2>3 comments</h2>{inside}</div>'
    document = read_page(page(below=below))
    assert any("not known" in warning for warning in document.warnings) == warned


def test_a_comment_that_a_page_shows_in_two_places_stands_once() -> None:
    replies = '<div id="comment-2" class="comment"><p>You do.</p></div>'
    said = f'<div id="comment-1" class="comment"><b class="fn">Ann</b><p>Who?</p>{replies}</div>'
    document = read_page(page(below=f'<div class="for-phones">{said}</div>{said}'))
    assert told(document) == [("1", None, "Ann", "Who?"), ("2", "1", None, "You do.")]
    assert document.warnings == ()


def test_a_template_that_a_script_would_fill_is_no_comment() -> None:
    below = '<template><div id="comment-1" class="comment">{{text}}</div></template>'
    assert read_page(page(below=below)).comments == ()


@pytest.mark.parametrize(
    ("inside", "author"),
    [
        # WordPress before 2010, Drupal, and Discourse as it is given to programs.
        ("<cite><a>Ann</a></cite> Says:<br /><small class='commentmetadata'>May 3</small>", "Ann"),
        ("<p class='submitted'>By <b typeof='schema:Person'>Ann</b> on Friday</p>", "Ann"),
        ("<b class='likes'>12</b>", None),
        ("<aside class='quote'><div class='title'>op:</div></aside>", None),
    ],
)
def test_what_surrounds_a_comment_is_none_of_its_text(inside: str, author: str | None) -> None:
    below = f"<ol><li id='comment-5'>{inside}<p>Who pays for <cite>Ships</cite>?</p></li></ol>"
    [comment] = read_page(page(below=below)).comments
    assert comment.author == author
    assert comment.text == "Who pays for Ships?"


@pytest.mark.parametrize(
    "said",
    [
        "In <cite>Ships</cite> they wrote: nobody pays.",
        "In <cite>Ships</cite> they wrote:",
        "<cite>Ships</cite> has a long list of those who never paid:",
    ],
)
def test_a_work_that_a_comment_speaks_of_is_not_its_author(said: str) -> None:
    below = f"<ol><li id='comment-5' class='comment'><p>{said}</p></li></ol>"
    [comment] = read_page(page(below=below)).comments
    assert (comment.author, comment.text) == (None, re.sub("<.*?>", "", said))


def test_words_around_what_is_taken_out_stay_one_text() -> None:
    root = parse_page(f"<p>{'a <template>x</template>' * 3}b</p>", "page")
    take_out(root, list(root.iter("template")))
    [paragraph] = root.iter("p")
    assert paragraph.xpath("text()") == ["a a a b"]
    assert len(paragraph) == 0
