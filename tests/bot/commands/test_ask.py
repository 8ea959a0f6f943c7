from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.commands import Commands
from support.product import SEEDS, Product
from support.word_encoder import WordEncoder

from index.library import Library

CLAIM = "What happened to the bridge is told only1 here"
OTHER = "What happened to the glacier is told only0 here"
NONSENSE = "Quantum zebras juggle marmalade"


def titles(answer: dict[str, Any]) -> list[str]:
    return [article["title"] for article in answer["reporting"]]


# ---------------------------------------------------------------- one claim


def test_an_answer_is_readable_in_a_pipe(answering: Commands) -> None:
    said = answering.run("ask", CLAIM)
    lines = said.out.splitlines()
    assert lines[0] == f"> {CLAIM}"
    assert "Report 1 on the bridge" in lines
    assert f"  {CLAIM}." in lines
    assert said.err == ""
    assert "\x1b" not in said.out


def test_nothing_close_is_an_answer(answering: Commands) -> None:
    said = answering.run("ask", NONSENSE)
    assert said.out.splitlines()[0] == f"> {NONSENSE}"
    assert "Report" not in said.out


def test_only_what_is_in_the_language_answers(commands: Commands) -> None:
    german = "Die Brücke ist seit Montag wegen Bauarbeiten gesperrt, bridge closed."
    english = "The bridge was closed on Monday because of the repairs, Brücke gesperrt."
    remarks = [{"text": f"{text} So sagen sie."} for text in (german, english)]
    commands.run("add", commands.write(
        "a.jsonl",
        {"title": "One", "text": german, "comments": remarks},
        {"title": "Two", "text": english, "comments": remarks},
    ))  # fmt: skip
    commands.run("rebuild")
    for asked, title in ((german, "One"), (english, "Two")):
        assert title in titles(commands.json("ask", asked))
    answer = commands.json("ask", german, "--language", "DE")
    assert titles(answer) == ["One"]
    said = {remark["text"] for thread in answer["discussion"] for remark in thread["comments"]}
    assert said == {f"{german} So sagen sie."}
    assert titles(commands.json("ask", english, "--language", "DE")) != ["Two"]


WIRE = [
    "The harbour bridge will close to all traffic for four nights from Monday so that the worn "
    "bearings can be replaced, the city council said.",
    "Buses will be diverted over the old lock, which adds eleven minutes to the way from the "
    "station to the hospital on the other bank.",
]


def _printed(outlet: str, day: int, *more: str, said: str = "I cross it daily.") -> dict[str, Any]:
    return {
        "id": f"{outlet}{day}",
        "title": "Harbour bridge to close for four nights",
        "text": "\n\n".join([*WIRE, *more]),
        "source": outlet,
        "url": f"https://{outlet}.example/{day}",
        "published": f"2024-05-0{day}",
        "comments": [{"id": "1", "text": f"{said} Four nights without the harbour bridge."}],
    }


def test_copies_are_one_result_that_names_and_links_them_all(commands: Commands) -> None:
    papers = [_printed(f"paper{n}", n, said=f"Reader {n} crosses it daily.") for n in range(1, 9)]
    commands.run("add", "--quiet", commands.write("papers.jsonl", *papers), commands.articles())
    commands.run("rebuild", "--quiet")
    claim = "Harbour bridge to close for four nights"
    answer = commands.json("ask", claim)
    (bridge,) = (part for part in answer["reporting"] if part["title"] == claim)
    names = [copy["source"] for copy in bridge["also_published"]]
    assert [bridge["source"], *names] == [f"paper{n}" for n in range(1, 9)]
    assert bridge["also_published"][0] == {
        "title": claim,
        "source": "paper2",
        "note": None,
        "url": "https://paper2.example/2",
        "published": "2024-05-02",
        "id": 2,
    }
    said = commands.run("ask", claim).out.splitlines()
    assert "Also published by paper2 · 2 May 2024" in said
    assert "https://paper2.example/2" in said
    assert "Also published by +4" in said
    commands.run("hide", "https://paper1.example/1", "--reason", "Request")
    (bridge,) = (p for p in commands.json("ask", claim)["reporting"] if p["title"] == claim)
    assert bridge["source"] == "paper2"
    assert "paper1" not in {copy["source"] for copy in bridge["also_published"]}


