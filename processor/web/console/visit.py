"""One request to the console as its pages see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from processor.domain.role import Right, Role, may
from processor.store.sessions import Session
from processor.store.users import User
from processor.text import Language, Text

Theme = Literal["auto", "light", "dark"]
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """How a visitor wants to see pages."""

    language: Language
    theme: Theme
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for what. `client` is the address, `prefix` the path under which a proxy serves us (`/hooks-app`).

    `named` holds what the address's pattern names, `query` and `form` the last value of each field.
    """

    path: str
    look: Look
    client: str
    agent: str
    prefix: str = ""
    secure: bool = False
    user: User | None = None
    session: Session | None = None
    named: Fields = field(default_factory=lambda: MappingProxyType({}))
    query: Fields = field(default_factory=lambda: MappingProxyType({}))
    form: Fields = field(default_factory=lambda: MappingProxyType({}))

    @property
    def role(self) -> Role | None:
        """None for a stranger."""
        return self.user.role if self.user else None

    def may(self, right: Right) -> bool:
        """Whether the visitor has the right."""
        return self.user is not None and may(self.user.role, right)

    def say(self, text: Text) -> str:
        """`text` in the visitor's language."""
        return text.say(self.look.language)

    def url(self, path: str) -> str:
        """The address of a console's page: `url("/queue")`."""
        return f"{self.prefix}/console{path}"
