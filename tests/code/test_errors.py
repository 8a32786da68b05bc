"""The pages of errors, at the top of their files, are what the code has."""

from __future__ import annotations

import ast
import re
from types import ModuleType

import pytest

import processor.errors
import workers.watbot.errors
from processor.errors import WatbotHooksError
from tests.code.tree import OURS, modules, none

_BRANCH = re.compile(r"^(?P<bars>(?:│   |    )*)(?:├── |└── )(?P<name>\w+)(?P<about>.*)$")
_PAGES = {processor.errors: "WatbotHooksError", workers.watbot.errors: "WatbotError"}


def _drawn(page: ModuleType) -> dict[str, str]:
    """Each error of the page's tree -> the error it hangs on."""
    line_of = [_PAGES[page]]
    found = {}
    for line in (page.__doc__ or "").splitlines():
        branch = _BRANCH.match(line)
        if branch:
            depth = len(branch["bars"]) // 4 + 1
            line_of[depth:] = [branch["name"]]
            found[branch["name"]] = line_of[depth - 1]
    return found


def _written(page: ModuleType) -> dict[str, str]:
    classes = [one for one in vars(page).values() if isinstance(one, type) and issubclass(one, WatbotHooksError)]
    own = [one for one in classes if one.__module__ == page.__name__ and one.__name__ != _PAGES[page]]
    return {one.__name__: one.__bases__[0].__name__ for one in own}


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.__name__))
def test_the_page_draws_every_error_where_it_hangs(page: ModuleType) -> None:
    assert _PAGES[page] in (page.__doc__ or "").splitlines(), "the root stands on a line of its own"
    assert _drawn(page) == _written(page), f"mend the tree at the top of {page.__name__}, or the classes"


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.__name__))
def test_the_page_says_of_every_error_what_it_means(page: ModuleType) -> None:
    branches = [found for line in (page.__doc__ or "").splitlines() if (found := _BRANCH.match(line))]
    silent = {branch["name"] for branch in branches if not branch["about"].strip()}
    assert silent <= set(_drawn(page).values()), "only what has others below it may stand without a word"


def test_no_error_of_ours_hides_in_another_file() -> None:
    """Whoever catches our errors finds all of them on these pages; the sandbox has its own."""
    roots = {*_PAGES.values(), *(name for page in _PAGES for name in _written(page))}
    pages = {page.__name__ for page in _PAGES}
    hidden = [
        f"{module.at(node.lineno)} {node.name}"
        for module in modules(*OURS)
        if module.name not in pages
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and roots & {ast.unparse(base) for base in node.bases}
    ]
    none(hidden, "Move it to processor/errors.py or workers/watbot/errors.py, and draw it in the tree.")
