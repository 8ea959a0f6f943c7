"""What a page says about itself: address, outlet, date, language; and comments it only loads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import islice
from urllib.parse import urljoin, urlsplit

from index.dates import PartialDate
from index.readers.fields import parse_published
from index.readers.html_json import date_of, name_of, text_of
from index.readers.html_tree import Element, classes_of, words_in
from index.readers.urls import canonical

_DATES = (
    "article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate",
    "publish-date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.date",
    "dcterms.created", "dc.date", "cxenseparse:recs:publishtime", "date",
)  # fmt: skip
_PUBLISHED = frozenset({"published", "entry-date", "datepublished", "dt-published", "pubdate"})
_TIMES_READ = 20
"""They may stand in each other, hundreds deep, and each holds the words of all in it."""
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d\d)(?:[/-](\d\d))?(?=[/-]|$)")
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)"
    r"(\S{1,2000}?)(?:\s|-->)"
)
"""What browsers note, and the extension that saves a page with all it shows as one file."""
_LOADED = {
    "Disqus": r"disqus\.com/embed|disqus_thread|disqus_shortname",
    "Facebook": r"fb-comments|facebook\.com/plugins/comments",
    "Commento": r"commento",
    "giscus": r"giscus\.app",
    "utterances": r"utteranc\.es",
    "Hyvor Talk": r"talk\.hyvor\.com|hyvor-talk",
    "Cusdis": r"cusdis",
    "Isso": r"data-isso|/isso/js/embed|isso-thread",
    "Remark42": r"remark42|remark_config",
    "Coral": r"coral\.createStreamEmbed|coralproject|coral_thread",
    "Viafoura": r"viafoura",
    "OpenWeb": r"spot\.im|openweb\.com",
    "Livefyre": r"livefyre",
    "IntenseDebate": r"intensedebate",
    "HyperComments": r"hypercomments",
    "Cackle": r"cackle\.me",
    "Vuukle": r"vuukle",
    "GraphComment": r"graphcomment",
    "Muut": r"muut\.com",
    "Civil Comments": r"civilcomments",
    "VK": r"VK\.Widgets\.Comments|vk_comments",
    "Discourse": r"discourse-comments|discourseEmbedUrl",
    "ReplyBox": r"getreplybox",
    "Insticator": r"insticator",
    "Jetpack": r"jetpack\.wordpress\.com/jetpack-comment",
}
_LOADER = re.compile("|".join(f"({pattern})" for pattern in _LOADED.values()), re.IGNORECASE)
_MAX_SCRIPT_CHARS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHead:
    """What a page says about itself; each text may be empty."""

    url: str
    source: str
    language: str
    title: str
    author: str
    published: PartialDate | None


def head_of_page(
    root: Element, article: Mapping[str, object], text: str, address: str
) -> PageHead:
    """What a page says about itself.

    Args:
        root: its tree.
        article: what its JSON-LD says about the article.
        text: the page as text.
        address: where it was fetched, or empty.
    """
    meta = _meta(root)
    url = _address(root, article, meta, text, address)
    source = unescape(meta.get("og:site_name", "")) or name_of(article.get("publisher"))
    # Escaped once more than the page needs it, as many systems do.
    title = unescape(text_of(article, "headline") or meta.get("og:title", ""))
    return PageHead(
        url=url,
        source=source,
        language=root.get("lang") or root.get("xml:lang") or text_of(article, "inLanguage"),
        title=_without_outlet(title, source),
        author=name_of(article.get("author")),
        published=_published(root, article, meta, url),
    )


def _without_outlet(title: str, source: str) -> str:
    """A title without the name of the outlet that many pages end theirs with."""
    ended = re.search(rf"(\S)\s+[|–—·•»-]\s*{re.escape(source)}$", title) if source else None
    return title[: ended.end(1)] if ended else title


def loaded_by_script(root: Element) -> str:
    """The system whose script would load comments into the page, or empty."""
    for element in root.iter("script", "iframe", "div", "section", "noscript"):
        said = [element.get(name) or "" for name in ("src", "id", "class", "data-src")]
        if element.tag == "script":
            said.append((element.text or "")[:_MAX_SCRIPT_CHARS])
        elif any(name.startswith("data-isso") for name in element.keys()):  # noqa: SIM118  # no dict
            said.append("data-isso")
        match = _LOADER.search(" ".join(said))
        if match is not None and match.lastindex is not None:
            return list(_LOADED)[match.lastindex - 1]
    return ""


def _meta(root: Element) -> dict[str, str]:
    """Names of `<meta>` in lower case and their contents; of equal names the first."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join((element.get("content") or "").split())
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _address(
    root: Element, article: Mapping[str, object], meta: Mapping[str, str], text: str, address: str
) -> str:
    """The first stated address that leads to a page and not to the front of a site."""
    base = _saved_from(text) or address
    for stated in _stated(root, article, meta, base):
        try:
            url = canonical(urljoin(base, stated))
        except ValueError:
            continue
        if address and not _same_site(url, address):
            # A stranger's page must not take the place of an article of another outlet.
            continue
        parts = urlsplit(url)
        # Broken systems state their front page on every page: one would replace the other.
        if parts.path.strip("/") or parts.query:
            return url
    return ""


def _same_site(one: str, other: str) -> bool:
    hosts = [f".{(urlsplit(url).hostname or '').removeprefix('www.')}" for url in (one, other)]
    return hosts[0].endswith(hosts[1]) or hosts[1].endswith(hosts[0])


def _stated(
    root: Element, article: Mapping[str, object], meta: Mapping[str, str], base: str
) -> Iterator[str]:
    for element in root.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            yield element.get("href") or ""
    yield meta.get("og:url", "")
    page = article.get("mainEntityOfPage")
    yield text_of(page, "@id", "url") if isinstance(page, Mapping) else str(page or "")
    yield text_of(article, "url")
    yield base


def _saved_from(text: str) -> str:
    match = _SAVED_FROM.search(text[:4_096])
    return match[1] if match else ""


def _published(
    root: Element, article: Mapping[str, object], meta: Mapping[str, str], url: str
) -> PartialDate | None:
    if stated := date_of(article, "datePublished", "dateCreated"):
        return stated
    texts = [meta.get(name, "") for name in _DATES]
    for element in islice(filter(_is_of_publication, root.iter("time")), _TIMES_READ):
        texts += [element.get("datetime") or "", words_in(element)]
    for text in filter(None, texts):
        try:
            return parse_published(text)
        except ValueError:
            continue
    match = _IN_ADDRESS.search(urlsplit(url).path) if url else None
    try:
        return PartialDate.parse("-".join(filter(None, match.groups()))) if match else None
    except ValueError:
        return None


def _is_of_publication(time: Element) -> bool:
    marks = classes_of(time) | set((time.get("itemprop") or "").lower().split())
    return bool(marks & _PUBLISHED) or time.get("pubdate") is not None
