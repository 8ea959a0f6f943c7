"""An operator with a browser."""

from __future__ import annotations

import aiohttp
import lxml.html
from support.web_pages import WebPages

from bot.web.operate.area import Keys

TOKEN = "a long secret of the operator's"
USER = 42
BOT_TOKEN = "7:secret"
KEYS = Keys(token=TOKEN, users=frozenset({USER}), bot_token=BOT_TOKEN)


class Operator:
    """Keeps the cookie, reads forms as a browser does."""

    def __init__(self, pages: WebPages) -> None:
        self.pages = pages
        self.cookie = ""

    async def enter(self, token: str = TOKEN) -> tuple[int, str]:
        return await self.post("/login", token=token)

    async def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Send fields; what the answer redirects to is not followed."""
        url = f"{self.pages.url}/operate{path}"
        async with self.pages.client.post(
            url, data=fields, headers=self._headers(), allow_redirects=False
        ) as response:
            if cookie := response.cookies.get("operate"):
                self.cookie = cookie.value
            return response.status, await response.text()

    async def send(self, path: str, form: aiohttp.FormData) -> tuple[int, str]:
        """Send a form with a file; what the answer redirects to is not followed."""
        url = f"{self.pages.url}/operate{path}"
        async with self.pages.client.post(
            url, data=form, headers=self._headers(), allow_redirects=False
        ) as response:
            return response.status, await response.text()

    async def get(self, path: str = "") -> tuple[int, str]:
        url = f"{self.pages.url}/operate{path}"
        async with self.pages.client.get(
            url, headers=self._headers(), allow_redirects=False
        ) as response:
            return response.status, await response.text()

    async def submit(self, path: str, **fields: str) -> str:
        """Fill in the page's form and read what comes."""
        _, text = await self.get(path)
        (csrf, *_) = lxml.html.document_fromstring(text).xpath("//input[@name='csrf']/@value")
        status, text = await self.post(path, csrf=csrf, **fields)
        assert status == 200
        return text

    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"operate={self.cookie}"} if self.cookie else {}


def said(text: str) -> str:
    """What a page reports of a form."""
    return " ".join(lxml.html.document_fromstring(text).xpath("//p[@role]//text()")).strip()
