"""Turn what stands at a place into another value by the smallest changes: what stays equal is not touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from processor.rules.edit.bare import Bare, Path, at, bare_of_value, same
from processor.rules.edit.draft import Draft
from processor.rules.edit.render import Value


def become(draft: Draft, path: Path, value: Value) -> None:
    """Fields and items that differ are put, added and removed one by one. Raises EditRefused."""
    held, wanted = at(draft.bare, path), bare_of_value(value)
    if same(held, wanted):
        return
    if draft.is_shared(path):
        draft.put(path, value)
    elif isinstance(value, Mapping) and value and isinstance(held, dict) and set(held) & set(value):
        for name in [name for name in held if name not in value]:
            draft.remove((*path, name))
        for name, each in value.items():
            if draft.has((*path, name)):
                become(draft, (*path, name), each)
            else:
                draft.put((*path, name), each)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value and isinstance(held, list) and held:
        _items(draft, path, held, value)
    else:
        draft.put(path, value)


def _items(draft: Draft, path: Path, held: list[Bare], value: Sequence[Value]) -> None:
    wanted = [bare_of_value(each) for each in value]
    olds, news = [repr(one) for one in held], [repr(one) for one in wanted]
    changes = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    if not any(tag == "equal" for tag, *_ in changes) and len(held) != len(wanted):
        draft.put(path, value)
        return
    for tag, a, b, c, d in reversed(changes):
        if tag == "equal":
            continue
        common = min(b - a, d - c)
        for place in range(common):
            become(draft, (*path, a + place), value[c + place])
        for place in reversed(range(a + common, b)):
            draft.remove((*path, place))
        for offset, each in enumerate(value[c + common : d]):
            draft.insert(path, a + common + offset, each)
