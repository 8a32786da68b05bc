"""Arrows run only as they are drawn in rooms.py."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.code.imports import Import, hidden, imports, standard
from tests.code.rooms import ARROWS, ONLY, PURE, room_of
from tests.code.tree import OURS, PYTHON, ROOT, modules, none, within

# Distributions whose module has another name, and those that we need without importing them.
_NAMES = {
    "argon2-cffi": "argon2",
    "google-re2": "re2",
    "markdown-it-py": "markdown_it",
    "phonenumberslite": "phonenumbers",
    "python-dotenv": "dotenv",
    "python-liquid": "liquid",
    "python-multipart": "python_multipart",
    "ruamel-yaml": "ruamel",
}
_NOT_IMPORTED = {
    "sniffio": "httpcore looks for it at each request and is slower without it",
}


def _outside(one: Import) -> bool:
    return one.library not in OURS and not standard(one.library)


def test_every_module_stands_in_a_room() -> None:
    missing = []
    for module in modules(*OURS):
        try:
            room_of(module.name)
        except KeyError:
            missing.append(str(module.path))
    none(missing, "Give the new file a row in ARROWS of tests/code/rooms.py: what may it import of ours?")


def test_every_room_imports_only_the_rooms_it_may() -> None:
    wrong = [
        f"{one}: {room_of(one.by.name)} has no arrow to {room_of(one.target)}"
        for one in imports(*OURS)
        if one.library in OURS
        and room_of(one.target) != room_of(one.by.name)
        and room_of(one.target) not in ARROWS[room_of(one.by.name)]
    ]
    none(wrong, "Hand in what is needed, or move it to a room that both may import.")


def test_the_side_that_takes_in_never_imports_the_side_that_calls() -> None:
    assert not any(
        within(target, ["workers"]) for room in ARROWS if within(room, ["processor"]) for target in ARROWS[room]
    )
    assert not any(
        within(target, ["processor.web", "processor.commands", "processor.sandbox"])
        for room in ARROWS
        if within(room, ["workers"])
        for target in ARROWS[room]
    )


def test_no_import_is_hidden_from_these_tests() -> None:
    none(
        (found for module in modules(*OURS) for found in hidden(module)),
        "Import absolutely, by name, at the top of the file; a cycle that this shows must be cut, not hidden.",
    )


@pytest.mark.parametrize("library", ONLY)
def test_a_library_is_imported_only_where_its_room_is(library: str) -> None:
    wrong = [str(one) for one in imports(*OURS) if one.library == library and not within(one.by.name, ONLY[library])]
    allowed = "; ".join(f"{room} ({why})" for room, why in ONLY[library].items())
    none(wrong, f"Only these may import {library}: {allowed}.")


def test_the_table_of_libraries_is_whole_and_not_stale() -> None:
    used = {
        (one.library, room)
        for one in imports(*OURS)
        if _outside(one)
        for room in ONLY.get(one.library, {"?": ""})
        if room == "?" or within(one.by.name, [room])
    }
    listed = {(library, room) for library, rooms in ONLY.items() for room in rooms}
    none(
        (f"{library}: no row in ONLY" for library, room in used - listed), "Say in rooms.py who may import it, and why."
    )
    none((f"{library}: {room}" for library, room in listed - used), "Nobody there imports it: take the row out.")


def test_the_pure_room_sees_neither_time_nor_machine() -> None:
    wrong = [
        str(one)
        for one in imports(*OURS)
        if within(one.by.name, ["processor.domain"]) and standard(one.library) and not within(one.target, PURE)
    ]
    none(wrong, "processor/domain is pure: take the time, the chance or the text as an argument.")


def test_every_dependency_is_used() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    imported = {one.library for one in imports(*PYTHON)}
    runtime = {one.library for one in imports(*OURS)}
    wrong = []
    for line in told["project"]["dependencies"]:
        name = re.split(r"[\[<>=~!; ]", line, maxsplit=1)[0].replace(".", "-")
        library = _NAMES.get(name, name.replace("-", "_"))
        if library not in runtime and name not in _NOT_IMPORTED:
            where = "only by tests: move it to the group dev" if library in imported else "by nobody: take it out"
            wrong.append(f"{name} is imported {where}")
    none(wrong, "Every dependency in pyproject.toml is a promise to the one who installs us.")
