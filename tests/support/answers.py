"""Answers to render, and how to hold a rendering against a golden file."""

from __future__ import annotations

import os
from pathlib import Path

from index.dates import DateMention, PartialDate
from index.differences import marked
from index.library import Conversation, ThreadComment
from index.model import (
    Answer,
    Article,
    ArticleHead,
    Claim,
    Copy,
    Excerpt,
    Paragraph,
    Remark,
    Reply,
    Source,
    Span,
    Strength,
    Thread,
)

GOLDEN = Path(__file__).parent.parent / "golden" / "answers"
UPDATE_VARIABLE = "UPDATE_GOLDEN"
HARBOUR = Source(name="The Harbour Post", domain="harbourpost.example")
CLAIM = Claim(text="The dam at Sel lost half of its water in one night")


def check_golden(name: str, actual: str) -> None:
    """Hold a text against `tests/golden/answers/NAME`; UPDATE_GOLDEN=1 writes it instead."""
    path = GOLDEN / name
    if os.environ.get(UPDATE_VARIABLE):
        path.write_text(actual, encoding="utf-8")
    assert path.is_file(), f"There is no golden file {name}; look at it, then {UPDATE_VARIABLE}=1"
    assert actual == path.read_text(encoding="utf-8")


def excerpt(text: str, *, bold: str | None = None, passage_id: int = 1) -> Excerpt:
    """A span that is the whole of a text, with one part of it highlighted."""
    mark = None
    if bold is not None:
        start = text.index(bold)
        mark = Span(start=start, end=start + len(bold))
    return Excerpt(passage_id=passage_id, text=text, start=0, end=len(text), highlight=mark)


def head(title: str = "Sel dam holds, engineers say", **fields: object) -> ArticleHead:
    """An article of the Harbour Post, dated to the day."""
    values: dict[str, object] = {
        "document_id": 7,
        "title": title,
        "source": HARBOUR,
        "url": "https://harbourpost.example/sel?page=1&all=yes",
        "published": PartialDate(year=2018, month=11, day=4),
    }
    return ArticleHead(**(values | fields))  # type: ignore[arg-type]


def article(*passages: Excerpt, strength: Strength = Strength.STRONG, **fields: object) -> Article:
    """Reporting, of one short passage if none is given."""
    text = "The reservoir fell by three metres. No more than a tenth of the water was lost."
    shown = passages or (excerpt(text, bold="No more than a tenth of the water was lost."),)
    return Article(head=head(**fields), strength=strength, passages=shown)  # type: ignore[arg-type]


def remark(text: str = "I live below it, nothing happened.", **fields: object) -> Remark:
    """A comment by Mara."""
    values: dict[str, object] = {
        "comment_id": 3,
        "excerpt": excerpt(text, passage_id=9),
        "author": "Mara",
    }
    return Remark(**(values | fields))  # type: ignore[arg-type]


def conversation(*replies: str, comment_id: int = 3, more: int = 0) -> Conversation:
    """Mara's comment with replies, each of which answers the one before."""
    said = ("I live below it, nothing happened.", *replies)
    comments = [
        ThreadComment(
            comment_id=comment_id + n,
            parent_id=comment_id + n - 1 if n else None,
            depth=n,
            author=f"Reader {n}" if n else "Mara",
            published=None,
            paragraphs=(
                Paragraph(text="Somebody else's words.", quote=True),
                Paragraph(text=text),
            ),
            uncertain=False,
        )
        for n, text in enumerate(said)
    ]
    return Conversation(
        head=head(), ancestors=(), comment=comments[0], replies=tuple(comments[1:]), more=more
    )


def thread(*remarks: Remark, **fields: object) -> Thread:
    """A discussion of one comment if none is given."""
    return Thread(head=head(**fields), remarks=remarks or (remark(),))  # type: ignore[arg-type]


def answer(
    *,
    claim: Claim = CLAIM,
    strength: Strength = Strength.STRONG,
    reporting: tuple[Article, ...] = (),
    discussion: tuple[Thread, ...] = (),
) -> Answer:
    """An answer of generation 0001."""
    return Answer(
        claim=claim,
        strength=strength,
        generation="0001",
        reporting=reporting,
        discussion=discussion,
    )


def strong() -> Answer:
    """One close article and one discussion of two comments."""
    reply = Reply(comment_id=3, author="Mara", text="I live below it, nothing happened.")
    answering = remark("You sleep deeply.", author=None, comment_id=4, answers=reply)
    note = Source(name="The Harbour Post", note="Owned by the port authority.")
    return answer(
        reporting=(article(source=note, author="Ida Holm"),),
        discussion=(thread(remark(), answering),),
    )


