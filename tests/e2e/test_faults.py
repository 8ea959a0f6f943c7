"""What goes wrong gets one clear line; what can go on goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from support.product import SEEDS, Product
from support.served import served
from support.telegram.server import Telegram

from bot.errors import StartError
from index.errors import NoGenerationError

KNOWN = "Council keeps the Tarnwick library open, but not on all days"


@pytest.fixture
def product(built: Callable[..., Product], tmp_path: Path) -> Product:
    return built(SEEDS / "markdown").copy(tmp_path / "data")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "harm", "said"),
    [
        ("reporting/dense.faiss", truncated, "dense.faiss"),
        pytest.param("manifest.json", truncated, "manifest", marks=pytest.mark.soak),
        pytest.param("discussion/dense.faiss", flipped, "dense.faiss", marks=pytest.mark.soak),
        pytest.param("reporting/columns.npy", Path.unlink, "columns.npy", marks=pytest.mark.soak),
    ],
)
def test_a_damaged_generation_is_named_and_a_rebuild_mends_it(
    product: Product, name: str, harm: Callable[[Path], None], said: str
) -> None:
    harm(product.data / "generations" / "0001" / name)
    refused = product.run("ask", KNOWN, expect=1)
    assert said in refused.err
    assert 'run "factcontext rebuild"' in " ".join(refused.err.split())
    assert "Traceback" not in refused.err
    product.run("rebuild", "--quiet")
    assert product.ask(KNOWN)["abstained"] is False


def test_a_damaged_library_is_named(product: Product) -> None:
    library = product.data / "library.sqlite3"
    library.write_bytes(b"not a database" * 1_000)
    refused = product.run("status", expect=1)
    assert "library.sqlite3" in " ".join(refused.err.split())
    assert "Traceback" not in refused.err


async def test_a_bot_with_nothing_built_does_not_start(
    product: Product, telegram: Telegram
) -> None:
    (product.data / "generations" / "CURRENT").unlink()
    with pytest.raises(NoGenerationError, match='run "factcontext add"'):
        async with served(product, telegram):
            pytest.fail("it started")


async def test_a_bot_without_a_token_does_not_start(product: Product, telegram: Telegram) -> None:
    with pytest.raises(StartError, match="@BotFather"):
        async with served(product, telegram, telegram_bot_token=None):
            pytest.fail("it started")


@pytest.mark.parametrize("limit", [{"max_waiting_claims": 1}, {"max_wait_s": 0.001}])
async def test_a_full_line_is_told_politely_and_the_bot_goes_on(
    product: Product, telegram: Telegram, limit: dict[str, float]
) -> None:
    async with served(product, telegram, **limit):
        people = [telegram.world.user(number) for number in range(10, 30)]
        for person in people:
            person.send(KNOWN)
        said = await asyncio.gather(*(person.receives(timeout_s=60) for person in people))
        answered = [m for m in said if "Council Keeps the Library Open" in m.text]
        busy = [m for m in said if "Too many questions at once" in m.text]
        assert len(answered) + len(busy) == len(people)
        assert answered
        assert busy
        people[0].send(KNOWN)
        later = await people[0].receives(timeout_s=30)
        assert "Council Keeps the Library Open" in later.text