def test_an_update_answers_alone_and_says_when(commands: Commands) -> None:
    old, new = _printed("post", 3), _printed("post", 6, "A ferry will run by day, it said.")
    commands.run("add", "--quiet", commands.write("post.jsonl", old, new), commands.articles())
    commands.run("rebuild", "--quiet")
    claim = "Harbour bridge to close for four nights"
    (article,) = (p for p in commands.json("ask", claim)["reporting"] if p["title"] == claim)
    assert (article["url"], article["updated"]) == ("https://post.example/6", "2024-05-06")
    assert article["also_published"] == []
    assert "post · updated 6 May 2024" in commands.run("ask", claim).out
    (listed,) = commands.json("versions", "https://post.example/6")["documents"]
    assert [version["published"] for version in listed["versions"]] == ["2024-05-03"]
    assert WIRE[0] in commands.run("versions", "https://post.example/6").out


def test_a_language_that_nothing_is_in_is_refused(answering: Commands) -> None:
    said = answering.run("ask", CLAIM, "--language", "fr", expect=1)
    assert "in the language 'fr'" in said.err


def test_json_has_exactly_the_agreed_keys(answering: Commands) -> None:
    answer = answering.json("ask", CLAIM)
    assert list(answer) == ["claim", "abstained", "strength", "reporting", "discussion",
                            "generation", "took_ms"]  # fmt: skip
    assert (answer["claim"], answer["abstained"]) == (CLAIM, False)
    assert answer["generation"] == "0001"
    assert answer["took_ms"] > 0
    article = answer["reporting"][0]
    facts = {key: article[key] for key in ("title", "source", "url", "published")}
    assert facts == {
        "title": "Report 1 on the bridge",
        "source": "Outlet 1",
        "url": "https://outlet1.example/1",
        "published": "2011-05-03",
    }
    assert article["passages"] == [
        {"text": f"{CLAIM}.", "start": 0, "end": len(CLAIM) + 1, "differences": []}
    ]


def test_an_abstention_as_json_holds_no_texts(answering: Commands) -> None:
    answer = answering.json("ask", NONSENSE)
    assert (answer["abstained"], answer["strength"]) == (True, "none")
    assert (answer["reporting"], answer["discussion"]) == ([], [])


def test_a_long_claim_is_cut_where_the_setting_says(
    answering: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCONTEXT_MAX_CLAIM_CHARS", "50")
    assert answering.json("ask", "bridge " * 100)["claim"] == "bridge " * 6 + "bridge"


def test_what_surrounds_a_claim_is_left_out_as_in_a_chat(answering: Commands) -> None:
    said = answering.json("ask", f"🔥🔥 {CLAIM} https://elsewhere.example/?utm_source=x")
    assert said["claim"] == CLAIM


def test_several_claims_are_answered_one_by_one(answering: Commands) -> None:
    said = answering.run("ask", f"1. {CLAIM}\n2. The moon is made of green cheese and rye bread")
    assert f"> {CLAIM}" in said.out
    assert "> The moon is made of green cheese and rye bread" in said.out


def test_a_text_without_a_claim_is_told(answering: Commands) -> None:
    assert "There is no claim in this" in answering.run("ask", "🔥🔥").out


def test_an_empty_claim_is_refused(answering: Commands) -> None:
    assert "empty" in answering.run("ask", "  ", expect=2).err


# ---------------------------------------------------------------- scope


@pytest.mark.parametrize(
    "source", ["Outlet 1", "outlet 1", "outlet1.example", "www.outlet1.example"]
)
def test_only_the_source_that_was_named_answers(answering: Commands, source: str) -> None:
    assert titles(answering.json("ask", CLAIM, "--source", source)) == ["Report 1 on the bridge"]
    others = titles(answering.json("ask", OTHER, "--source", source))
    assert "Report 0 on the glacier" not in others


def test_several_sources_may_be_named(answering: Commands) -> None:
    answer = answering.json("ask", OTHER, "--source", "outlet 0", "--source", "outlet 1")
    assert "Report 0 on the glacier" in titles(answer)


def test_a_misspelt_source_is_no_abstention(answering: Commands) -> None:
    said = answering.run("ask", CLAIM, "--source", "Outlet 1", "--source", "Outlet 9", expect=1)
    assert "'Outlet 9'" in said.err
    assert "factcontext status" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--since", "2011-05-03"], True),
        (["--since", "2011-05-04"], False),
        (["--until", "2011-05-03"], True),
        (["--until", "2011-05-02"], False),
        (["--since", "2011-05-03", "--until", "2011-05-03"], True),
    ],
)
def test_only_documents_of_the_days_that_were_named_answer(
    answering: Commands, options: list[str], found: bool
) -> None:
    answer = answering.json("ask", CLAIM, *options)
    assert ("Report 1 on the bridge" in titles(answer)) is found


