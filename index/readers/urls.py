"""One address a page: without what only tells where a click came from."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from index.readers.fields import clean_url

_PREFIXES = ("utm_", "mtm_", "hsa_", "pk_", "at_campaign", "at_custom", "at_link", "at_medium")
_NAMES = frozenset(
    {
        "_ga", "_gl", "_hsenc", "_hsmi", "_openstat", "campaign_id", "cmpid", "dclid", "epik",
        "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "fbclid", "ftag", "gad_source",
        "gbraid", "gclid", "gclsrc", "guccounter", "guce_referrer", "guce_referrer_sig",
        "hsctatracking", "icid", "igsh", "igshid", "li_fat_id", "mc_cid", "mc_eid", "mkt_tok",
        "msclkid", "ncid", "oly_anon_id", "oly_enc_id", "rb_clickid", "replytocom", "s_cid",
        "sc_campaign", "sc_cid", "showcomment", "srsltid", "ttclid", "twclid", "vero_conv",
        "vero_id", "wbraid", "wickedid", "wt_mc", "xtor", "yclid", "ysclid",
    }
)  # fmt: skip
_PORTS = {"http": 80, "https": 443}


def canonical(url: str) -> str:
    """The address of the page itself, equal for all the ways in which it is shared.

    Trackers, the fragment and the default port go, scheme and host are in lower case. Path,
    order and spelling of all else stay: they may matter to the server.

    Args:
        url: an http or https address.

    Raises:
        ValueError: it is no address that is safe to show.
    """
    parts = urlsplit(clean_url(url.strip()))
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != _PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    query = "&".join(part for part in parts.query.split("&") if part and not _tracks(part))
    return urlunsplit((parts.scheme, host, parts.path or "/", query, ""))


def _tracks(part: str) -> bool:
    name = part.partition("=")[0].lower()
    return name in _NAMES or name.startswith(_PREFIXES)
