"""One address a page: without what only tells where a click came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from index.readers.fields import clean_url

_PREFIXES = (
    "utm_", "mtm_", "hsa_", "pk_", "at_campaign", "at_custom", "at_link", "at_medium", "at_bbc_",
    "at_ptr_", "ns_mchannel", "ns_campaign", "ns_source", "ns_linkname", "ml_subscriber",
)  # fmt: skip
_NAMES = frozenset(
    {
        "_branch_match_id", "_bta_c", "_bta_tid", "_ga", "_gl", "_hsenc", "_hsmi", "_kx",
        "_openstat", "__twitter_impression", "campaign_id", "cmpid", "dclid", "dicbo", "ef_id",
        "epik", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "fbclid", "ftag",
        "gad_campaignid", "gad_source", "gbraid", "gclid", "gclsrc", "guccounter",
        "guce_referrer", "guce_referrer_sig", "hsctatracking", "icid", "igsh", "igshid",
        "li_fat_id", "mc_cid", "mc_eid", "mibextid", "mkt_tok", "msclkid", "ncid", "ocid",
        "oly_anon_id", "oly_enc_id", "rb_clickid", "ref_src", "ref_url", "replytocom", "s_cid",
        "s_kwcid", "sc_campaign", "sc_cid", "sfnsn", "showcomment", "smid", "soc_src", "soc_trk",
        "srsltid", "taid", "tblci", "ttclid", "twclid", "usqp", "vero_conv", "vero_id", "wbraid",
        "wickedid", "wpisrc", "wt.mc_id", "wt_mc", "xtor", "yclid", "ysclid",
    }
)  # fmt: skip
_FOR_PHONES = frozenset({"amp", "amp=", "amp=1", "amp=true", "outputtype=amp"})
"""Parts of a query that ask for the AMP page of the same article."""
_PORTS = {"http": 80, "https": 443}
_MOBILE = {
    "m.facebook.com": "www.facebook.com",
    "m.vk.com": "vk.com",
    "m.youtube.com": "www.youtube.com",
    "mobile.twitter.com": "twitter.com",
    "mobile.x.com": "x.com",
}
"""Only where the same path is the same page for certain; elsewhere `m.` may be another site."""
_WIKIS = re.compile(r"([a-z-]+)\.m\.((?:wikipedia|wikinews|wikiquote|wikisource|wiktionary)\.org)")
_CACHED = re.compile(r"/[civ]/(s/)?(?=[^/]+\.[^/]+)")
_AMP_VIEWER = re.compile(r"/amp/(s/)?(?=[^/]+\.[^/]+)")
_SLUG = re.compile(r"[^-]-[^-]+-.|\d{5}", re.DOTALL)
"""Below an article's own slug `amp` is the AMP page of it; elsewhere it may be any word."""
_MOST_WRAPPED = 3
_PASSES_ON = {
    "l.facebook.com/l.php": "u",
    "lm.facebook.com/l.php": "u",
    "l.instagram.com/": "u",
    "l.messenger.com/l.php": "u",
    "l.threads.com/": "u",
    "out.reddit.com/": "url",
    "t.me/iv": "url",
    "vk.com/away.php": "to",
    "www.google.com/url": "q",
    "www.youtube.com/redirect": "q",
}
"""Pages that only lead to another one, and which part of their query names it."""
_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d{1,14}[a-z_]{0,4}/(?=https?://)")
_OF_PHONES = re.compile(r"(?<![^.])(?:m|mobile|amp)\.(?=[^.]+\.)")
_TELLING = re.compile(r"[^\W_]{2}[-_][^\W_]{2}|\d{5}")
"""In the last part of a path it makes a chance resemblance of two sites unlikely."""


def canonical(url: str) -> str:
    """The address of the page itself, equal for all the ways in which it is shared.

    Trackers, the fragment and the default port go, scheme and host are in lower case; what is
    certainly the AMP or mobile page of another address, or only leads to it, becomes that. Path,
    order and spelling of all else stay: they may matter to the server.

    Args:
        url: an http or https address.

    Raises:
        ValueError: it is no address that is safe to show.
    """
    return untracked(url).partition("#")[0]


def untracked(url: str) -> str:
    """As `canonical`, with the fragment: two documents may be parts of one page.

    Raises:
        ValueError: it is no address that is safe to show.
    """
    parts = _unwrapped(urlsplit(clean_url(url.strip())))
    host = _host(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != _PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    query = "&".join(part for part in parts.query.split("&") if part and not _drops(part))
    return urlunsplit((parts.scheme, host, _page(parts.path) or "/", query, parts.fragment))


def _page(path: str) -> str:
    """The path without what makes it the AMP page of another one."""
    page = path.removesuffix("/").removesuffix("amp")
    if path.removesuffix("/") != f"{page}amp" or not page.endswith("/"):
        return path
    slug = page[:-1].rpartition("/")[2]
    return page if _SLUG.search(slug) else path


def spellings(url: str) -> Iterator[str]:
    """Addresses that are one page for certain, the likeliest first; none of what is no address.

    They differ in scheme, `www.` and a slash at the end of the path; a missing scheme is https.
    """
    stated = url.strip()
    if "://" not in stated:
        stated = f"https://{stated}"
    try:
        # Whoever types an address may begin it with a capital, as telephones do.
        scheme, separator, rest = stated.partition("://")
        plain = untracked(f"{scheme.lower()}{separator}{rest}")
    except ValueError:
        return
    yield from dict.fromkeys((stated, *_variants(plain)))


def mirrors(url: str) -> Iterator[str]:
    """Addresses of what a telephone's page or an archived one most likely shows.

    Good to look an article up by, since one has to be stored there; not to store any by.
    """
    inside = _ARCHIVED.sub("", url.strip())
    plain = next(iter(list(spellings(inside))[1:]), "")
    scheme, _, rest = plain.partition("://")
    host, slash, path = rest.partition("/")
    path, mark, query = _cut(path)
    hosts = {host: None, _OF_PHONES.sub("", host): None}
    paths = {path: None, path.removesuffix("/").removesuffix("/amp").removeprefix("amp/"): None}
    if inside != url.strip():
        yield from spellings(inside)
    for page in paths:
        if _TELLING.search(page.rstrip("/").rpartition("/")[2]):
            for name in hosts:
                yield from spellings(f"{scheme}://{name}{slash}{page}{mark}{query}")


def _variants(plain: str) -> Iterator[str]:
    scheme, _, rest = plain.partition("://")
    other_scheme = "http" if scheme == "https" else "https"
    hosts = [rest, rest.removeprefix("www.") if rest.startswith("www.") else f"www.{rest}"]
    for prefix in (scheme, other_scheme):
        for address in hosts:
            yield f"{prefix}://{address}"
            yield f"{prefix}://{_other_end(address)}"


def _other_end(address: str) -> str:
    """With the slash at the end of the path that it lacks, or without the one that it has."""
    path, mark, rest = _cut(address)
    path = path[:-1] if path.endswith("/") else f"{path}/"
    return f"{path}{mark}{rest}"


def _cut(address: str) -> tuple[str, str, str]:
    end = re.search(r"[?#]", address)
    return (address, "", "") if end is None else (
        address[: end.start()], end.group(), address[end.end() :]
    )  # fmt: skip


def _host(host: str) -> str:
    wiki = _WIKIS.fullmatch(host)
    return f"{wiki.group(1)}.{wiki.group(2)}" if wiki else _MOBILE.get(host, host)


def _unwrapped(parts: SplitResult) -> SplitResult:
    """What an AMP cache or viewer shows, or a page leads to, as its address spells out."""
    for _ in range(_MOST_WRAPPED):
        host = parts.hostname or ""
        if (name := _PASSES_ON.get(f"{host}{parts.path}")) is not None:
            named = parse_qs(parts.query, max_num_fields=50).get(name, ())
            if not named:
                break
            parts = urlsplit(clean_url(named[0]))
            continue
        if host.endswith(".cdn.ampproject.org"):
            inside = _CACHED.match(parts.path)
        elif host in ("www.google.com", "google.com"):
            inside = _AMP_VIEWER.match(parts.path)
        else:
            break
        if inside is None:
            break
        scheme = "https" if inside.group(1) else "http"
        query = f"?{parts.query}" if parts.query else ""
        parts = urlsplit(clean_url(f"{scheme}://{parts.path[inside.end() :]}{query}"))
    return parts


def _drops(part: str) -> bool:
    name = part.partition("=")[0].lower()
    return name in _NAMES or name.startswith(_PREFIXES) or part.lower() in _FOR_PHONES
