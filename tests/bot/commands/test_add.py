from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.commands import Commands
from support.pages import page
from support.product import FOUNDING
from support.site import Site, site_on_thread

from index.library.loading import Load, Upsert
from index.model import Document

PREVIEW_KEYS = ["title", "credit", "author", "url", "published", "body", "comments",
                "parse_confidence", "warnings"]  # fmt: skip
RSS = Path(__file__).parents[2] / "index" / "readers" / "samples" / "harbour.rss.xml"
BAD = '{"title": "Cut", "text": \n'


def test_loading_says_what_was_done_and_what_comes_next(commands: Commands) -> None:
    said = commands.run("add", commands.articles())
    assert said.out == "4 added, 0 changed, 0 unchanged, 0 duplicate\n"
    assert said.err == "Next: factcontext rebuild makes it findable.\n"


def test_the_same_again_changes_nothing_and_asks_for_no_rebuild(commands: Commands) -> None:
    commands.run("add", commands.articles())
    said = commands.run("add", commands.articles())
    assert said.out == "0 added, 0 changed, 4 unchanged, 0 duplicate\n"
    assert said.err == ""


def test_quiet_says_nothing_but_what_comes_next(commands: Commands) -> None:
    assert commands.run("add", "--quiet", commands.articles()).out == ""
    again = commands.run("add", "--quiet", commands.articles())
    assert (again.out, again.err) == ("", "")


def test_a_bad_file_is_named_once_the_others_load_and_the_exit_code_says_so(
    commands: Commands,
) -> None:
    good, bad = commands.articles(), commands.write("bad.jsonl")
    bad.write_text('{"title": "Whole", "text": "It is."}\n' + BAD)
    said = commands.run("add", good, bad, expect=3)
    assert said.out == "4 added, 0 changed, 0 unchanged, 0 duplicate\n"
    (fault, _next) = said.err.splitlines()
    assert fault.startswith("error: ")
    assert fault.count("bad.jsonl") == 1
    assert "line 2" in fault
    assert commands.json("status")["documents"] == 4


def test_json_has_a_line_of_facts_for_every_file_and_nothing_else(commands: Commands) -> None:
    good, bad = commands.articles(), commands.write("bad.jsonl")
    bad.write_text(BAD)
    (commands.folder / "README.md").write_text("# No front matter\n")
    printed = commands.json("add", commands.folder, expect=3)
    assert list(printed) == ["files", "added", "changed", "unchanged", "duplicate"]
    files = {file["path"].rpartition("/")[2]: file for file in printed["files"]}
    assert files[good.name]["added"] == 4
    assert files["README.md"]["skipped"]
    assert "line 1" in files["bad.jsonl"]["fault"]
    facts = "path added changed unchanged duplicate missing warnings uncertain left_out skipped "
    facts += "fault"
    assert list(files[good.name]) == facts.split()


def test_skipped_files_of_a_folder_are_named(commands: Commands) -> None:
    commands.articles()
    (commands.folder / "README.md").write_text("# No front matter\n")
    said = commands.run("add", commands.folder)
    assert "Skipped 1 file that holds no document: README.md; add --dry-run" in said.err


@pytest.mark.parametrize("brief", [[], ["--brief"]])
def test_a_dry_run_says_why_each_file_of_a_folder_is_skipped(
    commands: Commands, brief: list[str]
) -> None:
    commands.articles()
    (commands.folder / "table.csv").write_text("name,score\na,b\n")
    (commands.folder / "list.mbox").write_text("From a@b Mon\n\nHello\n")
    said = commands.run("add", "--dry-run", *brief, commands.folder)
    assert 'table.csv is not a document: its first line names no "title" with a "text"' in said.err
    assert "list.mbox is not a document: it is mail" in said.err


def test_a_folder_without_documents_says_so(commands: Commands) -> None:
    said = commands.run("add", commands.folder)
    assert said.err == "No documents were found.\n"


def test_what_is_no_longer_in_a_file_is_told_with_the_command_that_removes_it(
    commands: Commands,
) -> None:
    path = commands.articles()
    commands.run("add", path)
    path.write_text(path.read_text().splitlines()[0] + "\n")
    said = commands.run("add", path)
    command = said.err.strip().partition("factcontext remove ")[2].split()
    assert len(command) == 3
    commands.run("remove", "--yes", *command)
    assert commands.json("status")["documents"] == 1


def test_a_path_that_is_not_there_loads_nothing(commands: Commands) -> None:
    said = commands.run("add", commands.articles(), "nowhere.txt", expect=2)
    assert "nowhere.txt" in said.err
    assert not commands.data.exists()


