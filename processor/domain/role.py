"""Who may do what in the console."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from processor.text import Text

Role = Literal["viewer", "editor", "owner"]
Right = Literal["see", "people", "rules", "queue", "sources", "users", "forget"]

ROLES: Final[tuple[Role, ...]] = ("viewer", "editor", "owner")

_VIEWER: Final[frozenset[Right]] = frozenset({"see"})
_EDITOR: Final[frozenset[Right]] = _VIEWER | {"people", "rules", "queue"}
_OWNER: Final[frozenset[Right]] = _EDITOR | {"sources", "users", "forget"}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {"viewer": _VIEWER, "editor": _EDITOR, "owner": _OWNER}
)
"""`see` shows everything with people masked; `people` unmasks them; `queue` retries, drops and pauses."""

ROLE_NAMES: Final[Mapping[Role, Text]] = MappingProxyType(
    {
        "viewer": Text("наблюдатель", "viewer"),
        "editor": Text("редактор", "editor"),
        "owner": Text("владелец", "owner"),
    }
)


def may(role: Role, right: Right) -> bool:
    """Whether a user of this role has the right."""
    return right in RIGHTS[role]
