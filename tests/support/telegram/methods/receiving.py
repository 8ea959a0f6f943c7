"""How the bot gets its updates and files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from support.telegram.errors import bad_request, conflict
from support.telegram.jsonvalue import Json
from support.telegram.registry import Parameters, answers
from support.telegram.world import World

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_WAIT_S = 50


@answers("getUpdates")
async def get_updates(world: World, parameters: Parameters) -> Json:
    if world.webhook:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    if "allowed_updates" in parameters:
        world.updates.allowed = frozenset(parameters["allowed_updates"])
    return await world.updates.read(
        parameters.get("offset", 0),
        parameters.get("limit", 100),
        min(parameters.get("timeout", 0), MAX_WAIT_S),
    )


@answers("setWebhook")
def set_webhook(world: World, parameters: Parameters) -> Json:
    url = parameters.get("url", "")
    parts = urlsplit(url)
    # The real service insists on https; on loopback there is nobody to listen in.
    if url and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    world.webhook = dict(parameters) if url else {}
    world.updates.to_bring.set()
    _drop(world, parameters)
    if url:
        world.updates.interrupt(conflict("terminated by setWebhook request"))
    return True


@answers("deleteWebhook")
def delete_webhook(world: World, parameters: Parameters) -> Json:
    world.webhook = {}
    _drop(world, parameters)
    return True


def _drop(world: World, parameters: Parameters) -> None:
    if "allowed_updates" in parameters:
        world.updates.allowed = frozenset(parameters["allowed_updates"])
    if parameters.get("drop_pending_updates"):
        world.updates.drop()


@answers("getWebhookInfo")
def get_webhook_info(world: World, parameters: Parameters) -> Json:
    info: dict[str, Any] = {
        "url": world.webhook.get("url", ""),
        "has_custom_certificate": "certificate" in world.webhook,
        "pending_update_count": len(world.updates),
    }
    if world.updates.allowed:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


@answers("getFile")
def get_file(world: World, parameters: Parameters) -> Json:
    file = world.files.get(parameters["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return file.json() | {"file_path": file.path}
