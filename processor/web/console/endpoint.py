"""An address of the console: who may ask for it, and which page answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from processor.domain.role import Right
from processor.web.console.desk import Desk
from processor.web.console.reply import Reply
from processor.web.console.visit import Visit

Access = Right | Literal["anyone"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` is a pattern below `/console`, such as `/events/{id}`; `anyone` needs no session."""

    method: Literal["GET", "POST"]
    path: str
    access: Access
    page: Callable[[Desk, Visit], Reply]
