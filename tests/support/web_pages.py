"""The pages on a real library: threads, hostile texts, Arabic, a long discussion, versions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
from support.collection import load
from support.documents import article, remark
from support.place import generous
from support.word_encoder import WordEncoder

from bot.config import load_settings
from bot.i18n import Translators
from bot.jobs import Jobs
from bot.store import TABLES
from bot.store.answers import AnswerStore
from bot.store.database import Database
from bot.store.feedback import FeedbackStore
from bot.store.latency import LatencyStore
from bot.store.unanswered import UnansweredStore
from bot.uploads import Uploads
from bot.web.operate.area import Keys, OperatorArea
from bot.web.operate.desks import Desks
from bot.web.operate.loading import LoadingDesk
from bot.web.pages.answers import AnswerPages
from bot.web.pages.home import Home
from bot.web.pages.html import Html
from bot.web.pages.visits import limited
from bot.web.server import serving
from bot.web.site import build_site
from bot.web.visitors import Visitors
from embeddings.batcher import Batcher
from embeddings.store import VectorStore
from index.dates import PartialDate
from index.generation import Learned, build, current, open_generation, promote
from index.generation import generations as built_in
from index.library import Library
from index.model import Claim, Comment, Document, Paragraph
from index.reference import AnswerReference, references_to_json
from index.service import AnswerService, ServiceLimits

CLAIM = "The dam at Sel lost half of its water in one night"
EVIL = '<script>document.title="owned"</script><img src=x onerror=alert(1)>"\'&amp;'
SEL, HOSTILE, ARABIC, LONG, EARLIER, LATER = range(1, 7)
"""Numbers of the documents."""
LONG_COMMENTS = 230
TRANSLATORS = Translators.load()


def documents() -> list[Document]:
    quoting = replace(
        remark("q", "unused", parent="a", author="Ben"),
        paragraphs=(
            Paragraph(text="nothing happened", quote=True),
            Paragraph(text="Your cellar was dry, mine was not.", uncertain=True),
        ),
    )
    deep = [
        remark(f"d{n}", f"Deeper {n} into the valley.", parent=f"d{n - 1}" if n else "a")
        for n in range(10)
    ]
    sel = replace(
        article(
            "Sel dam holds, engineers say",
            "The reservoir fell by three metres after the storm.",
            f"{CLAIM}, it was said. No more than a tenth was lost.",
            "The council meets again on Friday.",
            comments=(
                remark("a", "I live below the dam, nothing happened.", author="Mara"),
                quoting,
                *deep,
                remark("h", "Secret words of a hidden comment.", parent="a", author="Cleo"),
                remark("r", "A reply to what is hidden.", parent="h"),
                Comment(key="x"),
                remark("y", "A reply to what was deleted.", parent="x"),
                remark("z", "The water at the dam was low in one night.", author="Zoe"),
            ),
            url="https://harbourpost.example/sel?page=1&all=yes",
            source="The Harbour Post",
        ),
        published=PartialDate(year=2018, month=11),
        author="Ida Holm",
        language="en",
    )
    hostile = replace(
        article(
            EVIL,
            f"{EVIL} wrote the paper about zebras.",
            comments=(remark("e", f"{EVIL} said the zebra.", author=EVIL),),
            url="javascript:alert(1)",
            source=EVIL,
        ),
        author=EVIL,
    )
    arabic = replace(
        article(
            "السد لم يتضرر",
            "أعلن المتحدث أن السد لم يتضرر. وقالت BBC إن المنسوب انخفض.",
            comments=(remark("1", "هذا غير صحيح على الإطلاق يا أصدقاء.", author="سلمى"),),
            url="https://arabic.example/1",
        ),
        language="ar",
    )
    long = article(
        "Lanterns on the old quay",
        "The lanterns on the old quay were lit again.",
        comments=tuple(
            remark(
                f"{n}",
                f"Lantern remark number{n}.",
                parent="0" if n == LONG_COMMENTS - 1 else None,
            )
            for n in range(LONG_COMMENTS)
        ),
        url="https://quay.example/1",
    )
    return [sel, hostile, arabic, long, *_versions()]


def _versions() -> list[Document]:
    text = (
        "The ferry to the northern island will run twice a day from Monday on, as the shipping "
        "company announced on its own page, and tickets are sold at the pier from early morning."
    )
    made = [
        article(
            "The ferry runs twice a day",
            before,
            text,
            url=f"https://ferry.example/{n}",
            source="Ferry",
        )
        for n, before in enumerate(("News from the pier.", "News from the pier, amended."))
    ]
    days = (PartialDate(year=2020, month=5, day=1), PartialDate(year=2020, month=5, day=9))
    return [replace(one, published=day) for one, day in zip(made, days, strict=True)]


def make_place(folder: Path) -> None:
    """Library and one promoted generation; to be copied, not changed."""
    encoder = WordEncoder()
    root = folder / "generations"
    with (
        Library.open(folder / "library.sqlite3") as library,
        VectorStore(folder / "vectors.sqlite3", encoder.info) as store,
    ):
        load(library, documents())
        library.set_source("The Harbour Post", note="Owned by the port authority.")
        hidden = comment_saying(library, "Secret words")
        library.hide(comment_ids=[hidden], reason="test")
        promote(
            root, build(library, encoder, store, root, learned=Learned(calibration=generous()))
        )


def comment_saying(library: Library, words: str, document_id: int = SEL) -> int:
    """The number of the comment that holds these words."""
    whole = library.whole(document_id)
    assert whole is not None
    texts = library.comments([one.comment_id for one in whole.outline])
    return next(id_ for id_, c in texts.items() if any(words in p.text for p in c.paragraphs))


@dataclass
class WebPages:
    """The pages as they are served."""

    url: str
    client: aiohttp.ClientSession
    library: Library
    service: AnswerService
    answers: AnswerStore
    feedback: FeedbackStore
    latency: LatencyStore
    unanswered: UnansweredStore

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(self.url + path, headers=headers) as response:
            return response.status, await response.text()

    async def try_claim(self, claim: str, **headers: str) -> tuple[int, str]:
        data = {"claim": claim}
        async with self.client.post(f"{self.url}/try", data=data, headers=headers) as response:
            return response.status, await response.text()

    async def answered(self, *claims: str) -> str:
        """The id of an answer that was given in a chat."""
        found = await self.service.answer([Claim(text=claim) for claim in claims])
        return await self.answers.add(
            chat_id=5,
            question_id=1,
            reference=references_to_json([AnswerReference.of(answer) for answer in found]),
        )


@asynccontextmanager
async def web_pages(
    folder: Path,
    *,
    claims_per_min: int = 3,
    visits_per_min: int = 0,
    root: str = "",
    behind_proxy: bool = False,
    keys: Keys | None = None,
    secure: bool = False,
    upload_max_mib: int = 1,
    unanswered_kept_days: int = 30,
) -> AsyncIterator[WebPages]:
    """Serve what `make_place` made, on loopback; with keys also the operator's area."""
    encoder = WordEncoder()
    generations = folder / "generations"
    async with AsyncExitStack() as stack:
        batcher = Batcher(encoder)
        stack.push_async_callback(batcher.aclose)
        database = Database.open(folder / "bot.sqlite3", TABLES)
        stack.push_async_callback(database.aclose)
        answers = AnswerStore(database, keep_days=30)
        library = stack.enter_context(Library.open(folder / "library.sqlite3"))
        service = AnswerService(
            library=library,
            encoder=batcher,
            newest=lambda: current(generations),
            open_generation=lambda name: open_generation(
                generations, name, fingerprint=encoder.info.fingerprint
            ),
            limits=ServiceLimits(query_timeout_s=60),
        )
        stack.push_async_callback(service.aclose)
        await service.refresh()
        visitors = Visitors(behind_proxy=behind_proxy)
        html = Html(TRANSLATORS, root=root, bot_name=lambda: "context_bot")
        home = Home(
            html,
            service=service,
            answers=answers,
            visitors=visitors,
            claims_per_min=claims_per_min,
            max_claim_chars=2_000,
        )
        shown = AnswerPages(html, service=service, answers=answers, collection=library)
        shown_routes = [*home.routes, *shown.routes]
        routes = [
            html.asset_route,
            *limited(shown_routes, html, visitors, per_min=visits_per_min),
        ]
        feedback, latency = FeedbackStore(database), LatencyStore(database)
        unanswered = UnansweredStore(database, keep_days=unanswered_kept_days)
        if keys is not None:
            desks = Desks(
                html=html,
                library=library,
                service=service,
                answers=answers,
                feedback=feedback,
                latency=latency,
                unanswered=unanswered,
                generations=lambda: built_in(generations),
                max_claim_chars=2_000,
            )
            jobs = Jobs(load_settings(data_dir=folder), folder / "uploads" / ".job.json")
            stack.push_async_callback(jobs.aclose)
            loading = LoadingDesk(
                html=html,
                uploads=Uploads(folder / "uploads"),
                jobs=jobs,
                max_mib=upload_max_mib,
            )
            area = OperatorArea(html, keys=keys, visitors=visitors, secure=secure)
            routes += area.routes([*desks.all(), loading.desk()])
        site = build_site(routes)
        async with (
            serving(site, host="127.0.0.1", port=0) as port,
            aiohttp.ClientSession() as client,
        ):
            yield WebPages(
                f"http://127.0.0.1:{port}",
                client,
                library,
                service,
                answers,
                feedback,
                latency,
                unanswered,
            )
