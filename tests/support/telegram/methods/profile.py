"""Who the bot is, and what it says about itself in the apps."""

from __future__ import annotations

import re
from typing import Any

from support.telegram.entities import utf16_length
from support.telegram.errors import bad_request
from support.telegram.jsonvalue import Json
from support.telegram.registry import Parameters, answers
from support.telegram.world import World

MAX_COMMANDS = 100
_TEXTS = {
    "mydescription": ("description", 512, "description"),
    "myshortdescription": ("short_description", 120, "short_description"),
    "myname": ("name", 64, "name"),
}


@answers("getMe")
def get_me(world: World, parameters: Parameters) -> Json:
    return world.bot


@answers("logOut", "close")
def leave(world: World, parameters: Parameters) -> Json:
    return True


def _commands_key(parameters: Parameters) -> tuple[Any, ...]:
    scope = parameters.get("scope") or {"type": "default"}
    place = (scope.get("chat_id"), scope.get("user_id"))
    return ("commands", scope["type"], *place, parameters.get("language_code", ""))


@answers("setMyCommands")
def set_my_commands(world: World, parameters: Parameters) -> Json:
    commands = parameters["commands"]
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile[_commands_key(parameters)] = commands
    return True


@answers("getMyCommands")
def get_my_commands(world: World, parameters: Parameters) -> Json:
    return world.profile.get(_commands_key(parameters), [])


@answers("deleteMyCommands")
def delete_my_commands(world: World, parameters: Parameters) -> Json:
    world.profile.pop(_commands_key(parameters), None)
    return True


def _answer_text(name: str) -> None:
    field, limit, kind = _TEXTS[name]

    @answers(f"set{name}")
    def set_text(world: World, parameters: Parameters) -> Json:
        text = parameters.get(field, "")
        if utf16_length(text) > limit:
            raise bad_request(f"bot {kind.replace('_', ' ')} is too long")
        world.profile[kind, parameters.get("language_code", "")] = text
        return True

    @answers(f"get{name}")
    def get_text(world: World, parameters: Parameters) -> Json:
        default = world.profile.get((kind, ""), world.bot["first_name"] if kind == "name" else "")
        return {field: world.profile.get((kind, parameters.get("language_code", "")), default)}


for _name in _TEXTS:
    _answer_text(_name)


@answers("setChatMenuButton")
def set_chat_menu_button(world: World, parameters: Parameters) -> Json:
    button = parameters.get("menu_button", {"type": "default"})
    world.profile["menu", parameters.get("chat_id")] = button
    return True


@answers("getChatMenuButton")
def get_chat_menu_button(world: World, parameters: Parameters) -> Json:
    default = world.profile.get(("menu", None), {"type": "commands"})
    return world.profile.get(("menu", parameters.get("chat_id")), default)
