"""Documents are sent, looked at, loaded and made findable from the operator's area."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import lxml.html
import pytest
from support.operator import KEYS, Operator, said
from support.own_command import OwnCommand
from support.web_pages import EVIL, web_pages

LOOKED = {
    "documents": 60,
    "comments": 7,
    "shown": [
        {
            "title": EVIL,
            "source": "Post",
            "url": None,
            "published": "2020-01-02",
            "paragraphs": 2,
            "comments": 1,
            "begins": "The ferry is late.",
            "first_comment": f"Ann: {EVIL}",
            "parse_confidence": 0.5,
            "warnings": ["No date."],
        }
    ],
    "faults": ["x.zip/b.jsonl, line 2 is cut."],
    "more_faults": 3,
}
LOADED: dict[str, Any] = {
    "files": [
        {
            "path": "x.zip",
            "missing": [4, 5],
            "warnings": ["No date."],
            "left_out": [f"{EVIL} cannot be read."],
            "fault": None,
        }
    ],
    "added": 58,
    "changed": 2,
    "unchanged": 0,
    "duplicate": 0,
}
BUILT = {"generation": "0002", "previous": "0001", "passages": 1_234}
ANSWERS = f"""
    if "--dry-run" in sys.argv:
        print({json.dumps(LOOKED)!r})
    elif "rebuild" in sys.argv:
        print({json.dumps(BUILT)!r})
    else:
        print({json.dumps(LOADED)!r})
        sys.exit(3)
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnCommand:
    made = OwnCommand(tmp_path, monkeypatch)
    made.does(ANSWERS)
    return made


@pytest.fixture
async def operator(folder: Path) -> AsyncIterator[Operator]:
    async with web_pages(folder, keys=KEYS, upload_max_mib=1) as running:
        inside = Operator(running)
        await inside.enter()
        yield inside


def words(text: str) -> str:
    return " ".join(" ".join(lxml.html.document_fromstring(text).itertext()).split())


def names(folder: Path) -> list[str]:
    """What lies in the folder of the uploads, but for the note of what runs."""
    return sorted(path.name for path in (folder / "uploads").glob("*") if path.name != ".job.json")


async def send(operator: Operator, content: bytes, *, name: str = "x.zip", csrf: str = "") -> str:
    """Send a file by the page's own form, or with another mark."""
    _, text = await operator.get("/load")
    mark = csrf or lxml.html.document_fromstring(text).xpath("//input[@name='csrf']/@value")[0]
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("csrf", mark)
    form.add_field("file", io.BytesIO(content), filename=name)
    status, text = await operator.send("/load", form)
    return text if status == 200 else str(status)


async def press(operator: Operator, do: str, name: str = "x.zip") -> str:
    return await operator.submit("/load", do=do, name=name)


async def ended(operator: Operator) -> str:
    """The page when nothing runs any more."""
    async with asyncio.timeout(60):
        while True:
            _, text = await operator.get("/load")
            if not lxml.html.document_fromstring(text).xpath("//*[@data-live]"):
                return text
            await asyncio.sleep(0.05)


async def test_from_a_file_to_a_new_index_with_a_look_in_between(
    operator: Operator, command: OwnCommand, folder: Path
) -> None:
    await send(operator, b"some bytes")
    looked = await ended(operator)
    assert "60 documents with 7 comments. The first 1:" in words(looked)
    assert f"{EVIL} Post · 2020-01-02 · 2 paragraphs · 1 comment · parsed with" in words(looked)
    assert f"First comment: Ann: {EVIL}" in words(looked)
    assert "x.zip/b.jsonl, line 2 is cut. and 3 more" in words(looked)
    assert lxml.html.document_fromstring(looked).xpath("//img[@onerror]") == []
    await press(operator, "load")
    loaded = words(await ended(operator))
    assert "58 added, 2 changed, 0 unchanged, 0 duplicate." in loaded
    assert f"{EVIL} cannot be read." in loaded
    assert "2 documents of earlier loads of this file not in it any more" in loaded
    assert names(folder) == []
    await press(operator, "rebuild")
    assert "Done : index 0002, 1,234 passages." in words(await ended(operator))
    path = str(folder / "uploads" / "x.zip")
    begin = ["-m", "bot", "--progress-lines"]
    assert command.asked == [
        [*begin, "add", "--dry-run", "--brief", "--json", path],
        [*begin, "add", "--json", path],
        [*begin, "rebuild", "--json"],
    ]


