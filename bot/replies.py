"""The replies to one comment of an answer, as Telegram messages."""

from __future__ import annotations

from collections.abc import Iterator

from bot import wording
from bot.headings import NAME_UNITS, said_by, title
from bot.i18n import Translator
from bot.markup import Fragment, bold, fill, inline, italic, join, plain, quote, shorten
from bot.packing import Piece, lay_out, pack, pager
from bot.pages import Button, Page, View
from index.library import Conversation, ThreadComment

_COMMENT_UNITS = 300
_REPLY_UNITS = 800


def render_replies(conversation: Conversation, t: Translator, page: int, above: Fragment) -> Page:
    """Show one page of what was replied to a comment, with a button that leads back.

    Args:
        conversation: the comment and at least one reply.
        t: the language of everything around the texts.
        page: 0-based; beyond the end shows the last page.
        above: what stands on top of each page.
    """
    comment = conversation.comment
    pages = pack(list(_replies(conversation, t)))
    page = min(max(page, 0), len(pages) - 1)
    whole = [
        above,
        join("\n", [
            bold(plain(wording.replies_label(comment.author, t))),
            italic(plain(t.gettext("opinions of readers, not checked"))),
        ]),
        join("\n", [
            fill(t.gettext("Under the article {title}"), title=bold(title(conversation.head, t))),
            said_by(comment.author, comment.published, t),
            _quoted(comment, _COMMENT_UNITS),
        ]),
        *lay_out(pages[page]),
    ]  # fmt: skip
    if conversation.more and page == len(pages) - 1:
        whole.append(italic(plain(t.gettext("The conversation goes on beyond what is shown."))))
    back = Button(label=f"💬 {t.gettext('What readers said')}", view=View.DISCUSSION, page=0)
    turns = pager(t, View.DISCUSSION, page, len(pages), comment=comment.comment_id)
    rows = (turns, (back,)) if len(pages) > 1 else ((back,),)
    return Page(html=join("\n\n", whole).html, buttons=rows, view=View.DISCUSSION)


def _replies(conversation: Conversation, t: Translator) -> Iterator[Piece]:
    asked = conversation.comment
    authors = {reply.comment_id: reply.author for reply in conversation.replies}
    for reply in conversation.replies:
        lines = [said_by(reply.author, reply.published, t)]
        if reply.parent_id != asked.comment_id and reply.parent_id in authors:
            whom = wording.author_words(authors[reply.parent_id], t)
            lines.append(italic(plain(f"↳ {shorten(whom, NAME_UNITS)}")))
        body = join("\n", [*lines, _quoted(reply, _REPLY_UNITS)])
        yield Piece(group=asked.comment_id, heading=Fragment(), body=body)


def _quoted(comment: ThreadComment, max_units: int) -> Fragment:
    own = " ".join(p.text for p in comment.paragraphs if not p.quote)
    return quote(inline(own, max_units))
