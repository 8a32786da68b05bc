"""A page becomes HTML: every value escaped, and people masked for whoever may not see them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from processor.domain.role import ROLE_NAMES
from processor.scrub import mask_people
from processor.telling.story import OUTCOMES
from processor.telling.wording import EVENT_STATES, LANES, duration_text, state_text
from processor.text import Text
from processor.web.console.local import ago_text, iso_text, moment_text, number_text, percent_text
from processor.web.console.reply import Page
from processor.web.console.visit import Visit

FOLDER: Final = Path(__file__).parent
STATIC: Final = FOLDER / "static"


class Renderer:
    """Holds the templates; thread-safe."""

    def __init__(self) -> None:
        self._open = _environment(lambda value: value)
        self._masked = _environment(_mask)
        self._versions = {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in STATIC.iterdir() if file.is_file()
        }

    def html(self, page: Page, visit: Visit, *, now_ms: int, said: str = "") -> str:
        """The page as this visitor may see it; `said` is the notice above it."""
        shown = self._open if visit.may("people") or visit.user is None else self._masked
        return shown.get_template(page.template).render(
            **_shared(visit, now_ms), said=said, static=partial(self._static, visit), **page.values
        )

    def _static(self, visit: Visit, name: str) -> str:
        return f"{visit.url('/static')}/{name}?v={self._versions[name]}"


def _environment(finalize: Callable[[Any], Any]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["dict_with"] = lambda kept, **more: {**kept, **more}
    environment.globals |= {
        "role_names": ROLE_NAMES,
        "lane_names": LANES,
        "state_text": state_text,
        "event_states": EVENT_STATES,
        "outcome_names": OUTCOMES,
    }
    return environment


def _mask(value: Any) -> Any:
    """A viewer sees no phone and no e-mail, wherever a template prints one."""
    return mask_people(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _shared(visit: Visit, now_ms: int) -> dict[str, Any]:
    """What every template may use. `t("по-русски", "in English")`; times and numbers as the visitor writes them."""
    look = visit.look
    return {
        "visit": visit,
        "look": look,
        "language": look.language,
        "t": lambda ru, en: Text(ru, en).say(look.language),
        "say": visit.say,
        "url": visit.url,
        "may": visit.may,
        "csrf": visit.session.csrf if visit.session else "",
        "now_ms": now_ms,
        "number": partial(number_text, language=look.language),
        "percent": partial(percent_text, language=look.language),
        "moment": partial(moment_text, look=look, now_ms=now_ms),
        "ago": partial(ago_text, language=look.language, now_ms=now_ms),
        "iso": partial(iso_text, zone=look.zone),
        "duration": partial(duration_text, language=look.language),
    }
