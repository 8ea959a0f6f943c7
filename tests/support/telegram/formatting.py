"""From the parameters of a call to the text and entities that stand in a message."""

from __future__ import annotations

from typing import Any

from support.telegram.entities import (
    MAX_ENTITIES,
    Entity,
    check_entities,
    find_entities,
    normalised,
    trim,
    utf16_length,
)
from support.telegram.errors import bad_request
from support.telegram.html import parse_html
from support.telegram.registry import NotCoveredError
from support.telegram.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024


def formatted(
    world: World, source: str, parse_mode: str | None, entities: list[Entity] | None
) -> tuple[str, list[Entity]]:
    """The text without markup, and its entities, Telegram's own findings included.

    Raises:
        ApiError: 400 as Telegram refuses markup.
        NotCoveredError: for Markdown.
    """
    mode = (parse_mode or "").lower()
    if mode in ("markdown", "markdownv2"):
        raise NotCoveredError(f"parse_mode {parse_mode}")
    if mode not in ("", "html"):
        raise bad_request("unsupported parse_mode")
    if mode:
        dropped: list[str] = []
        text, found = parse_html(source, dropped)
        world.violations += [f"Telegram drops a link to {target!r}" for target in dropped]
    else:
        text, found = source, check_entities(source, entities or [])
    text, found = trim(text, normalised(found))
    found = find_entities(text, [e for e in (_mention(world, e) for e in found) if e])
    if len(found) > MAX_ENTITIES:
        world.violations.append(
            f"{len(found)} entities in one message; Telegram drops those after {MAX_ENTITIES}"
        )
    return text, found[:MAX_ENTITIES]


def _mention(world: World, entity: Entity) -> Entity | None:
    """A mention by id becomes one of a known person; of a stranger it is dropped."""
    if "_user_id" not in entity:
        return entity
    user = world.users.get(entity["_user_id"])
    kept = {name: value for name, value in entity.items() if name != "_user_id"}
    return kept | {"user": user.info} if user else None


def text_fields(world: World, parameters: dict[str, Any]) -> dict[str, Any]:
    """The `text` and `entities` of a text message.

    Raises:
        ApiError: 400 for no text, or for too much of it.
    """
    source = parameters.get("text", "")
    if not source:
        raise bad_request("message text is empty")
    text, entities = formatted(
        world, source, parameters.get("parse_mode"), parameters.get("entities")
    )
    if not text:
        raise bad_request("text must be non-empty")
    # Telegram's documents say "characters"; UTF-16 units are the strictest reading of it.
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    fields: dict[str, Any] = {"text": text}
    if entities:
        fields["entities"] = entities
    if options := parameters.get("link_preview_options"):
        fields["link_preview_options"] = options
    return fields


def caption_fields(world: World, parameters: dict[str, Any]) -> dict[str, Any]:
    """The `caption` and `caption_entities` of a message with media.

    Raises:
        ApiError: 400 for a caption that is too long.
    """
    text, entities = formatted(
        world,
        parameters.get("caption", ""),
        parameters.get("parse_mode"),
        parameters.get("caption_entities"),
    )
    if utf16_length(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    fields: dict[str, Any] = {"caption": text} if text else {}
    if entities:
        fields["caption_entities"] = entities
    return fields
