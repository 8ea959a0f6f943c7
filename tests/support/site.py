"""A web site on loopback: pages that a test lays out, and what it was asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from aiohttp import web

from index.fetch.fetcher import Fetcher, FetchLimits

AGENT = "factcontext/test"
Answer = Callable[[web.Request], web.StreamResponse]


@dataclass
class Site:
    """Answers what it was given; everything else is not there."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)
    most_at_once: int = 0
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Answers wait for it; it is set unless a test clears it."""
    _at_once: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put(
        self, path: str, body: str | bytes, content_type: str = "text/html", **headers: str
    ) -> str:
        """Lay out a file; it tells its state, and answers 304 to who knows it."""
        data = body.encode() if isinstance(body, str) else body
        stated = {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(request: web.Request) -> web.Response:
            etag = stated.get("ETag")
            if etag and request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers=stated)
            return web.Response(body=data, headers={"Content-Type": content_type, **stated})

        self.answers[path] = answer
        return self.url(path)

    def fail(self, path: str, status: int, **headers: str) -> str:
        stated = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda _: web.Response(status=status, headers=stated)
        return self.url(path)

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.requests)

    def allows(self, address: IPv4Address | IPv6Address, port: int) -> bool:
        """A policy that lets this one server through, and nothing else."""
        return str(address) == "127.0.0.1" and port == self.port

    def fetcher(self, **limits: float) -> Fetcher:
        return Fetcher(
            user_agent=AGENT,
            limits=FetchLimits(**{"pause_s": 0.0, "timeout_s": 60.0, **limits}),  # type: ignore[arg-type] # whichever are given
            allows=self.allows,
        )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await self.held.wait()
            answer = self.answers.get(request.path)
            return answer(request) if answer else web.Response(status=404)
        finally:
            self._at_once -= 1


@asynccontextmanager
async def running_site() -> AsyncIterator[Site]:
    """A site that is served until the block ends."""
    site = Site()
    site.held.set()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    site.port = runner.addresses[0][1]
    try:
        yield site
    finally:
        site.held.set()
        await runner.cleanup()


@contextmanager
def site_on_thread() -> Iterator[Site]:
    """A site for what blocks, such as a command: it is served from a thread of its own."""
    ready, done = threading.Event(), asyncio.Event()
    running: list[Site] = []

    async def serve() -> None:
        async with running_site() as site:
            running.append(site)
            ready.set()
            await done.wait()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(60)
    try:
        yield running[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()