async def test_what_runs_is_shown_as_it_goes_and_can_be_stopped(
    operator: Operator, command: OwnCommand
) -> None:
    command.does("""
        line = {"doing": "Encoding", "done": 1200, "total": 5000, "unit": "passages"}
        print(json.dumps(line), file=sys.stderr, flush=True)
        go()
    """)
    running = await press(operator, "rebuild")
    async with asyncio.timeout(60):
        while "Encoding" not in running:
            running = (await operator.get("/load"))[1]
    shown = lxml.html.document_fromstring(running)
    assert "Encoding: 1,200 of 5,000 passages" in words(running)
    assert shown.xpath("//progress[@value='1200' and @max='5000']")
    assert "url=/operate/load" in running
    assert shown.xpath("//script[contains(@src, 'live.js')]")
    assert shown.xpath("//button[.='Rebuild']") == []
    busy = await press(operator, "rebuild")
    assert said(busy).startswith("A rebuild is running already, since")
    await press(operator, "stop")
    assert "Stopped. " in words(await ended(operator))
    assert len(command.asked) == 1


@pytest.mark.usefixtures("command")
async def test_nothing_is_loaded_that_was_not_looked_at(operator: Operator, folder: Path) -> None:
    await send(operator, b"x", name="a.zip")
    await ended(operator)
    await send(operator, b"x", name="b.zip")
    await ended(operator)
    assert said(await press(operator, "load", "a.zip")) == "Look at the file before it is loaded."
    assert "no such upload" in said(await press(operator, "look", "../library.sqlite3"))
    assert "no such upload" in said(await press(operator, "discard", "../library.sqlite3"))
    await press(operator, "discard", "a.zip")
    assert names(folder) == ["b.zip"]
    assert (folder / "library.sqlite3").exists()


async def test_a_file_of_which_nothing_was_loaded_stays_and_it_is_said_why(
    operator: Operator, command: OwnCommand, folder: Path
) -> None:
    await send(operator, b"x")
    await ended(operator)
    none = {"added": 0, "changed": 0, "unchanged": 0, "duplicate": 0}
    fault = {**LOADED["files"][0], "fault": "x.zip is cut.", "left_out": [], "missing": []}
    command.does(f"print({json.dumps({'files': [fault], **none})!r}); sys.exit(3)")
    await press(operator, "load")
    assert "Not loaded : x.zip is cut." in words(await ended(operator))
    assert names(folder) == ["x.zip"]


async def test_a_file_of_which_nothing_can_be_read_offers_no_load(
    operator: Operator, command: OwnCommand
) -> None:
    nothing = {**LOOKED, "documents": 0, "shown": []}
    command.does(f"print({json.dumps(nothing)!r}); sys.exit(3)")
    await send(operator, b"x")
    shown = lxml.html.document_fromstring(await ended(operator))
    assert shown.xpath("//button[.='Load']") == []
    assert len(shown.xpath("//button[.='Discard']")) == 1


@pytest.mark.usefixtures("command")
async def test_a_hostile_name_stays_in_the_folder_and_is_words(
    operator: Operator, folder: Path
) -> None:
    for name in ("../../../tmp/evil.sh", EVIL, ".job.json", "--config=evil.toml"):
        await send(operator, b"x", name=name)
        text = await ended(operator)
        assert lxml.html.document_fromstring(text).xpath("//img[@onerror]") == []
    assert "evil.sh" in names(folder)
    assert all(not name.startswith(("-", ".")) for name in names(folder))
    assert not (folder.parent / "tmp").exists()