def test_a_data_folder_that_cannot_be_made_says_which_setting(commands: Commands) -> None:
    commands.data.write_text("a file stands in the way")
    said = commands.run("add", commands.articles(), expect=1)
    assert "FACTCONTEXT_DATA_DIR" in said.err


def test_a_broken_file_in_an_archive_is_named_and_the_exit_code_says_so(
    commands: Commands,
) -> None:
    archive = commands.folder / "all.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(commands.articles(), "good.jsonl")
        packed.writestr("bad.jsonl", BAD)
        packed.writestr("../out.txt", "Out\n\nIt leads out of the archive.")
    for options in ((), ("--dry-run",)):
        said = commands.run("add", *options, archive, expect=3)
        faults = [line for line in said.err.splitlines() if line.startswith("error: ")]
        assert len(faults) == 2
        assert "leads out" in faults[0]
        assert "bad.jsonl, line 1" in faults[1]
    assert commands.json("status")["documents"] == 4
    (file,) = commands.json("add", archive, expect=3)["files"]
    assert (file["unchanged"], len(file["left_out"]), file["fault"]) == (4, 2, None)


# ---------------------------------------------------------------- addresses


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site_on_thread() as running:
        monkeypatch.setattr("bot.wiring_feeds.open_fetcher", lambda _settings: running.fetcher())
        yield running


def test_a_page_a_feed_and_a_file_are_loaded_from_their_addresses(
    commands: Commands, site: Site
) -> None:
    urls = [
        site.put("/bridge", page(head="<title>Bridge</title>")),
        site.put("/feed", RSS.read_bytes(), "application/rss+xml"),
        site.put("/lines.jsonl", commands.articles().read_bytes(), "x/y"),
        site.put("/story.txt", "Ferry off\n\nThe ferry is off, the office says.", "text/plain"),
    ]
    said = commands.run("add", *urls)
    assert said.out == "8 added, 0 changed, 0 unchanged, 0 duplicate\n"
    assert commands.run("add", *urls).out == "0 added, 0 changed, 8 unchanged, 0 duplicate\n"
    page_of = commands.json("add", "--dry-run", urls[3])[0]
    assert (page_of["title"], page_of["url"]) == ("Ferry off", urls[3])


def test_an_address_that_cannot_be_fetched_is_a_fault_of_its_own(
    commands: Commands, site: Site
) -> None:
    gone = site.url("/gone")
    for options in ((), ("--dry-run",)):
        said = commands.run("add", *options, commands.articles(), gone, expect=3)
        assert f"error: {gone} is not given: the server answers 404 Not Found.\n" in said.err
    assert commands.json("status")["documents"] == 4


def test_an_address_that_is_not_public_is_refused(commands: Commands) -> None:
    said = commands.run("add", "http://127.0.0.1:8080/admin", expect=3)
    assert "is not of the public internet" in said.err


def test_a_page_does_not_take_the_place_of_another_sites_article(
    commands: Commands, site: Site
) -> None:
    commands.run("add", commands.articles())
    elsewhere = '<title>T</title><link rel="canonical" href="https://outlet0.example/0">'
    said = commands.run("add", site.put("/copy", page(head=elsewhere)))
    assert said.out == "1 added, 0 changed, 0 unchanged, 0 duplicate\n"


# ---------------------------------------------------------------- dry run


def test_a_dry_run_shows_the_parse_and_loads_nothing(commands: Commands) -> None:
    said = commands.run("add", "--dry-run", commands.articles())
    assert "Report 0 on the glacier" in said.out
    assert "2 comments" in said.out
    assert "You did not, reply3." in said.out
    assert "confidence 1.00" in said.out
    assert not commands.data.exists()


def test_a_dry_run_as_json_is_a_list_of_documents_with_fixed_keys(commands: Commands) -> None:
    documents = commands.json("add", "--dry-run", commands.articles())
    assert len(documents) == 4
    assert list(documents[0]) == PREVIEW_KEYS
    assert documents[0]["comments"][1] == {
        "author": None,
        "parent": "1",
        "paragraphs": [{"text": "You did not, reply0."}],
    }


