from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.commands import Commands
from support.following import FULL
from support.site import Site, site_on_thread

FEED = (
    '<rss version="2.0"><channel><title>Harbour Post</title><item><title>Bridge</title>'
    "<link>{site}/bridge</link><guid>g1</guid><description>It will close.</description></item>"
    "</channel></rss>"
)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site_on_thread() as running:
        monkeypatch.setattr("bot.wiring_feeds.open_fetcher", lambda _settings: running.fetcher())
        running.put("/feed", FEED.format(site=running.url("")), "application/rss+xml")
        running.put("/bridge", f"<!DOCTYPE html><title>B</title><article><p>{FULL}</p></article>")
        yield running


def test_a_feed_is_followed_looked_at_listed_and_removed(commands: Commands, site: Site) -> None:
    url = site.url("/feed")
    said = commands.run("feed", "add", url)
    assert said.out == "Followed from now on: Harbour Post\n"
    assert "factcontext feed poll" in said.err
    assert commands.run("feed", "add", url).out == "Followed already: Harbour Post\n"

    said = commands.run("feed", "poll")
    assert said.out == "1 feed: 1 added, 0 changed, 0 unchanged, 0 duplicate\n"
    assert "factcontext rebuild" in said.err
    assert commands.run("feed", "poll").err == ""

    (feed,) = commands.json("feed", "list")["feeds"]
    assert (feed["url"], feed["title"], feed["failures"]) == (url, "Harbour Post", 0)
    assert feed["checked"] < feed["due"]
    assert url in commands.run("feed", "list").out

    said = commands.run("feed", "remove", url)
    assert said.out == "1 feed followed no more; its documents stay.\n"
    assert commands.json("feed", "list") == {"feeds": []}
    assert commands.json("status")["documents"] == 1
    assert "factcontext feed add" in commands.run("feed", "list").err


def test_what_was_loaded_of_a_feed_is_taken_out_by_its_address(
    commands: Commands, site: Site
) -> None:
    commands.run("feed", "add", site.url("/feed"))
    commands.run("feed", "poll")
    commands.run("remove", "--yes", site.url("/feed"))
    assert commands.json("status")["documents"] == 0


def test_what_comes_of_a_look_is_told_to_programs(commands: Commands, site: Site) -> None:
    commands.run("feed", "add", site.url("/feed"))
    site.fail("/bridge", 404)
    told = commands.json("feed", "poll", expect=3)
    assert (told["added"], told["feeds"][0]["added"]) == (1, 1)
    assert "404" in told["feeds"][0]["faults"][0]


def test_a_feed_that_cannot_be_read_is_named_and_the_exit_code_says_so(
    commands: Commands, site: Site
) -> None:
    commands.run("feed", "add", site.url("/feed"))
    site.fail("/feed", 500)
    said = commands.run("feed", "poll", expect=3)
    assert "answers 500" in said.err
    (feed,) = commands.json("feed", "list")["feeds"]
    assert (feed["failures"], "answers 500" in feed["error"]) == (1, True)


def test_only_what_is_due_is_looked_at_when_asked_so(commands: Commands, site: Site) -> None:
    commands.run("feed", "add", site.url("/feed"))
    commands.run("feed", "poll", "--due")
    asked = site.asked("/feed")
    assert commands.run("feed", "poll", "--due").out.startswith("0 feeds")
    assert site.asked("/feed") == asked


def test_a_look_without_feeds_says_how_to_follow_one(commands: Commands) -> None:
    said = commands.run("feed", "poll")
    assert (said.out, "factcontext feed add URL" in said.err) == ("", True)


@pytest.mark.parametrize("verb", ["poll", "remove"])
def test_a_feed_that_is_not_followed_is_a_named_fault(
    commands: Commands, site: Site, verb: str
) -> None:
    said = commands.run("feed", verb, site.url("/other"), expect=1)
    assert "is not followed" in said.err


def test_what_is_no_feed_is_not_followed(commands: Commands, site: Site) -> None:
    said = commands.run("feed", "add", site.url("/bridge"), expect=1)
    assert "neither RSS nor Atom" in said.err
    assert commands.json("feed", "list") == {"feeds": []}


def test_what_is_no_address_is_not_followed(commands: Commands) -> None:
    assert "address" in commands.run("feed", "add", "my-feed.xml", expect=1).err


def test_a_list_with_a_feed_that_is_gone_says_how_to_end_following_it(
    commands: Commands, site: Site
) -> None:
    other = site.put("/other", FEED.format(site=site.url("")), "application/rss+xml")
    url = site.url("/feed")
    commands.run("feed", "add", url, other)
    assert commands.run("feed", "list").err == ""
    site.fail("/feed", 410)
    commands.run("feed", "poll", url, expect=3)
    said = commands.run("feed", "list")
    assert "410 Gone" in said.out
    assert said.err == "factcontext feed remove URL ends following one that is gone.\n"
    said = commands.run("feed", "remove", url, other)
    assert said.out == "2 feeds followed no more; their documents stay.\n"
