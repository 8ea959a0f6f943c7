"""The bot, and a load, while their process gets no more memory; mapped files do not count.

Run as a program: `python -m support.little_memory FOLDER`. It prints, a line each: what a person
is told about a claim that fits, one that needs more than there is, and the first again; then the
exit code of `factcontext add` for a file that does not fit, and how many documents there are.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from support.collection import TOPICS, collection, load
from support.product import Product
from support.served import served
from support.telegram.people import User
from support.telegram.server import Telegram
from support.word_encoder import WordEncoder

from bot import cli, wiring
from bot.config import variable
from embeddings.api import Role, Vectors
from index.generation import build, promote

_PATIENCE_S = 60.0
_ROOM = 16 * 1024**2
_TOO_MUCH = 1024**3
_HUNGRY = "hungry"


class HungryEncoder(WordEncoder):
    """Needs a gibibyte for a claim that says so."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        if any(_HUNGRY in text for text in texts):
            np.ones(_TOO_MUCH, dtype=np.uint8)
        return super().encode(texts, role)


async def ask(product: Product) -> None:
    """Three claims while nothing more is to be had."""
    async with Telegram() as telegram, served(product, telegram):
        ada = telegram.world.user(5)
        await told(ada, "")  # Threads are started, and modules loaded, with the first.
        with no_more_memory():
            lines = [await told(ada, extra) for extra in ("", _HUNGRY, "")]
    sys.stdout.write("\n".join(lines) + "\n")


async def told(person: User, extra: str) -> str:
    person.send(f"What happened to the {TOPICS[1]} is told only1 here {extra}")
    return (await person.receives(timeout_s=_PATIENCE_S)).text.replace("\n", " ")


def add(product: Product, folder: Path) -> None:
    """A file that fits, and one that does not."""
    small, large = folder / "small.txt", folder / "large.txt"
    small.write_text("The harbour is closed\n\nThe council said so on Monday morning.\n")
    large.write_text("The ferry is late\n\n" + "The council said so again. " * 2_000_000)
    run_command(product, "add", str(small), "--quiet")
    with no_more_memory():
        code = run_command(product, "add", str(large), "--quiet")
    with wiring.open_library(product.settings()) as library:
        sys.stdout.write(f"{code}\n{library.state().documents}\n")


def run_command(product: Product, *arguments: str) -> object:
    sys.argv = ["factcontext", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        return end.code
    return None


@contextmanager
def no_more_memory() -> Iterator[None]:
    """Only a little more than what is in use now."""
    status = Path("/proc/self/status").read_text()
    (used_kib,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmData:"))
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (int(used_kib) * 1024 + _ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def main(folder: Path) -> None:
    wiring.load_encoder = lambda _settings: HungryEncoder()
    product = Product.at(folder / "data")
    os.environ[variable("data_dir")] = str(product.data)
    with wiring.open_library(product.settings()) as library:
        load(library, collection(0, 6))
    with wiring.workshop(product.settings()) as tools:
        promote(tools.folder, build(tools.library, tools.encoder, tools.vectors, tools.folder))
    asyncio.run(ask(product))
    add(product, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