def test_a_dry_run_in_brief_counts_all_and_shows_the_first(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.dry_run._BRIEFLY_SHOWN", 2)
    bad = commands.write("bad.jsonl")
    bad.write_text(BAD)
    files = (commands.articles(), bad)
    looked = commands.json("add", "--dry-run", "--brief", *files, expect=3)
    assert list(looked) == ["documents", "comments", "shown", "faults", "more_faults"]
    assert (looked["documents"], len(looked["shown"]), looked["more_faults"]) == (4, 2, 0)
    whole = commands.json("add", "--dry-run", files[0])
    assert looked["comments"] == sum(len(document["comments"]) for document in whole)
    assert [one["title"] for one in looked["shown"]] == [one["title"] for one in whole[:2]]
    assert looked["shown"][0]["begins"].startswith(whole[0]["body"][0]["text"][:50])
    assert [fault.count("bad.jsonl") for fault in looked["faults"]] == [1]
    said = commands.run("add", "--dry-run", "--brief", *files, expect=3)
    assert f"and 2 more; 4 documents with {looked['comments']} comments" in said.out
    assert "bad.jsonl" in said.err
    assert not (commands.data / "library.sqlite3").exists()


def test_in_brief_is_a_way_of_looking_and_not_of_loading(commands: Commands) -> None:
    assert "--dry-run" in commands.run("add", "--brief", commands.articles(), expect=2).err


def test_progress_as_lines_is_json_on_standard_error(commands: Commands) -> None:
    said = commands.run("--progress-lines", "add", "--quiet", commands.articles())
    lines = [json.loads(line) for line in said.err.splitlines() if line.startswith("{")]
    assert lines[0] == {"doing": "Loading", "done": None, "total": None, "unit": "documents"}
    assert said.out == ""


def test_a_dry_run_as_json_with_a_bad_file_is_json_all_the_same(commands: Commands) -> None:
    bad = commands.write("bad.jsonl")
    bad.write_text(BAD)
    said = commands.run("add", "--dry-run", "--json", commands.articles(), bad, expect=3)
    assert len(said.json()) == 4
    assert "bad.jsonl" in said.err


def test_a_dry_run_lists_doubtful_documents_with_the_sidecar_that_mends_them(
    commands: Commands,
) -> None:
    page = commands.folder / "page.txt"
    body = "The bridge is closed to all traffic since Monday, the city said in a statement. " * 2
    page.write_text("\n\n\n".join(["A bridge", body, "Not again", "It was fine", "So they say"]))
    said = commands.run("add", "--dry-run", page)
    assert "page.txt.meta.json" in said.err


def test_texts_cannot_steer_the_terminal(commands: Commands) -> None:
    path = commands.write("a.jsonl", {"title": "[red]T[/]\x1b[2J", "text": "[/] and \x9b31m."})
    said = commands.run("add", "--dry-run", path)
    assert "[red]T[/]" in said.out
    assert set(said.out) & set("\x1b\x9b") == set()


@pytest.mark.skipif(not FOUNDING.exists(), reason="the founding document lies beside the project")
def test_the_founding_document_is_read_exactly_as_expected(commands: Commands) -> None:
    expected = json.loads((FOUNDING.parent / "expected-parse.json").read_text())
    (parsed,) = commands.json("add", "--dry-run", FOUNDING)
    assert list(parsed) == PREVIEW_KEYS
    assert {key: parsed[key] for key in expected} == expected
    assert 0 < parsed["parse_confidence"] <= 1


def test_ctrl_c_in_a_file_says_that_nothing_of_it_was_stored(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    upsert = Load.upsert
    stored: list[str] = []

    def stopped(self: Load, document: Document) -> Upsert:
        if len(stored) == 2:
            raise KeyboardInterrupt
        stored.append(document.title)
        return upsert(self, document)

    monkeypatch.setattr(Load, "upsert", stopped)
    path = commands.articles()
    said = commands.run("add", path, expect=130)
    assert f"Nothing of {path} was stored; the same command loads it." in said.err
    assert commands.json("status")["documents"] == 0


def test_a_folder_that_holds_the_data_folder_is_loaded_without_it(commands: Commands) -> None:
    commands.built()
    (commands.data / "models").mkdir(exist_ok=True)
    (commands.data / "models" / "tokenizer.json").write_text('{"title": 1}')
    (commands.data.parent / "lines.jsonl").write_text('{"title": "Ferry", "text": "It is off."}\n')
    said = commands.run("add", commands.data.parent)
    assert "1 added" in said.out
    assert "tokenizer" not in said.err
    (commands.data / "mine.jsonl").write_text('{"title": "Bridge", "text": "It is closed."}\n')
    assert "1 added" in commands.run("add", commands.data.parent).out


def test_an_empty_name_is_not_the_folder_one_stands_in(commands: Commands) -> None:
    commands.articles()
    assert "is empty" in commands.run("add", "", expect=2).err


def test_what_would_be_waited_for_without_end_is_refused(commands: Commands) -> None:
    os.mkfifo(commands.folder / "pipe")
    said = commands.run("add", commands.folder / "pipe", expect=2)
    assert "no file and no folder" in " ".join(said.err.replace("│", " ").split())
