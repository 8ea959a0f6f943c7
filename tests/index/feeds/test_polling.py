"""What is new in a feed goes into the library, once, and nothing is taken away by it."""

from __future__ import annotations

import pytest
from support.following import FULL, INTERVAL_S, Following, entry, whole
from support.site import AGENT

from index.feeds import polling
from index.feeds.polling import PollOptions
from index.feeds.schedule import DAY_S
from index.feeds.values import Feed
from index.library import Change, Library
from index.readers import SourceFile
from index.readers.feed import FeedItem, read_items


async def test_whole_articles_are_stored_as_the_feed_has_them(following: Following) -> None:
    following.lay(whole(1), whole(2))
    polled = await following.follow()
    assert (polled.changes, polled.feed.title) == ({Change.ADDED: 2}, "Harbour Post")
    assert [(d.title, d.text, d.source) for d in following.stored()] == [
        ("Bridge 1", FULL, "Harbour Post"),
        ("Bridge 2", FULL, "Harbour Post"),
    ]
    assert following.site.asked("/bridge/1") == 0
    assert [row.path for row in following.library.documents()] == [following.url] * 2


async def test_the_same_again_changes_and_fetches_nothing(following: Following) -> None:
    following.lay(whole(1), entry(2))
    following.page(2)
    await following.follow()
    before = following.library.revision
    assert (await following.look()).changes == {}
    assert following.library.revision == before
    assert following.site.asked("/bridge/2") == 1


async def test_an_unchanged_feed_is_not_sent_again(following: Following) -> None:
    following.lay(whole(1), etag='"1"')
    await following.follow()
    assert (await following.look()).changes == {}
    assert following.site.requests[-1].headers["If-None-Match"] == '"1"'
    following.lay(whole(2), whole(1), etag='"2"')
    assert (await following.look()).changes == {Change.ADDED: 1}


async def test_articles_that_left_the_feed_stay(following: Following) -> None:
    following.lay(whole(1))
    await following.follow()
    following.lay(whole(2))
    await following.look()
    assert [d.title for d in following.stored()] == ["Bridge 1", "Bridge 2"]
    assert list(await following.table.entries(following.url)) == ["g2"]


async def test_an_edited_article_is_changed(following: Following) -> None:
    following.lay(whole(1))
    await following.follow()
    following.lay(whole(1, "Corrected: it stays open."))
    assert (await following.look()).changes == {Change.CHANGED: 1}
    assert [d.text for d in following.stored()] == ["Corrected: it stays open."]


async def test_what_an_operator_removed_does_not_come_back_unless_it_changes(
    following: Following,
) -> None:
    following.lay(whole(1))
    await following.follow()
    following.library.remove([row.document_id for row in following.library.documents()])
    await following.look()
    assert following.stored() == []


async def test_a_feed_looks_at_no_more_pages_than_it_may_and_goes_on_with_the_next_look(
    following: Following,
) -> None:
    following.options = PollOptions(interval_s=INTERVAL_S, pages_per_look=2)
    following.lay(*(entry(n) for n in range(5)))
    for number in range(5):
        following.page(number, f"{number}. {FULL}")
    counts = []
    for look in range(3):
        await (following.look() if look else following.follow())
        counts.append(sum(not d.is_summary for d in following.stored()))
    assert counts == [2, 4, 5]


async def test_feeds_at_one_host_are_asked_one_after_the_other(following: Following) -> None:
    for number in range(4):
        following.lay(whole(number), path=f"/feed{number}")
        await following.table.add(Feed(url=following.site.url(f"/feed{number}")))
    polled = await following.poller.poll_due()
    assert [each.changes for each in polled] == [{Change.ADDED: 1}] * 4
    assert following.site.most_at_once == 1


# ---------------------------------------------------------------- faults


