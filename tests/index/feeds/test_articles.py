"""Where a feed has only summaries, pages and feeds of comments say the rest."""

from __future__ import annotations

import pytest
from support.following import (
    FULL,
    INTERVAL_S,
    WITH_COMMENTS,
    Following,
    comment,
    entry,
    whole,
)

from index.feeds.schedule import MAX_PAGE_FAILURES
from index.library import Change

LONG = f"{FULL} The lock is watched by night, and nobody answers there."


async def test_the_page_of_a_summary_is_fetched(following: Following) -> None:
    following.lay(entry(1))
    following.page(1)
    assert (await following.follow()).changes == {Change.ADDED: 1}
    (document,) = following.stored()
    assert (document.text, document.is_summary) == (FULL, False)
    assert document.url == following.site.url("/bridge/1")


async def test_an_article_of_which_the_feed_has_only_the_address_is_its_page(
    following: Following,
) -> None:
    following.lay("<item><guid>g1</guid><link>{site}/bridge/1</link></item>")
    following.page(1)
    await following.follow()
    assert [d.text for d in following.stored()] == [FULL]


async def test_a_page_that_the_site_does_not_want_fetched_leaves_the_summary(
    following: Following,
) -> None:
    following.site.put("/robots.txt", "User-agent: *\nDisallow: /bridge/\n")
    following.lay(entry(1))
    polled = await following.follow()
    assert "robots.txt" in polled.faults[0]
    assert [(d.text, d.is_summary) for d in following.stored()] == [("It will close.", True)]
    assert (await following.look()).faults == ()
    assert following.site.asked("/bridge/1") == 0


async def test_a_page_that_fails_is_asked_for_again_and_not_for_ever(following: Following) -> None:
    following.lay(entry(1))
    for look in range(MAX_PAGE_FAILURES + 3):
        await (following.look(later_s=10**6) if look else following.follow())
    assert following.site.asked("/bridge/1") == MAX_PAGE_FAILURES
    following.page(1)
    following.lay(entry(1, "It will close. Updated."))
    await following.look()
    assert [d.text for d in following.stored()] == [FULL]


async def test_a_page_that_failed_once_takes_the_place_of_the_summary(
    following: Following,
) -> None:
    following.lay(entry(1), etag='"1"')
    await following.follow()
    following.page(1)
    assert (await following.look(later_s=2 * INTERVAL_S)).changes == {Change.CHANGED: 1}
    assert [d.text for d in following.stored()] == [FULL]


async def test_a_page_on_which_less_is_found_than_in_the_feed_changes_nothing(
    following: Following,
) -> None:
    following.lay(entry(1, LONG))
    following.page(1, "Subscribe.")
    await following.follow()
    assert [d.text for d in following.stored()] == [LONG]


async def test_a_summary_that_changed_does_not_take_the_place_of_the_page(
    following: Following,
) -> None:
    following.lay(entry(1))
    following.page(1)
    await following.follow()
    following.lay(entry(1, "It will close, perhaps."))
    following.site.fail("/bridge/1", 500)
    await following.look()
    assert [d.text for d in following.stored()] == [FULL]


async def test_an_article_keeps_one_identity_where_its_link_leads_on(following: Following) -> None:
    following.lay(entry(1, more=WITH_COMMENTS))
    following.site.fail("/bridge/1", 301, Location="/2024/bridge")
    following.page(1)
    following.site.answers["/2024/bridge"] = following.site.answers["/bridge/1"]
    following.site.fail("/bridge/1", 301, Location="/2024/bridge")
    following.lay(comment(1, "Mona", "Four?"), path="/bridge/1/comments")
    await following.follow()
    following.lay(comment(2, "Bo", "Five."), path="/bridge/1/comments")
    await following.look(later_s=10 * INTERVAL_S)
    (document,) = following.stored()
    assert document.url == following.site.url("/2024/bridge")
    assert [c.author for c in document.comments] == ["Mona", "Bo"]


# ---------------------------------------------------------------- comments


async def test_the_feed_of_comments_is_joined_to_its_article(following: Following) -> None:
    following.lay(whole(1).replace("</item>", f"{WITH_COMMENTS}</item>"))
    following.lay(comment(1, "Mona", "Four?"), path="/bridge/1/comments")
    await following.follow()
    (document,) = following.stored()
    assert (document.text, [c.author for c in document.comments]) == (FULL, ["Mona"])


async def test_comments_that_come_later_are_added_also_where_the_feed_stays_as_it_is(
    following: Following,
) -> None:
    following.lay(whole(1).replace("</item>", f"{WITH_COMMENTS}</item>"), etag='"1"')
    following.lay(comment(1, "Mona", "Four?"), path="/bridge/1/comments", etag='"1"')
    await following.follow()
    following.lay(comment(2, "Bo", "Five."), path="/bridge/1/comments", etag='"2"')
    assert (await following.look()).changes == {Change.CHANGED: 1}
    assert [c.author for c in following.stored()[0].comments] == ["Mona", "Bo"]


async def test_comments_under_the_page_are_joined_to_those_of_their_feed(
    following: Following,
) -> None:
    following.lay(entry(1, more=WITH_COMMENTS))
    following.lay(
        comment(1, "Mona", "Four?"), comment(2, "Bo", "Five."), path="/bridge/1/comments"
    )
    below = (
        '<ol><li class="comment" id="comment-1"><cite class="fn">Mona</cite>'
        '<div class="comment-content"><p>Four?</p></div></li></ol>'
    )
    body = f"<!DOCTYPE html><title>B</title><article><p>{FULL}</p></article>{below}"
    following.site.put("/bridge/1", body)
    await following.follow()
    (document,) = following.stored()
    assert [(c.author, c.text) for c in document.comments] == [("Mona", "Four?"), ("Bo", "Five.")]


async def test_a_quiet_discussion_is_looked_at_less_and_less(following: Following) -> None:
    following.lay(whole(1).replace("</item>", f"{WITH_COMMENTS}</item>"))
    following.lay(comment(1, "Mona", "Four?"), path="/bridge/1/comments", etag='"1"')
    await following.follow()
    waits = []
    for _ in range(3):
        due = (await following.entry()).comments_due
        assert due is not None
        waits.append(due - following.now)
        await following.look(later_s=due - following.now)
    assert waits == [INTERVAL_S, 2 * INTERVAL_S, 4 * INTERVAL_S]


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_feed_of_comments_that_fails_leaves_the_article(
    following: Following, status: int
) -> None:
    following.lay(whole(1).replace("</item>", f"{WITH_COMMENTS}</item>"))
    following.site.fail("/bridge/1/comments", status)
    polled = await following.follow()
    assert (len(polled.faults), polled.changes) == (1, {Change.ADDED: 1})
