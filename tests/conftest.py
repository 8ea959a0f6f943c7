"""What every test gets: no network outside this machine, no settings of the person who runs it."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.once import begin, once
from support.product import Product

_connect = socket.socket.connect


def pytest_configure(config: pytest.Config) -> None:
    config.add_cleanup(begin())


def _only_loopback(self: socket.socket, address: object) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0] if isinstance(address, tuple) else ""
        assert host == "localhost" or ipaddress.ip_address(host).is_loopback, (
            f"a test reached out to {host}"
        )
    _connect(self, address)  # type: ignore[arg-type] # whatever connect takes


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _only_loopback)
    patch.setenv("HF_HUB_OFFLINE", "1")
    for name in os.environ:
        if name.startswith("FACTCONTEXT_") or name == "TELEGRAM_BOT_TOKEN":
            patch.delenv(name)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Product]:
    """Documents to a promoted generation of the real model, once for each set of paths."""
    made: dict[tuple[Path, ...], Product] = {}

    def make(folder: Path, *paths: Path) -> None:
        product = Product.at(folder)
        product.run("add", "--quiet", *map(str, paths))
        product.run("rebuild", "--quiet")

    def build(*paths: Path) -> Product:
        if paths not in made:
            name = hashlib.sha256(repr(paths).encode()).hexdigest()[:16]
            data = once(name, lambda folder: make(folder, *paths))
            made[paths] = Product(data=data).copy(tmp_path_factory.mktemp("built") / "data")
        return made[paths]

    return build


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty data folder with the command line on it."""
    return Product.at(tmp_path / "data")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name tests alike in every worker: packed bytes hold the second in which they were packed."""
    if isinstance(val, bytes) and (len(val) > 20 or not val.isascii()):
        return argname
    return None