@pytest.mark.parametrize("day", ["2020-13-01", "yesterday", "2020", "", "03.05.2011"])
def test_a_bad_date_is_refused_with_an_example(answering: Commands, day: str) -> None:
    said = answering.run("ask", CLAIM, "--since", day, expect=2)
    assert "2024-05-31" in said.err


def test_dates_in_the_wrong_order_are_refused(answering: Commands) -> None:
    answering.run("ask", CLAIM, "--since", "2012-01-01", "--until", "2011-01-01", expect=2)


# ---------------------------------------------------------------- troubles


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_before_anything_is_built_it_says_what_to_do(
    commands: Commands, as_json: list[str]
) -> None:
    assert "factcontext add" in commands.run("ask", CLAIM, *as_json, expect=1).err
    commands.run("add", "--quiet", commands.articles())
    said = commands.run("ask", CLAIM, *as_json, expect=1)
    assert "factcontext rebuild" in said.err
    assert said.out == ""


def test_another_encoder_than_the_index_was_built_with_is_refused(answering: Commands) -> None:
    answering.encoder = WordEncoder(model="other words")
    assert "factcontext rebuild" in answering.run("ask", CLAIM, expect=1).err
    answering.run("rebuild")
    assert titles(answering.json("ask", CLAIM)) == ["Report 1 on the bridge"]


def test_a_damaged_index_is_named(answering: Commands) -> None:
    damaged = answering.data / "generations" / "0001" / "reporting" / "dense.faiss"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert "dense.faiss" in answering.run("ask", CLAIM, expect=1).err


# ---------------------------------------------------------------- the real model


def test_every_text_is_the_stored_one_at_its_offsets(built: Callable[..., Product]) -> None:
    product = built(SEEDS / "markdown")
    answer = product.ask("Council keeps the Tarnwick library open, but not on all days")
    assert answer["reporting"] != []
    assert answer["discussion"] != []
    with Library.open(product.data / "library.sqlite3") as library:
        stored = {row.title: library.document(row.document_id) for row in library.documents()}
    for article in answer["reporting"]:
        text = stored[article["title"]].text
        for passage in article["passages"]:
            assert passage["text"] == text[passage["start"] : passage["end"]] != ""
    for thread in answer["discussion"]:
        texts = [comment.text for comment in stored[thread["document"]["title"]].comments]
        for comment in thread["comments"]:
            span = slice(comment["start"], comment["end"])
            assert any(text[span] == comment["text"] != "" for text in texts)


def test_where_nothing_is_built_it_is_said_before_the_model_is_loaded(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(_settings: object) -> None:
        pytest.fail("the model was loaded")

    commands.run("add", commands.articles())
    monkeypatch.setattr("bot.wiring.load_encoder", loaded)
    assert 'run "factcontext add" and' in commands.run("ask", "The bridge fell", expect=1).err
