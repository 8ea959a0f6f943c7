"""A rebuild while the bot answers, a rebuild that is killed, and damage that must not end it."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from support.encoders import tiny_model
from support.product import SEEDS, Product
from support.served import served
from support.telegram.server import Telegram

from index.generation import current

KNOWN = "Council keeps the Tarnwick library open, but not on all days"
FRESH = "The Quellmoor lighthouse was painted green by its keeper"
ARTICLE = {
    "title": "Why the Quellmoor Lighthouse Is Green",
    "source": "Coastal Notes",
    "url": "https://coastal.example/quellmoor",
    "text": "The keeper of the Quellmoor lighthouse painted the tower green last summer. "
    "He said that the old white paint had cost more every year.",
}


@pytest.fixture
def product(built: Callable[..., Product], tmp_path: Path) -> Product:
    return built(SEEDS / "markdown").copy(tmp_path / "data")


def add_article(product: Product) -> None:
    path = product.data.parent / "fresh.jsonl"
    path.write_text(json.dumps(ARTICLE) + "\n")
    product.run("add", "--quiet", str(path))


async def test_a_new_article_is_found_by_the_running_bot_after_a_rebuild(
    product: Product, telegram: Telegram
) -> None:
    async with served(product, telegram):
        ada = telegram.world.user(5)
        ada.send(FRESH)
        before = await ada.receives(timeout_s=30)
        assert "Nothing in the collection is close to this." in before.text
        await asyncio.to_thread(add_article, product)
        await asyncio.to_thread(product.run, "rebuild", "--quiet")
        async with asyncio.timeout(30):
            while True:
                ada.send(FRESH)
                after = await ada.receives(timeout_s=30)
                if ARTICLE["title"] in after.text:
                    break
        assert ARTICLE["text"] in after.marked("blockquote")


async def test_no_answer_is_lost_or_wrong_while_generations_are_swapped(
    product: Product, telegram: Telegram
) -> None:
    async with served(product, telegram):
        people = [telegram.world.user(number) for number in range(10, 16)]
        rebuilt = asyncio.create_task(asyncio.to_thread(_rebuild_twice, product))
        answers = 0
        while not rebuilt.done():
            for person in people:
                person.send(KNOWN)
            for person in people:
                answer = await person.receives(timeout_s=60)
                assert "Council Keeps the Library Open" in answer.text
                answers += 1
            # People pause, too: a rebuild gives way to whoever asks, and would take very long.
            await asyncio.sleep(0.5)
        await rebuilt
    assert answers >= len(people)
    assert len(telegram.world.calls("sendMessage")) == answers
    assert current(product.data / "generations") == "0003"


def _rebuild_twice(product: Product) -> None:
    add_article(product)
    product.run("rebuild", "--quiet")
    product.run("remove", "--yes", ARTICLE["url"])
    product.run("rebuild", "--quiet")


async def test_buttons_work_after_a_rebuild_and_say_so_when_their_answer_is_gone(
    product: Product, telegram: Telegram
) -> None:
    async with served(product, telegram):
        ada = telegram.world.user(5)
        ada.send(KNOWN)
        answer = await ada.receives(timeout_s=30)
    add_article(product)
    product.run("rebuild", "--quiet")
    async with served(product, telegram):
        ada.press(answer, "What readers said")
        discussion = await ada.receives(timeout_s=30)
        assert "opinions of readers, not checked" in discussion.text
        product.run("remove", "--yes", str(SEEDS / "markdown"))
        press = ada.press(discussion, "Reporting")
        said = await press.answered(timeout_s=30)
        assert "was withdrawn" in said["text"]
        bare = await ada.receives()
        assert list(bare.buttons) == []


@pytest.mark.soak
@pytest.mark.parametrize("delay_s", [n / 10 for n in range(1, 40)])
def test_a_rebuild_killed_at_any_moment_leaves_the_old_generation_answering(
    product: Product, delay_s: float
) -> None:
    add_article(product)
    rebuild = product.start("rebuild", "--quiet")
    with suppress(subprocess.TimeoutExpired):
        rebuild.wait(delay_s)
    rebuild.kill()
    rebuild.communicate()
    assert product.ask(KNOWN)["abstained"] is False
    product.run("rebuild", "--quiet")
    product.run("verify")
    assert product.ask(FRESH)["reporting"][0]["title"] == ARTICLE["title"]


async def test_damage_to_a_new_generation_leaves_the_bot_on_the_old_one(
    product: Product, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    root = product.data / "generations"
    async with served(product, telegram):
        shutil.copytree(root / "0001", root / "0002")
        manifest = root / "0002" / "manifest.json"
        manifest.write_text(manifest.read_text()[:-40])
        (root / "CURRENT").write_text("0002\n")
        async with asyncio.timeout(30):
            while "the promoted generation cannot be used" not in caplog.text:  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.05)
        ada = telegram.world.user(5)
        ada.send(KNOWN)
        answer = await ada.receives(timeout_s=30)
        assert "Council Keeps the Library Open" in answer.text
    assert 'run "factcontext rebuild"' in caplog.text


def test_another_encoder_is_refused_with_what_mends_it(product: Product) -> None:
    other = str(tiny_model())
    refused = product.run("ask", KNOWN, expect=1, FACTCONTEXT_MODEL=other)
    said = " ".join(refused.err.split())
    assert "Generation 0001 has 384-d vectors from" in said
    assert 'run "factcontext rebuild"' in said
    product.run("rebuild", "--quiet", FACTCONTEXT_MODEL=other)
    product.run("ask", KNOWN, FACTCONTEXT_MODEL=other)