def related() -> Answer:
    """A related answer whose second article is undated and has no link."""
    november = DateMention(
        text="November 4", date=PartialDate(month=11, day=4), paragraph=0, start=3
    )
    undated = article(
        excerpt("The valley was dry in spring."),
        strength=Strength.RELATED,
        title="A dry spring",
        url=None,
        published=None,
        mentions=(november,),
        source=Source(name=""),
    )
    month = PartialDate(year=2018, month=11)
    return answer(
        strength=Strength.RELATED,
        reporting=(article(strength=Strength.RELATED, published=month), undated),
    )


def abstained() -> Answer:
    """Nothing close."""
    return answer(strength=Strength.NONE)


def long() -> Answer:
    """Enough for several pages, with one passage that no message can hold."""
    sentence = "Line {n} of the report repeats what the gauge at the north gate showed. "
    endless = "".join(sentence.format(n=n) for n in range(1, 90))
    others = tuple(
        article(
            excerpt(f"Report {n}. " + "Water stood at the mark for the whole day. " * 12),
            excerpt(f"Appendix {n}. " + "The gate was inspected by two crews. " * 10),
            title=f"Report {n} of the water board",
        )
        for n in range(1, 4)
    )
    endless_passage = excerpt(endless, bold="Line 50 of the report repeats")
    return answer(
        reporting=(*others, article(endless_passage, title="The whole record")),
        discussion=tuple(
            thread(remark(f"Comment {n}. " + "They never told us. " * 20), title=f"Thread {n}")
            for n in range(1, 8)
        ),
    )


def arabic() -> Answer:
    """An Arabic article with an English name in it, and a comment in Hebrew."""
    text = "أعلن المتحدث أن السد لم يتضرر. وقالت BBC إن المنسوب انخفض."
    source = Source(name="صحيفة الميناء")
    reporting = article(
        excerpt(text, bold="أعلن المتحدث أن السد لم يتضرر."),
        title="السد في سيل صامد",
        source=source,
        author="سارة",
    )
    hebrew = remark("זה לא נכון, היינו שם.", author="דוד")
    return answer(
        claim=Claim(text="السد في Sel فقد نصف مياهه"),
        reporting=(reporting,),
        discussion=(thread(hebrew, title="السد في سيل صامد", source=source),),
    )


def hostile() -> Answer:
    """Every text tries to be markup, a script, a command, or to turn the line around."""
    evil = "<b>Breaking</b> &amp; <script>alert(1)</script> \u202e</blockquote>"
    reply = Reply(comment_id=1, author="<i>", text="</i><a href='tg://user?id=1'>x</a>\u2067")
    return answer(
        claim=Claim(text=f"{evil} {{author}} {{0}}"),
        reporting=(
            article(
                excerpt(evil, bold="&amp; <script>"),
                title=evil,
                url="javascript:alert(1)",
                source=Source(name="</a><b>", note="{note} <u>"),
                author="\u202eevil",
            ),
            article(title='A "quoted" title', url='https://a.example/?q="><b>&x=1'),
        ),
        discussion=(thread(remark(evil, author="<b>{text}", answers=reply), title=evil),),
    )


def only_discussion() -> Answer:
    """No article is close, a comment of a guessed extent without an author is."""
    unsure = remark(author=None, uncertain=True, published=PartialDate(year=2017))
    return answer(strength=Strength.RELATED, discussion=(thread(unsure, published=None),))


def syndicated() -> Answer:
    """An updated article that four other outlets have too, one of them without an address."""
    day = PartialDate(year=2018, month=11, day=5)
    names = ("Lock Gazette", "<b>Sluice</b> & Co", "", "Fourth Wire")
    copies = tuple(
        Copy(
            document_id=20 + number,
            title="Sel dam holds",
            source=Source(name=name, domain="sluice.example"),
            url=None if number == 1 else f"https://copy{number}.example/?a=1&b=2",
            published=day if number else None,
        )
        for number, name in enumerate(names)
    )
    updated = PartialDate(year=2018, month=11, day=6)
    return answer(reporting=(article(copies=copies, updated=updated, family_id=1),))


def differing() -> Answer:
    """The claim and the passage state different numbers of cows."""
    text = "The farmers at Sel lost 40 cows in one night. They got them back."
    claim = "The farmers at Sel lost 4,000 cows in one night"
    told = article(excerpt(text, bold="The farmers at Sel lost 40 cows in one night."))
    return answer(claim=Claim(text=claim), reporting=marked([told], claim))


SAMPLES = {
    "differing": differing,
    "syndicated": syndicated,
    "strong": strong,
    "related": related,
    "abstained": abstained,
    "long": long,
    "arabic": arabic,
    "hostile": hostile,
    "only-discussion": only_discussion,
}
