"""The same article with its discussion in every format that is read, as large as a test wants."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from support.pages import ARTICLE, mhtml, page, pdf, warc

SECOND = 1_714_723_200
BODY = "The harbour bridge will close to all traffic for four nights, the city council said."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A comment, and the number from 1 of the one that it answers."""

    text: str
    parent: int | None = None


def flat(count: int) -> list[Said]:
    return [Said(text=f"Remark number {n}.") for n in range(1, count + 1)]


def chain(count: int) -> list[Said]:
    """Each answers the one before it."""
    return [Said(text=f"Remark number {n}.", parent=n - 1 or None) for n in range(1, count + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How an article is written in one format."""

    name: str
    write: Callable[[str, Sequence[Said]], bytes]
    has_comments: bool = True
    has_parents: bool = True
    has_body: bool = True

    def sample(self) -> bytes:
        return self.write(BODY, chain(3) if self.has_parents else flat(3))


def _jsonl(body: str, said: Sequence[Said]) -> bytes:
    comments = [{"id": n, "parent": s.parent, "text": s.text} for n, s in enumerate(said, 1)]
    return json.dumps({"title": "Bridge", "text": body, "comments": comments}).encode()


def _table(body: str, said: Sequence[Said]) -> bytes:
    rows = [f"Bridge,,{n},{s.parent or ''},{s.text}" for n, s in enumerate(said, 1)]
    head = ["title,text,comment_id,comment_parent,comment", f'Bridge,"{body}",,,']
    return "\n".join([*head, *rows, ""]).encode()


def _nested(body: str, said: Sequence[Said]) -> bytes:
    """Replies inside of each other, written by hand: Python's own writer is not as deep."""
    opened = "".join(f'{{"text": "{each.text}", "replies": [' for each in said)
    closed = "]}" * len(said)
    return f'{{"title": "Bridge", "text": "{body}", "comments": [{opened}{closed}]}}'.encode()


def _plain(body: str, said: Sequence[Said]) -> bytes:
    comments = "".join(f"\n\nIda Berg\n\n{each.text}" for each in said)
    return f"Bridge to close\n\n{body}\n\nComments{comments}\n".encode()


def _c4(body: str, said: Sequence[Said]) -> bytes:
    text = _plain(body, said).decode()
    return json.dumps({"url": "https://a.example/1", "text": text}).encode()


def _markdown(body: str, said: Sequence[Said]) -> bytes:
    comments = "".join(
        f"\n\n### Ida Berg · #{n}{f' · re #{s.parent}' if s.parent else ''}\n\n{s.text}"
        for n, s in enumerate(said, 1)
    )
    return f"---\ntitle: Bridge\n---\n\n{body}\n\n## Comments{comments}\n".encode()


def _wxr(body: str, said: Sequence[Said]) -> bytes:
    comments = "".join(
        f"<wp:comment><wp:comment_id>{n}</wp:comment_id><wp:comment_approved>1"
        f"</wp:comment_approved><wp:comment_parent>{s.parent or 0}</wp:comment_parent>"
        f"<wp:comment_content>{s.text}</wp:comment_content></wp:comment>"
        for n, s in enumerate(said, 1)
    )
    return (
        '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>Bridge</title>'
        f"<content:encoded>{body}</content:encoded><wp:status>publish</wp:status>"
        f"<wp:post_type>post</wp:post_type>{comments}</item></channel></rss>"
    ).encode()


def _disqus(_body: str, said: Sequence[Said]) -> bytes:
    posts = "".join(
        f'<post dsq:id="{100 + n}"><message>{s.text}</message><isDeleted>false</isDeleted>'
        '<isSpam>false</isSpam><author><name>Bo</name></author><thread dsq:id="10"/>'
        f"{_disqus_parent(s)}</post>"
        for n, s in enumerate(said, 1)
    )
    return (
        '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
        '<thread dsq:id="10"><link>https://a.example/1</link><title>Bridge</title>'
        f"<isDeleted>false</isDeleted></thread>{posts}</disqus>"
    ).encode()


def _disqus_parent(said: Said) -> str:
    return f'<parent dsq:id="{100 + said.parent}"/>' if said.parent else ""


def _blogger(body: str, said: Sequence[Said]) -> bytes:
    comments = "".join(
        f"<entry><id>tag:blogger.com,1999:blog-7.post-{100 + n}</id>"
        "<blogger:parent>tag:blogger.com,1999:blog-7.post-21</blogger:parent><blogger:inReplyTo>"
        f"{f'tag:blogger.com,1999:blog-7.post-{100 + s.parent}' if s.parent else ''}"
        "</blogger:inReplyTo><blogger:type>COMMENT</blogger:type>"
        "<blogger:status>LIVE</blogger:status><author><name>Bo</name></author>"
        f"<content type='html'>{s.text}</content></entry>"
        for n, s in enumerate(said, 1)
    )
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:blogger='http://schemas.google.com/blogger/2018'>"
        "<id>tag:blogger.com,1999:blog-7</id><title>Quay Notes</title>"
        "<entry><id>tag:blogger.com,1999:blog-7.post-21</id><blogger:type>POST</blogger:type>"
        "<blogger:status>LIVE</blogger:status><title>Bridge</title>"
        f"<content type='html'>{body}</content></entry>{comments}</feed>"
    ).encode()


def _answered(said: Said) -> str:
    return f"c{said.parent}" if said.parent else "a1"


def _feed(body: str, said: Sequence[Said]) -> bytes:
    comments = "".join(
        f"<item><guid>c{n}</guid><link>https://a.example/1#comment-{n}</link>"
        f'<thr:in-reply-to ref="{_answered(s)}" '
        f'href="https://a.example/1"/><description>{s.text}</description></item>'
        for n, s in enumerate(said, 1)
    )
    return (
        '<rss version="2.0" xmlns:thr="http://purl.org/syndication/thread/1.0"><channel>'
        "<title>F</title><item><title>Bridge</title><guid>a1</guid><link>https://a.example/1"
        f"</link><description>{body}</description></item>{comments}</channel></rss>"
    ).encode()


def _telegram(body: str, said: Sequence[Said]) -> bytes:
    def message(number: int, text: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        told = {"id": number, "type": "message", "date": "2024-05-03T10:00:00", "text": text}
        return told | {"date_unixtime": str(SECOND + number), "from": "Mona"} | more

    opening = message(1, body, **{"from": "Post", "from_id": "channel77", "forwarded_from": "x"})
    answers = [
        message(n + 1, s.text, from_id="user5", reply_to_message_id=(s.parent or 0) + 1)
        for n, s in enumerate(said, 1)
    ]
    head = {"name": "Harbour", "type": "public_supergroup", "id": 88}
    return json.dumps(head | {"messages": [opening, *answers]}).encode()


def _reddit(body: str, said: Sequence[Said]) -> bytes:
    submission = {"id": "abc", "subreddit": "harbour", "title": "Bridge", "selftext": body,
                  "author": "mona", "created_utc": SECOND}  # fmt: skip
    comments = [
        {"id": f"c{n}", "link_id": "t3_abc", "body": s.text, "author": "bo",
         "parent_id": f"t1_c{s.parent}" if s.parent else "t3_abc", "subreddit": "harbour"}
        for n, s in enumerate(said, 1)
    ]  # fmt: skip
    return "\n".join(map(json.dumps, [submission, *comments])).encode()


def _hacker_news(body: str, said: Sequence[Said]) -> bytes:
    story = {"id": 1, "type": "story", "by": "mona", "title": "Bridge", "text": body}
    comments = [
        {"id": n + 1, "type": "comment", "by": "bo", "parent": (s.parent or 0) + 1, "text": s.text}
        for n, s in enumerate(said, 1)
    ]
    return "\n".join(map(json.dumps, [story, *comments])).encode()


def _html(body: str, said: Sequence[Said]) -> bytes:
    comments = "".join(
        f'<div class="comment" id="comment-{n}" data-parent="{s.parent or ""}">'
        f'<div class="comment-content"><p>{s.text}</p></div></div>'
        for n, s in enumerate(said, 1)
    )
    return page(body=f"<article><p>{escape(body)}</p></article>{ARTICLE}", below=comments).encode()


def _html_nested(_body: str, said: Sequence[Said]) -> bytes:
    opened = "".join(
        f'<ul><li class="comment" id="comment-{n}"><p>{each.text}</p>'
        for n, each in enumerate(said, 1)
    )
    return page(below=opened + "</li></ul>" * len(said)).encode()


def _mhtml(body: str, said: Sequence[Said]) -> bytes:
    return mhtml("https://a.example/1", _html(body, said).decode())


def _warc(body: str, said: Sequence[Said]) -> bytes:
    return warc([("https://a.example/1", "text/html; charset=utf-8", _html(body, said))])


def _pdf(body: str, _said: Sequence[Said]) -> bytes:
    return pdf([["Bridge to close", "", *(body[at : at + 80] for at in range(0, len(body), 80))]])


def _zip(body: str, said: Sequence[Said]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", _jsonl(body, said))
    return data.getvalue()


FORMATS = (
    Format(name="a.jsonl", write=_jsonl),
    Format(name="nested.jsonl", write=_nested),
    Format(name="a.csv", write=_table),
    Format(name="c4.jsonl", write=_c4, has_parents=False),
    Format(name="a.txt", write=_plain, has_parents=False),
    Format(name="a.md", write=_markdown),
    Format(name="a.wxr.xml", write=_wxr),
    Format(name="a.disqus.xml", write=_disqus, has_body=False),
    Format(name="a.atom", write=_blogger),
    Format(name="a.rss.xml", write=_feed),
    Format(name="result.json", write=_telegram),
    Format(name="reddit.jsonl", write=_reddit),
    Format(name="hn.jsonl", write=_hacker_news),
    Format(name="a.html", write=_html),
    Format(name="nested.html", write=_html_nested, has_body=False),
    Format(name="a.mhtml", write=_mhtml),
    Format(name="a.warc", write=_warc),
    Format(name="a.pdf", write=_pdf, has_comments=False, has_parents=False),
    Format(name="a.zip", write=_zip),
)
