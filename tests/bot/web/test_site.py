"""What a stranger, a health check and Prometheus get over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import StartError
from bot.metrics import Metrics
from bot.web.bodies import read_body
from bot.web.exposition import metrics_route
from bot.web.health import Readiness, health_routes
from bot.web.server import serving
from bot.web.site import HEADERS, build_site


@dataclass
class Bot:
    """What readiness looks at."""

    generation: str | None = "0001"
    age_s: float | None = 1.0

    @property
    def readiness(self) -> Readiness:
        return Readiness(
            generation=lambda: self.generation, heard_age_s=lambda: self.age_s, silence_s=60
        )


@dataclass
class Site:
    client: aiohttp.ClientSession
    url: str
    metrics: Metrics = field(default_factory=Metrics)

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(self.url + path, headers=headers) as response:
            return response.status, await response.text()


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await read_body(request, max_bytes=100))))


@asynccontextmanager
async def site(bot: Bot, token: str | None = None) -> AsyncIterator[Site]:
    metrics = Metrics()
    routes = [
        *health_routes(bot.readiness),
        metrics_route(metrics, token),
        Route("/echo", echo, methods=["POST"]),
    ]
    async with (
        serving(build_site(routes), host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession() as client,
    ):
        yield Site(client, f"http://127.0.0.1:{port}", metrics)


async def test_it_is_alive_before_it_is_ready() -> None:
    bot = Bot(generation=None, age_s=None)
    async with site(bot) as here:
        assert await here.get("/healthz") == (200, '{"alive":true}')
        status, said = await here.get("/readyz")
        assert status == 503
        assert "no generation is open" in said
        assert "Telegram has not been heard yet" in said
        bot.generation, bot.age_s = "0001", 2.0
        assert await here.get("/readyz") == (200, '{"ready":true,"problems":[]}')


async def test_it_is_not_ready_after_a_long_silence_of_telegram() -> None:
    async with site(Bot(age_s=300.4)) as here:
        status, said = await here.get("/readyz")
    assert (status, "not been heard for 300 seconds" in said) == (503, True)


async def test_this_machine_reads_the_figures_and_whoever_comes_through_a_proxy_does_not() -> None:
    async with site(Bot()) as here:
        here.metrics.update("message")
        status, text = await here.get("/metrics")
        assert status == 200
        assert 'factcontext_updates_total{kind="message"} 1.0' in text
        assert await here.get("/metrics", **{"X-Forwarded-For": "203.0.113.9"}) == (404, "")


async def test_with_a_token_only_its_holder_reads_the_figures() -> None:
    async with site(Bot(), token="correct horse") as here:
        assert await here.get("/metrics") == (404, "")
        assert (await here.get("/metrics", Authorization="Bearer wrong"))[0] == 404
        assert (await here.get("/metrics", Authorization="Bearer correct horse"))[0] == 200


async def test_every_answer_carries_the_headers_and_none_names_the_software() -> None:
    async with site(Bot()) as here, here.client.get(here.url + "/nowhere") as response:
        assert response.status == 404
        assert {name: response.headers[name] for name in HEADERS} == HEADERS
        assert "server" not in response.headers


@pytest.mark.parametrize("path", ["/healthz/", "/metrics/", "//healthz"])
async def test_another_spelling_of_a_path_is_not_found_and_leads_nowhere(path: str) -> None:
    async with (
        site(Bot()) as here,
        here.client.get(here.url + path, allow_redirects=False) as response,
    ):
        assert (response.status, response.headers.get("location")) == (404, None)


async def test_a_body_over_the_limit_is_refused_and_the_next_request_answered() -> None:
    async with site(Bot()) as here:
        async with here.client.post(here.url + "/echo", data=b"x" * 100) as whole:
            assert (whole.status, await whole.text()) == (200, "100")
        async with here.client.post(here.url + "/echo", data=b"x" * 1_000_000) as too_much:
            assert too_much.status == 413
        assert (await here.get("/healthz"))[0] == 200


async def test_a_port_in_use_is_refused_with_the_setting_to_change() -> None:
    async with site(Bot()) as here:
        port = int(here.url.rpartition(":")[2])
        with pytest.raises(StartError, match="FACTCONTEXT_HTTP_PORT"):
            async with serving(build_site([]), host="127.0.0.1", port=port):
                pass


async def test_a_host_that_is_not_this_machine_is_refused() -> None:
    with pytest.raises(StartError, match="FACTCONTEXT_HTTP_HOST"):
        async with serving(build_site([]), host="192.0.2.1", port=0):
            pass
