"""Documents for tests: quick ones by hand, strange ones by hypothesis."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from index.dates import DateMention, PartialDate
from index.model import Comment, Document, Paragraph


def paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text=text) for text in texts)


def remark(key: str, *texts: str, parent: str | None = None, author: str | None = None) -> Comment:
    return Comment(key=key, parent=parent, author=author, paragraphs=paragraphs(*texts))


def article(
    title: str = "Bridge over the Lind closes",
    *body: str,
    comments: tuple[Comment, ...] = (),
    url: str | None = None,
    record: str = "",
    source: str | None = None,
) -> Document:
    texts = body or ("The bridge closed on Monday.", "It reopens in spring.")
    return Document(
        title=title,
        body=paragraphs(*texts),
        comments=comments,
        url=url,
        record=record,
        source=source,
    )


# What UTF-8 can carry: everything but halves of surrogate pairs.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
_numbers = st.integers(min_value=0, max_value=100_000)


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(st.dates(min_value=date(1, 1, 1)))
    parts = draw(st.sampled_from(["y", "ym", "ymd", "m", "md"]))
    return PartialDate(
        year=day.year if "y" in parts else None,
        month=day.month if "m" in parts else None,
        day=day.day if "d" in parts else None,
    )


any_paragraphs = st.lists(
    st.builds(
        Paragraph,
        text=texts,
        lines=st.none() | st.tuples(_numbers, _numbers),
        quote=st.booleans(),
        uncertain=st.booleans(),
    ),
    max_size=4,
).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    keys = draw(st.lists(texts, unique=True, max_size=6))
    # Some parents exist, some do not, and some comments answer each other in a circle.
    parents = st.none() | st.sampled_from([*keys, "nobody"])
    comments = tuple(
        Comment(
            key=key,
            parent=draw(parents),
            author=draw(st.none() | texts),
            published=draw(st.none() | partial_dates()),
            paragraphs=draw(any_paragraphs),
            hidden=draw(st.booleans()),
        )
        for key in keys
    )
    return Document(
        title=draw(texts),
        record=draw(texts),
        credit=draw(st.none() | texts),
        author=draw(st.none() | texts),
        source=draw(st.none() | texts),
        url=draw(st.none() | texts),
        published=draw(st.none() | partial_dates()),
        language=draw(st.none() | st.sampled_from(["en", "de", "ru", "zh"])),
        body=draw(any_paragraphs),
        comments=comments,
        mentions=tuple(
            draw(
                st.lists(
                    st.builds(
                        DateMention,
                        text=texts,
                        date=partial_dates(),
                        paragraph=_numbers,
                        start=_numbers,
                    ),
                    max_size=2,
                )
            )
        ),
        parse_confidence=draw(st.floats(min_value=0, max_value=1)),
        warnings=tuple(draw(st.lists(texts, max_size=2))),
    )
