"""WordPress shortcodes: `[gallery ids="1,2"]` stands for something that no text can show."""

from __future__ import annotations

import re

_TAG = re.compile(r"\[(\[?)(/?)([A-Za-z][\w-]{0,60})((?:\s[^\[\]<>]{0,2000})?)(/?)\](\]?)")
_BARE = frozenset({"gallery", "caption", "embed", "audio", "video", "playlist", "toc", "more"})
_ADDRESS_LINE = re.compile(r"^[ \t]*https?://\S+[ \t]*$", re.MULTILINE)


def without_shortcodes(text: str) -> str:
    """The text without the tags of shortcodes; what stands between an opening and a closing stays.

    A tag is one that closes or is closed, has a `name=value`, an underscore or a hyphen in its
    name, or a name that WordPress itself brings. Words in brackets such as [sic] stay, and so
    does what was escaped by double brackets.
    """
    closed = {match[3].lower() for match in _TAG.finditer(text) if match[2]}

    def kept(match: re.Match[str]) -> str:
        name, attributes = match[3].lower(), match[4]
        if match[1] and match[6]:
            return match[0][1:-1]
        is_tag = (
            name in closed
            or name in _BARE
            or "=" in attributes
            or "_" in name
            or ("-" in name and (bool(attributes) or bool(match[5])))
        )
        return match[1] + match[6] if is_tag else match[0]

    return _TAG.sub(kept, text)


def without_embeds(text: str) -> str:
    """The text without lines that are one address: WordPress shows what is behind it instead."""
    return _ADDRESS_LINE.sub("", text)
