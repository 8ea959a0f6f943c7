from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from support.pages import page

from index.dates import PartialDate
from index.errors import MalformedError, TooLargeError
from index.model import Document
from index.readers import Limits
from index.readers.telegram_export import MIN_TOPIC_CHARS

Read = Callable[..., list[Document]]
CHANNEL, GROUP, START = 77, 88, 1_714_723_200
LONG = "The lock keeper says that nobody asked him. " * 6


def message(number: int, text: object, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    second = START + number * 60
    day = f"2024-05-{3 + number // 100:02d}T10:00:00"
    told = {"id": number, "type": "message", "date": day, "date_unixtime": str(second)}
    return told | {"from": "Mona Ek", "from_id": "user5", "text": text} | more


def post(number: int, text: object, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    sender = {"from": "Harbour Post", "from_id": f"channel{CHANNEL}"}
    return message(number, text, **(sender | more))


def copy(number: int, original: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    second = str(int(original["date_unixtime"]) + 1)
    return original | {"id": number, "date_unixtime": second, "forwarded_from": "x"} | more


def export(*messages: dict[str, Any], kind: str = "public_channel") -> str:
    number = CHANNEL if "channel" in kind else GROUP
    name = "Harbour Post" if "channel" in kind else "Harbour talk"
    return json.dumps({"name": name, "type": kind, "id": number, "messages": messages}, indent=1)


def group(*messages: dict[str, Any]) -> str:
    return export(*messages, kind="private_supergroup")


def packed(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}/result.json", text)
    return data.getvalue()


def told(document: Document) -> list[tuple[str, str | None, str | None, str]]:
    return [(c.key, c.parent, c.author, c.text) for c in document.comments]


CLOSES = post(2, ["Bridge ", {"type": "bold", "text": "closes"}, ". Four nights.\n\nBuses go on."])


def test_a_post_of_a_channel_is_a_document_with_its_text_flattened(read: Read) -> None:
    service = {"id": 1, "type": "service", "action": "create_channel", "text": ""}
    [document] = read(export(service, CLOSES, post(3, "", photo="a.jpg")), "result.json")
    assert (document.title, document.record) == ("Bridge closes. Four nights.", "2")
    assert [p.text for p in document.body] == ["Bridge closes. Four nights.", "Buses go on."]
    assert (document.source, document.author) == ("Harbour Post", None)
    assert document.published == PartialDate(year=2024, month=5, day=3)
    assert document.comments == ()


def test_a_long_first_line_gives_its_first_sentence_as_title(read: Read) -> None:
    [document] = read(export(post(2, "Short start. " + "More words follow " * 20)), "result.json")
    assert document.title == "Short start."


def test_an_album_is_one_post(read: Read) -> None:
    second = str(START)
    album = [
        post(number, text, photo="a.jpg", date_unixtime=second)
        for number, text in ((4, ""), (5, "Three pictures"), (6, ""))
    ]
    [document] = read(export(*album), "result.json")
    assert (document.record, document.text) == ("4", "Three pictures")


def test_in_a_group_posts_of_a_channel_are_reporting_and_people_are_discussion(read: Read) -> None:
    answers = [
        message(11, "Again?", reply_to_message_id=10),
        message(12, "Yes", **{"from": "Bo"}, reply_to_message_id=11),
    ]
    talk = [
        message(13, LONG),
        message(14, "tl;dr", reply_to_message_id=13),
        message(15, "Hello"),
        message(16, "Hi", reply_to_message_id=15),
        message(115, "Next day"),
    ]
    documents = read(group(copy(10, CLOSES), *answers, *talk), "result.json")
    posted, topic, day, next_day = documents
    assert (posted.source, posted.title) == ("Harbour Post", "Bridge closes. Four nights.")
    assert told(posted) == [("11", None, "Mona Ek", "Again?"), ("12", "11", "Bo", "Yes")]
    assert len(LONG) >= MIN_TOPIC_CHARS
    assert (topic.body, topic.record) == ((), "13")
    assert [(c.key, c.parent) for c in topic.comments] == [("13", None), ("14", "13")]
    assert (day.body, day.record, day.title) == ((), "day 2024-05-03", "Harbour talk, 2024-05-03")
    assert told(day) == [("15", None, "Mona Ek", "Hello"), ("16", "15", "Mona Ek", "Hi")]
    assert next_day.record == "day 2024-05-04"


def test_both_exports_in_one_zip_are_joined(read: Read) -> None:
    again = post(3, CLOSES["text"])
    edited = post(4, "Lock opens, says the mayor")
    discussion = group(
        copy(10, CLOSES),
        copy(20, again),
        copy(30, edited, text="Lock opens"),
        message(31, "About the first", reply_to_message_id=10),
        message(32, "About the second", reply_to_message_id=20),
        message(33, "About the lock", reply_to_message_id=30),
    )
    data = packed(channel=export(CLOSES, again, edited), group=discussion)
    documents = read(data, "both.zip")
    assert [(d.record, d.comments[0].text) for d in documents] == [
        ("channel/result.json#2", "About the first"),
        ("channel/result.json#3", "About the second"),
        ("channel/result.json#4", "About the lock"),
    ]
    assert documents[2].text == "Lock opens, says the mayor"


def test_a_copy_whose_post_is_not_exported_keeps_its_discussion(read: Read) -> None:
    other = post(9, "Not in the export")
    discussion = group(copy(40, other), message(41, "Why not?", reply_to_message_id=40))
    documents = read(packed(channel=export(CLOSES), group=discussion), "both.zip")
    assert [d.record for d in documents] == ["channel/result.json#2", "group/result.json#40"]
    assert told(documents[1]) == [("41", None, "Mona Ek", "Why not?")]


def test_a_sidecar_tells_where_the_channel_is_on_the_web(read: Read) -> None:
    sidecar = {"url": "https://t.me/harbourpost", "source": "Post"}
    [document] = read(export(CLOSES), "result.json", sidecar=sidecar)
    assert (document.url, document.source) == ("https://t.me/harbourpost/2", "Post")
    with pytest.raises(MalformedError, match="title"):
        read(export(CLOSES), "result.json", sidecar={"title": "T"})


def test_messages_of_a_topic_answer_nothing(read: Read) -> None:
    service = {"id": 1, "type": "service", "action": "topic_created", "title": "Boats", "text": ""}
    talk = export(
        service,
        message(2, "who pays?", reply_to_message_id=1),
        message(3, "we do", reply_to_message_id=2),
        kind="public_supergroup",
    )
    [document] = read(talk, "result.json")
    assert [(c.key, c.parent) for c in document.comments] == [("2", None), ("3", "2")]
    assert document.warnings == ()


def test_ids_of_people_do_not_get_in(read: Read) -> None:
    documents = read(group(message(15, "Hello", from_id="user987654")), "result.json")
    assert "987654" not in repr(documents)


def test_replies_in_a_circle_and_to_nothing_are_mended(read: Read) -> None:
    circle = [message(1, "a", reply_to_message_id=2), message(2, "b", reply_to_message_id=1)]
    [document] = read(group(*circle, message(3, "c", reply_to_message_id=99)), "result.json")
    assert sorted(c.text for c in document.comments) == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["personal_chat", "bot_chat", "saved_messages"])
def test_private_chats_are_refused(read: Read, kind: str) -> None:
    with pytest.raises(MalformedError, match="private"):
        read(export(message(1, "secret"), kind=kind), "result.json")


def test_an_export_in_html_is_no_article_and_the_fault_names_the_other_form(read: Read) -> None:
    html = page(body=f'<div class="page_body chat_page"><p>{LONG}</p></div>')
    with pytest.raises(MalformedError, match="Machine-readable JSON"):
        read(html, "messages.html")


def test_an_export_of_a_whole_account_is_refused(read: Read) -> None:
    account = {"about": "x", "personal_information": {}, "chats": {"list": []}}
    with pytest.raises(MalformedError, match="whole account"):
        read(json.dumps(account), "result.json")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (export(CLOSES)[:-30], MalformedError),
        (export(CLOSES) + "x", MalformedError),
        (export(), MalformedError),
        (export(message(1, {"no": "text"})), MalformedError),
        (export(message(1, [{"type": "bold"}])), MalformedError),
        (export({"type": "message"}), MalformedError),
        (export(post(2, "x" * 5_000)), TooLargeError),
        (export(post(2, "x " * 50_000)), TooLargeError),
        (export(CLOSES)[:-2] + ',"x":' + "[" * 100_000, TooLargeError),
        (group(*(message(n, "x") for n in range(60))), TooLargeError),
    ],
    ids=[
        *("cut", "trailing", "empty", "text of a kind", "piece of a kind", "no id"),
        *("long line", "long entry", "deep", "many comments"),
    ],
)
def test_bad_exports_are_named_faults(read: Read, content: str, fault: type[Exception]) -> None:
    limits = Limits(max_line_chars=2_000, max_document_bytes=60_000, max_comments=50)
    with pytest.raises(fault, match=r"result\.json"):
        read(content, "result.json", limits=limits)