@pytest.mark.usefixtures("command")
async def test_a_huge_upload_is_refused_and_leaves_nothing(
    operator: Operator, folder: Path
) -> None:
    text = await send(operator, b"x" * 1_200_000)
    assert said(text) == "The file is larger than 1 MiB; nothing is kept."
    assert names(folder) == []
    await send(operator, b"x" * 1_000_000)
    assert names(folder) == ["x.zip"]


async def test_without_the_mark_or_a_session_nothing_is_taken(
    operator: Operator, command: OwnCommand, folder: Path
) -> None:
    assert await send(operator, b"x", csrf="0" * 64) == "403"
    for do in ("load", "rebuild", "stop", "discard"):
        assert (await operator.post("/load", do=do, name="x.zip"))[0] == 403
    stranger = Operator(operator.pages)
    assert await send(stranger, b"x", csrf="0" * 64) == "303"
    assert (await stranger.post("/load", do="rebuild"))[0] == 303
    assert (names(folder), command.asked) == ([], [])


async def test_a_file_that_is_being_read_is_neither_replaced_nor_discarded(
    operator: Operator, command: OwnCommand, folder: Path
) -> None:
    command.does("go()")
    await send(operator, b"first")
    for text in (await send(operator, b"second"), await press(operator, "discard")):
        assert said(text) == "The file is being read; wait until that is done, or stop it."
    assert (folder / "uploads" / "x.zip").read_bytes() == b"first"
    waits = await send(operator, b"other", name="y.zip")
    assert said(waits).startswith("A look at an upload is running already")
    assert names(folder) == ["x.zip", "y.zip"]
    command.let_go()
    await ended(operator)


async def test_after_a_restart_what_ran_is_said_to_be_interrupted(
    folder: Path, command: OwnCommand
) -> None:
    command.does("go()")
    async with web_pages(folder, keys=KEYS) as pages:
        operator = Operator(pages)
        await operator.enter()
        await press(operator, "rebuild")
    async with web_pages(folder, keys=KEYS) as pages:
        operator = Operator(pages)
        await operator.enter()
        _, text = await operator.get("/load")
    assert "Interrupted : the bot ended while this ran" in words(text)
    assert "it goes on where it was" in words(text)
    assert not lxml.html.document_fromstring(text).xpath("//*[@data-live]")


async def test_what_went_wrong_is_said(operator: Operator, command: OwnCommand) -> None:
    command.does('print("error: The library is empty.", file=sys.stderr); sys.exit(1)')
    await press(operator, "rebuild")
    text = words(await ended(operator))
    assert "Failed." in text
    assert "error: The library is empty." in text
    command.does(f"print({json.dumps(BUILT)!r}); sys.exit(5)")
    await press(operator, "rebuild")
    assert "Kept back : golden queries got worse" in words(await ended(operator))
    assert said(await send(operator, b"", name="")) == "Choose a file first."


async def test_where_no_files_are_taken_there_is_no_form_for_them(folder: Path) -> None:
    async with web_pages(folder, keys=KEYS, upload_max_mib=0) as pages:
        operator = Operator(pages)
        await operator.enter()
        _, text = await operator.get("/load")
        assert 'type="file"' not in text
        assert await send(operator, b"x") == "415"


async def test_scripts_may_ask_this_site_on_pages_of_operators_alone(
    operator: Operator,
) -> None:
    headers = {"Cookie": f"operate={operator.cookie}"}
    policies: dict[str, str] = {}
    for path in ("/operate/load", "/"):
        async with operator.pages.client.get(operator.pages.url + path, headers=headers) as got:
            policies[path] = got.headers["content-security-policy"]
    assert "connect-src 'self'" in policies["/operate/load"]
    assert "connect-src 'none'" in policies["/"]
