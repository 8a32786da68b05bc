"""What Watbot calls things is known at one place; a change of its API is mended there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tests.code.tree import OURS, Module, modules, no_stale, none, within
from workers.watbot import wire

NAMES_ELSEWHERE: Mapping[str, str] = {
    "processor/telling/story.py": "tells people each call by Watbot's own name; processor never imports workers",
    "processor/scrub.py": "hides the token in any text, also a library's; processor never imports workers",
}


def _own_names() -> dict[str, str]:
    """The methods and the token's parameter -> what wire.py calls them."""
    return {value: name for name, value in vars(wire).items() if name.isupper() and isinstance(value, str)}


def _constants(module: Module) -> Iterator[ast.Constant]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_methods_and_the_token_are_named_only_in_wire() -> None:
    names = _own_names()
    assert {"createOrUpdateContact", "setYsellStatus", "getContacts", "api_token"} <= set(names)
    found = [
        (str(module.path), f"{module.at(node.lineno)} {node.value}: wire.{names[str(node.value)]}")
        for module in modules(*OURS)
        if not within(module.name, ["processor.sandbox", "workers.watbot.wire"])
        for node in _constants(module)
        if node.value in names
    ]
    none((text for path, text in found if path not in NAMES_ELSEWHERE), "Take it from workers/watbot/wire.py.")
    no_stale(NAMES_ELSEWHERE, (path for path, _ in found))