async def test_a_feed_that_fails_is_left_alone_for_longer_each_time(following: Following) -> None:
    following.site.fail("/feed", 500)
    waits = []
    for look in range(10):
        polled = await (following.look(later_s=0) if look else following.follow())
        waits.append(polled.feed.due - following.now)
    assert waits[:3] == [2 * INTERVAL_S, 4 * INTERVAL_S, 8 * INTERVAL_S]
    assert waits[-1] == DAY_S
    feed = await following.feed()
    assert feed.failures == 10
    assert "answers 500" in feed.error


async def test_a_server_is_left_alone_for_as_long_as_it_asks(following: Following) -> None:
    following.site.fail("/feed", 429, Retry_After="200000")
    assert (await following.follow()).feed.due == following.now + 200_000


async def test_a_feed_that_works_again_is_followed_as_before(following: Following) -> None:
    following.site.fail("/feed", 500)
    await following.follow()
    following.lay(whole(1))
    polled = await following.look()
    assert (polled.feed.failures, polled.feed.error) == (0, "")
    assert polled.feed.due == following.now + INTERVAL_S


@pytest.mark.parametrize("body", ["", "<rss>", "no feed", "\x00\x01", "<!DOCTYPE rss><rss/>"])
async def test_what_is_no_feed_is_a_named_fault_and_changes_nothing(
    following: Following, body: str
) -> None:
    following.lay(whole(1))
    await following.follow()
    following.site.put("/feed", body)
    polled = await following.look()
    assert following.url in polled.fault
    assert [d.title for d in following.stored()] == ["Bridge 1"]
    assert list(await following.table.entries(following.url)) == ["g1"]


async def test_a_feed_that_may_not_be_fetched_is_a_named_fault(following: Following) -> None:
    following.site.put("/robots.txt", f"User-agent: {AGENT}\nDisallow: /feed\n")
    following.lay(whole(1))
    assert "robots.txt" in (await following.follow()).fault
    assert following.site.asked("/feed") == 0


async def test_one_feed_that_fails_holds_no_other_back(following: Following) -> None:
    following.site.fail("/broken", 500)
    following.lay(whole(1))
    for path in ("/broken", "/feed"):
        await following.table.add(Feed(url=following.site.url(path)))
    polled = await following.poller.poll_due()
    assert [bool(each.fault) for each in polled] == [True, False]
    assert len(following.stored()) == 1


async def test_what_nobody_foresaw_in_one_feed_holds_no_other_back_and_quotes_nobody(
    following: Following, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(file: SourceFile) -> tuple[str, list[FeedItem]]:
        if file.name.endswith("/odd"):
            raise RuntimeError("what a stranger wrote")
        return read_items(file)

    monkeypatch.setattr(polling, "read_items", stumble)
    for path in ("/odd", "/feed"):
        following.lay(whole(1), path=path)
        await following.table.add(Feed(url=following.site.url(path)))
    odd, good = await following.poller.poll_due()
    assert "RuntimeError" in odd.fault
    assert (odd.feed.failures, good.changes) == (1, {Change.ADDED: 1})
    assert "stranger" not in caplog.text


async def test_only_feeds_whose_time_has_come_are_looked_at(following: Following) -> None:
    following.lay(whole(1))
    await following.follow()
    assert await following.poller.poll_due() == []
    following.now += INTERVAL_S
    assert len(await following.poller.poll_due()) == 1


async def test_a_feed_removed_during_a_look_stays_removed(following: Following) -> None:
    following.lay(whole(1))
    await following.table.add(Feed(url=following.url))
    feeds = await following.table.feeds()
    await following.table.remove(following.url)
    await following.poller.poll(feeds)
    assert await following.table.feeds() == []
    assert await following.table.entries(following.url) == {}


async def test_where_the_library_cannot_be_written_the_articles_are_new_the_next_time(
    following: Following,
) -> None:
    following.lay(whole(1))
    real, closed = following.library, Library.open(following.library.path)
    closed.close()
    following.library = closed
    assert "closed" in (await following.follow()).fault
    following.library = real
    assert (await following.look()).changes == {Change.ADDED: 1}
