"""An HTTP server in the bot's own event loop, started and stopped with it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.errors import StartError

_STARTUP_CHECK_S = 0.01
_BACKLOG = 256


class _Server(uvicorn.Server):
    """Leaves the signals to the bot."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(
    app: ASGIApp, *, host: str, port: int, finish_s: float = 5.0
) -> AsyncIterator[int]:
    """Serve an application until the block ends; requests under way are finished.

    Args:
        app: what is served.
        host: a name or address of this machine.
        port: 0 takes any free one.
        finish_s: seconds that requests get at the end.

    Yields:
        The port.

    Raises:
        StartError: the address cannot be listened on.
    """
    bound = _bind(host, port)
    config = uvicorn.Config(
        app,
        # Paths of requests are secrets here: the webhook's, and those of answers.
        access_log=False,
        log_config=None,
        lifespan="off",
        # Who a request comes from is taken from the connection, never from what it says.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, round(finish_s)),
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started and not running.done():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(_STARTUP_CHECK_S)
        yield int(bound.getsockname()[1])
    finally:
        server.should_exit = True
        await running
        bound.close()


def _bind(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise StartError(
            f"The HTTP side cannot listen on {host} port {port} ({error.strerror or error}); set "
            "FACTCONTEXT_HTTP_PORT to a free port, or FACTCONTEXT_HTTP_HOST to an address of this "
            "machine."
        ) from error
