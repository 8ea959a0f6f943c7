"""Is it alive, is it ready: for whatever restarts it and whatever sends it traffic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What must hold before the bot can answer anybody."""

    generation: Callable[[], str | None]
    """Name of the generation that answers now."""
    heard_age_s: Callable[[], float | None]
    """Seconds since Telegram was last heard; None before the first time."""
    silence_s: float
    """Longest silence of Telegram's that is in order."""

    def problems(self) -> tuple[str, ...]:
        """What is missing, in words; nothing when it is ready."""
        found = []
        if self.generation() is None:
            found.append("no generation is open")
        age_s = self.heard_age_s()
        if age_s is None:
            found.append("Telegram has not been heard yet")
        elif age_s > self.silence_s:
            found.append(f"Telegram has not been heard for {age_s:.0f} seconds")
        return tuple(found)


def health_routes(readiness: Readiness) -> list[Route]:
    """`/healthz` and `/readyz`; neither tells anything about the collection."""

    async def alive(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def ready(_request: Request) -> Response:
        problems = readiness.problems()
        return JSONResponse(
            {"ready": not problems, "problems": list(problems)},
            status_code=503 if problems else 200,
        )

    return [Route("/healthz", alive), Route("/readyz", ready)]
