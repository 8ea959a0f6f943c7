"""The type of values whose shape aiogram's models check, not the type checker."""

from typing import Any, TypeAlias

Json: TypeAlias = Any
