"""The answers to one message on one message: a button for each claim, pages under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import wording
from bot.i18n import Translator
from bot.markup import Fragment, bold, italic, join, plain, quote, shorten
from bot.pages import Button, Page, View
from bot.render import CLAIM_UNITS, echoed, render
from index.model import Answer, Claim

_CLAIM_UNITS = 80
"""Of each claim where there are several: five of them take no more room than the rest allows."""
_NUMBER = re.compile(r"^\d\. ")


def render_all(
    answers: Sequence[Answer],
    t: Translator,
    claim: int | None = None,
    view: View = View.REPORTING,
    page: int = 0,
    *,
    note: str = "",
) -> Page:
    """Show one page of the answer to one claim of a message.

    All claims stand on top, the one that is answered in bold, and of each that has no context it
    says so in a line.

    Args:
        answers: to all claims of the message, in order, at least one.
        t: the language of everything around the verbatim texts.
        claim: which one, 0-based; the first that has context if None or beyond the end.
        view: which lane.
        page: 0-based.
        note: a line below the claims, as on where they come from.
    """
    with_context = [n for n, answer in enumerate(answers) if not _silent(answer)]
    if claim not in with_context:
        claim = with_context[0] if with_context else 0
    above = claims_above(answers, t, claim, note=note)
    shown = render(answers[claim], t, view, page, above=above)
    buttons = tuple(tuple(replace(b, claim=claim) for b in row) for row in shown.buttons)
    if len(with_context) > 1:
        buttons += (_choice(with_context, claim),)
    return replace(shown, buttons=buttons, claim=claim)


def claims_above(
    answers: Sequence[Answer], t: Translator, claim: int, *, note: str = ""
) -> Fragment:
    """What stands on top of every page: the claims of the message, in short, where known."""
    origin = italic(plain(note))
    if len(answers) == 1:
        return join("\n", [echoed(answers[0]), origin])
    if all(_silent(answer) for answer in answers):
        return join("\n", [_listed(answers, None), origin])
    headline, _ = wording.nothing_close(t)
    nothing = [
        italic(plain(f"{number}. {headline if answer.abstained else wording.withdrawn(t)}"))
        for number, answer in enumerate(answers, start=1)
        if _silent(answer)
    ]
    return join("\n", [_listed(answers, claim), origin, *nothing])


def without_context(answers: Sequence[Answer]) -> tuple[str, ...]:
    """The claims as an answer that found nothing repeats them; none where something was found."""
    if not all(map(_silent, answers)):
        return ()
    units = CLAIM_UNITS if len(answers) == 1 else _CLAIM_UNITS
    return tuple(shorten(answer.claim.text, units) for answer in answers)


def with_claims(answers: Sequence[Answer], echoed: str) -> tuple[Answer, ...]:
    """Give recalled answers the claims that an earlier page repeats; empty where it does not."""
    texts = claims_of(echoed, len(answers))
    if not texts:
        return tuple(answers)
    return tuple(
        replace(answer, claim=Claim(text=text))
        for answer, text in zip(answers, texts, strict=True)
    )


def claims_of(echoed: str, count: int) -> tuple[str, ...]:
    """The claims of a message as its answer repeats them; none where these are not so many."""
    texts = [echoed] if count == 1 else echoed.split("\n")
    if not echoed or len(texts) != count:
        return ()
    return tuple(_NUMBER.sub("", text) for text in texts) if count > 1 else (echoed,)


def _silent(answer: Answer) -> bool:
    return answer.abstained or not answer.has_context


def _listed(answers: Sequence[Answer], claim: int | None) -> Fragment:
    """The claims one below the other; nothing where they are not known, as no claim is kept."""
    if not any(answer.claim.text for answer in answers):
        return Fragment()
    lines = []
    for number, answer in enumerate(answers):
        line = plain(f"{number + 1}. {shorten(answer.claim.text, _CLAIM_UNITS)}")
        lines.append(bold(line) if number == claim else line)
    return quote(join("\n", lines))


def _choice(claims: Sequence[int], chosen: int) -> tuple[Button, ...]:
    return tuple(
        Button(
            label=f"· {n + 1} ·" if n == chosen else f"{n + 1}",
            view=View.REPORTING,
            page=0,
            claim=n,
        )
        for n in claims
    )
