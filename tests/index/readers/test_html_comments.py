from __future__ import annotations

import pytest
from support.pages import page

from index.dates import PartialDate
from index.readers import Limits
from index.readers.html import document_of_page


def test_comments_of_wordpress_block_themes_have_authors_and_days() -> None:
    below = (
        '<ol class="wp-block-comment-template"><li id="comment-7" class="comment"><div>'
        '<div class="wp-block-comment-author-name"><a>Ann</a></div><div '
        'class="wp-block-comment-date"><a>May 3, 2024</a></div><div '
        'class="wp-block-comment-content"><p>Who pays?</p></div><div '
        'class="wp-block-comment-reply-link"><a>Reply</a></div></div></li></ol>'
    )
    [comment] = document_of_page(page(below=below).encode(), "x.html", Limits()).comments
    assert (comment.author, comment.text) == ("Ann", "Who pays?")
    assert comment.published == PartialDate(year=2024, month=5, day=3)


@pytest.mark.parametrize(
    ("inside", "warned"),
    [
        (f"<p>{'Who pays for all of this? ' * 10}</p>", True),
        ("<p>Be the first to comment.</p>", False),
        (f"<form>{'Your address will not be shown. ' * 10}</form>", False),
        (f"<script>{'x = 1; ' * 100}</script>", False),
        (f"<div id='comment-1'><p>{'Who pays for all of this? ' * 10}</p></div>", False),
    ],
)
def test_comments_in_a_form_that_is_not_known_are_missed_aloud(inside: str, warned: bool) -> None:
    below = f'<div id="comments"><h2>3 comments</h2>{inside}</div>'
    document = document_of_page(page(below=below).encode(), "x.html", Limits())
    assert any("not known" in warning for warning in document.warnings) == warned
