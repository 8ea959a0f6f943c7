from __future__ import annotations

from support.clock import Clock

from bot.chats.settings import DEFAULTS, ChatSettings, Mode
from bot.store.chats import ChatStore
from bot.store.database import Database

QUIET = ChatSettings(mode=Mode.FORWARDS, language="de")


async def test_a_chat_that_nobody_set_has_the_defaults_and_no_row(database: Database) -> None:
    store = ChatStore(database)
    assert await store.get(-5) == DEFAULTS
    assert not await store.present(-5)
    assert await database.execute("DELETE FROM chats") == 0


async def test_settings_are_kept_by_chat_and_read_by_another_process(database: Database) -> None:
    await ChatStore(database).save(-5, QUIET)
    assert await ChatStore(database).get(-5) == QUIET
    assert await ChatStore(database).present(-5)
    assert await ChatStore(database).get(-6) == DEFAULTS


async def test_what_was_saved_is_read_at_once(database: Database) -> None:
    store = ChatStore(database)
    assert await store.get(-5) == DEFAULTS
    await store.save(-5, QUIET)
    assert await store.get(-5) == QUIET


async def test_a_group_that_became_a_supergroup_keeps_its_settings(database: Database) -> None:
    store = ChatStore(database)
    await store.save(-5, QUIET)
    await store.migrate(-5, -1_000_000_000_005)
    for reader in (store, ChatStore(database)):
        assert await reader.get(-1_000_000_000_005) == QUIET
        assert await reader.present(-1_000_000_000_005)
        assert await reader.get(-5) == DEFAULTS


async def test_a_chat_that_the_bot_left_is_kept_for_the_time_of_grace(
    database: Database, clock: Clock
) -> None:
    store = ChatStore(database)
    await store.save(-5, QUIET)
    await store.save(-6, QUIET)
    await store.left(-5)
    assert not await store.present(-5)
    assert await store.left_longer_than(100) == []
    clock.now += 100
    assert await store.left_longer_than(100) == [-5]
    await store.forget(-5)
    assert await store.left_longer_than(100) == []
    assert await store.get(-5) == DEFAULTS


async def test_a_chat_that_takes_the_bot_back_in_time_finds_its_settings(
    database: Database, clock: Clock
) -> None:
    store = ChatStore(database)
    await store.save(-5, QUIET)
    await store.left(-5)
    clock.now += 50
    await store.save(-5, await store.get(-5))
    clock.now += 100
    assert await store.left_longer_than(100) == []
    assert await store.get(-5) == QUIET


async def test_a_person_who_takes_a_choice_back_leaves_no_row(database: Database) -> None:
    store = ChatStore(database)
    await store.save(5, QUIET)
    await store.save(5, DEFAULTS)
    assert await store.get(5) == DEFAULTS
    assert await database.execute("DELETE FROM chats") == 0


async def test_telegram_may_say_twice_that_a_group_moved(database: Database) -> None:
    store = ChatStore(database)
    await store.save(-5, QUIET)
    for _ in range(2):
        await store.migrate(-5, -1_000_000_000_005)
    assert await store.get(-1_000_000_000_005) == QUIET


async def test_a_chat_that_leaves_without_a_row_has_one_until_the_grace_is_over(
    database: Database,
) -> None:
    store = ChatStore(database)
    await store.left(5)
    assert await store.left_longer_than(0) == [5]
