"""An answer reduced to numbers: enough to show it again, with none of its text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.model import Answer, Excerpt, Span, Strength, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageReference:
    """A passage of an answer and which characters of it were highlighted."""

    passage_id: int
    highlight: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReference:
    """The passages of an answer in their order, grouped as they were shown.

    `articles` pairs each article's strength with its passages; `threads` holds the passages of
    each discussion. Ids are the library's, so a reference outlives a rebuild.
    """

    generation: str
    strength: Strength
    articles: tuple[tuple[Strength, tuple[PassageReference, ...]], ...] = ()
    threads: tuple[tuple[PassageReference, ...], ...] = ()
    quoted: tuple[int, ...] = ()
    """Numbers of the comments of which words stand around those passages."""

    @classmethod
    def of(cls, answer: Answer) -> AnswerReference:
        """What is kept of an answer."""
        return cls(
            generation=answer.generation,
            strength=answer.strength,
            articles=tuple(
                (article.strength, tuple(_refer(p) for p in article.passages))
                for article in answer.reporting
            ),
            threads=tuple(
                tuple(_refer(remark.excerpt) for remark in thread.remarks)
                for thread in answer.discussion
            ),
            quoted=tuple(sorted({c for t in answer.discussion for c in _quoted(t)})),
        )

    @property
    def passage_ids(self) -> list[int]:
        """Every passage of the answer, reporting first."""
        groups = [passages for _, passages in self.articles] + list(self.threads)
        return [passage.passage_id for passages in groups for passage in passages]

    def to_json(self) -> str:
        """A compact text that `from_json` reads."""
        return json.dumps(
            {
                "generation": self.generation,
                "strength": self.strength,
                "articles": [
                    [s, [_to_list(p) for p in passages]] for s, passages in self.articles
                ],
                "threads": [[_to_list(p) for p in passages] for passages in self.threads],
            }
            | ({"quoted": self.quoted} if self.quoted else {}),
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> AnswerReference:
        """Read what `to_json` wrote.

        Raises:
            ValueError: the text is something else.
        """
        try:
            data = json.loads(text)
            return cls(
                generation=data["generation"],
                strength=Strength(data["strength"]),
                articles=tuple(
                    (Strength(s), tuple(_from_list(p) for p in passages))
                    for s, passages in data["articles"]
                ),
                threads=tuple(
                    tuple(_from_list(p) for p in passages) for passages in data["threads"]
                ),
                quoted=tuple(data.get("quoted", ())),
            )
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueError("This is no reference to an answer.") from error


def references_to_json(references: Sequence[AnswerReference]) -> str:
    """One text for the answers to one message, which `references_from_json` reads."""
    if len(references) == 1:
        return references[0].to_json()
    return f"[{','.join(reference.to_json() for reference in references)}]"


def references_from_json(text: str) -> tuple[AnswerReference, ...]:
    """Read what `references_to_json` wrote.

    Raises:
        ValueError: the text is something else.
    """
    data = json.loads(text)
    parts = data if isinstance(data, list) else [data]
    return tuple(AnswerReference.from_json(json.dumps(part)) for part in parts)


def _refer(excerpt: Excerpt) -> PassageReference:
    return PassageReference(passage_id=excerpt.passage_id, highlight=excerpt.highlight)


def _quoted(thread: Thread) -> Iterator[int]:
    for remark in thread.remarks:
        if remark.answers is not None:
            yield remark.answers.comment_id
        yield from (reply.comment_id for reply in remark.above)


def _to_list(passage: PassageReference) -> list[int]:
    span = passage.highlight
    return [passage.passage_id] if span is None else [passage.passage_id, span.start, span.end]


def _from_list(numbers: list[int]) -> PassageReference:
    span = Span(start=numbers[1], end=numbers[2]) if len(numbers) > 1 else None
    return PassageReference(passage_id=numbers[0], highlight=span)
