"""The HTTP side put together: health, figures, the webhook, and pages for people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.routing import BaseRoute
from telegram import Bot

from bot.config import Settings
from bot.i18n import Translators
from bot.jobs import Jobs
from bot.metrics import Metrics
from bot.pagelinks import PageLinks
from bot.pulse import Pulse
from bot.store.answers import AnswerStore
from bot.store.database import Database
from bot.store.feedback import FeedbackStore
from bot.store.latency import LatencyStore
from bot.store.unanswered import UnansweredStore
from bot.uploads import Uploads
from bot.web.exposition import metrics_route
from bot.web.health import Readiness, health_routes
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
from bot.web.webhook import Webhook
from bot.wiring import generations_folder
from index.generation import generations
from index.library import Library
from index.service import AnswerService

# Telegram lets a poll wait for half a minute, and an outage may take a few tries.
_SILENCE_S = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What runs already, and is shown or reached by HTTP."""

    service: AnswerService
    library: Library
    database: Database
    translators: Translators
    metrics: Metrics
    pulse: Pulse
    bot: Bot
    webhook: Webhook | None


@asynccontextmanager
async def http_side(settings: Settings, running: Running) -> AsyncIterator[int]:
    """Serve everything that is served by HTTP until the block ends; yields the port."""
    pulse, metrics_token = running.pulse, settings.metrics_token
    readiness = Readiness(
        generation=lambda: running.service.generation,
        # A webhook is heard of when somebody writes, which may take days.
        heard_age_s=(lambda: pulse.age_s and 0.0) if running.webhook else (lambda: pulse.age_s),
        silence_s=_SILENCE_S,
    )
    routes: list[BaseRoute] = [
        *health_routes(readiness),
        metrics_route(running.metrics, _secret(metrics_token)),
    ]
    if running.webhook:
        routes.append(running.webhook.route)
    async with AsyncExitStack() as stack:
        if settings.pages:
            routes += _pages(settings, running, stack)
        site, port = build_site(routes), settings.http_port or 0
        yield await stack.enter_async_context(serving(site, host=settings.http_host, port=port))


def page_links(settings: Settings) -> PageLinks | None:
    """Where answers are shown as pages, if anybody reaches them."""
    if settings.http_port is None or settings.public_url is None or not settings.pages:
        return None
    return PageLinks(public_url=settings.public_url)


def _pages(settings: Settings, running: Running, stack: AsyncExitStack) -> list[BaseRoute]:
    html = Html(
        running.translators,
        root=urlsplit(settings.public_url or "").path.rstrip("/"),
        bot_name=lambda: _name(running.bot),
    )
    visitors = Visitors(behind_proxy=settings.behind_proxy)
    answers = AnswerStore(running.database, keep_days=settings.answers_kept_days)
    shown = AnswerPages(html, service=running.service, answers=answers, collection=running.library)
    home = Home(
        html,
        service=running.service,
        answers=answers,
        visitors=visitors,
        claims_per_min=settings.page_claims_per_min,
        max_claim_chars=settings.max_claim_chars,
    )
    operating = _operating(settings, running, stack, html, answers, visitors)
    pages = limited(
        [*home.routes, *shown.routes], html, visitors, per_min=settings.page_visits_per_min
    )
    return [html.asset_route, *pages, *operating]


def _operating(
    settings: Settings,
    running: Running,
    stack: AsyncExitStack,
    html: Html,
    answers: AnswerStore,
    visitors: Visitors,
) -> list[BaseRoute]:
    token, users = _secret(settings.operate_token), settings.operators
    if token is None and not users:
        return []
    folder = generations_folder(settings)
    desks = Desks(
        html=html,
        library=running.library,
        service=running.service,
        answers=answers,
        feedback=FeedbackStore(running.database),
        latency=LatencyStore(running.database),
        unanswered=UnansweredStore(running.database, keep_days=settings.unanswered_kept_days),
        generations=lambda: generations(folder),
        max_claim_chars=settings.max_claim_chars,
    )
    area = OperatorArea(
        html,
        keys=Keys(token=token, users=users, bot_token=running.bot.token),
        visitors=visitors,
        secure=(settings.public_url or "").startswith("https://"),
    )
    uploads = settings.data_dir / "uploads"
    jobs = Jobs(settings, uploads / ".job.json")
    stack.push_async_callback(jobs.aclose)
    loading = LoadingDesk(
        html=html,
        uploads=Uploads(uploads),
        jobs=jobs,
        max_mib=settings.upload_max_mib,
    )
    return area.routes([*desks.all(), loading.desk()])


def _name(bot: Bot) -> str | None:
    try:
        return bot.username
    except RuntimeError:
        # It is not connected yet.
        return None


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
