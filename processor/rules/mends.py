"""Edits that mend what has the wrong shape: an entry put in, taken out, moved, wrapped or freed of its dash."""

from __future__ import annotations

import re
from collections.abc import Sequence

from processor.fault import Edit, Place
from processor.rules.report import Report
from processor.rules.tree import Listing, Scalar, Table, Tree

Edits = tuple[Edit, ...]

STEP = 2
"""Spaces that a level is indented by where we choose."""


def span(place: Place, text: str) -> Edit:
    """`text` in the place of what stands at `place`."""
    return Edit(place.line, place.column, place.line, place.column + place.length, text)


def put_first(tree: Tree, entry: str) -> Edits:
    """A new entry before the first of a table."""
    if not isinstance(tree, Table):
        return ()
    line, column = tree.place.line, tree.place.column
    if tree.flow:
        return (Edit(line, column + 1, line, column + 1, entry + (", " if tree.entries else "")),)
    if not tree.entries:
        return ()
    key = tree.entries[0][0].place
    return (Edit(key.line, key.column, key.line, key.column, f"{entry}\n{' ' * (key.column - 1)}"),)


def put_last(tree: Tree, entry: str) -> Edits:
    """A new entry behind the last of a table."""
    if not isinstance(tree, Table) or not tree.entries:
        return put_first(tree, entry)
    key, value = tree.entries[-1]
    if tree.flow:
        if tree.end_line != tree.place.line or not tree.place.length:
            return ()
        at = tree.place.column + tree.place.length - 1
        return (Edit(tree.place.line, at, tree.place.line, at, f", {entry}"),)
    end = _end(key, value) + 1
    return (Edit(end, 1, end, 1, f"{' ' * (key.place.column - 1)}{entry}\n"),)


def taken_out(table: Tree, key: Scalar, report: Report) -> Edits:
    """The entry of `key` gone; nothing when its bounds are not known."""
    value = _value_of(table, key)
    if value is None or not isinstance(table, Table):
        return ()
    if not table.flow:
        return _lines_out(key, value, report)
    if value.end_line != key.place.line or not value.place.length:
        return ()
    line = report.lines[key.place.line - 1]
    start, end = key.place.column - 1, value.place.column - 1 + value.place.length
    after = re.compile(r"\s*,\s*").match(line, end)
    if after:
        end = after.end()
    else:
        start = len(re.sub(r"\s*,\s*$", "", line[:start]))
    return (Edit(key.place.line, start + 1, key.place.line, end + 1, ""),)


def _value_of(table: Tree, key: Scalar) -> Tree | None:
    return next((value for one, value in table.entries if one is key), None) if isinstance(table, Table) else None


def _lines_out(key: Scalar, value: Tree, report: Report) -> Edits:
    """A block entry that has its lines for itself."""
    if report.lines[key.place.line - 1][: key.place.column - 1].strip():
        return ()  # it stands behind a dash, which must stay
    return (Edit(key.place.line, 1, _end(key, value) + 1, 1, ""),)


def _end(key: Scalar, value: Tree) -> int:
    return max(key.place.line, value.end_line)


def moved_into(table: Table, key: Scalar, name: str, report: Report) -> Edits:
    """The entry of `key` moved into the entry `name` beside it, which is made when there is none."""
    value = _value_of(table, key)
    if value is None or table.flow or not (out := _lines_out(key, value, report)):
        return ()
    lines = report.lines[key.place.line - 1 : _end(key, value)]
    target = next((one for other, one in table.entries if other.text == name), None)
    if target is None:
        inner = "".join(f"{' ' * STEP}{line}\n" for line in lines)
        made = f"{' ' * (key.place.column - 1)}{name}:\n{inner}"
        return (Edit(key.place.line, 1, _end(key, value) + 1, 1, made),)
    if not isinstance(target, Table) or any(other.text == key.text for other, _ in target.entries):
        return ()
    return _put_into(target, key, lines, out)


def _put_into(target: Table, key: Scalar, lines: Sequence[str], out: Edits) -> Edits:
    if target.flow:
        if len(lines) > 1 or target.end_line != target.place.line or not target.place.length:
            return ()
        entry = re.sub(r"\s+#.*$", "", lines[0].strip())
        at = target.place.column + target.place.length - 1
        return (*out, Edit(target.place.line, at, target.place.line, at, (", " if target.entries else "") + entry))
    if not target.entries:
        return ()
    first = target.entries[0][0].place
    deeper = first.column - key.place.column
    if deeper < 0:
        return ()
    return (*out, Edit(first.line, 1, first.line, 1, "".join(f"{' ' * deeper}{line}\n" for line in lines)))


def moved_beside(table: Table, key: Scalar, name: str, report: Report) -> Edits:
    """The entry of `key`, which stands inside the entry `name`, moved beside that entry."""
    value = _value_of(table, key)
    out = taken_out(table, key, report)
    if value is None or not out or len(table.entries) < 2 or _end(key, value) != key.place.line:
        return ()
    line = table.place.line - (0 if table.flow else 1)
    found = re.match(rf"(\s*(?:- )?){name}:", report.lines[line - 1]) if line >= 1 else None
    if found is None or not value.place.length:
        return ()
    written = report.lines[key.place.line - 1]
    entry = written[key.place.column - 1 : value.place.column - 1 + value.place.length]
    if table.flow:
        after = table.end_line + 1
        return (*out, Edit(after, 1, after, 1, f"{' ' * len(found[1])}{entry}\n"))
    if found[1].strip():
        return ()
    return (*out, Edit(line, 1, line, 1, f"{found[1]}{entry}\n"))


def brought_back(table: Table, key: Scalar, name: str, report: Report) -> Edits:
    """The line of `key`, which stands inside the entry `name`, with the indentation of that entry."""
    line = key.place.line
    above = table.place.line - 1
    found = re.match(rf"(\s*(?:- )?){name}:", report.lines[above - 1]) if above >= 1 and not table.flow else None
    if found is None or report.lines[line - 1][: key.place.column - 1].strip():
        return moved_beside(table, key, name, report)
    if key.place.column - 1 == len(found[1]):
        return ()  # it stands where it should, and the conditions above it are empty
    return (Edit(line, 1, line, key.place.column, " " * len(found[1])),)


def nested(tree: Tree, name: str, report: Report) -> Edits:
    """What stands here made the value of a new field `name`."""
    if isinstance(tree, Table) or (isinstance(tree, Scalar) and tree.is_null):
        return ()
    raw = report.raw(tree.place)
    if raw and tree.end_line == tree.place.line and (isinstance(tree, Scalar) or tree.flow):
        return (span(tree.place, f"{{{name}: {raw}}}"),)
    if not isinstance(tree, Listing) or tree.flow:
        return ()
    first = tree.place
    indent = " " * (first.column - 1)
    lines = report.lines[first.line - 1 : tree.end_line]
    if report.lines[first.line - 1][: first.column - 1].strip():
        return ()
    inner = "".join(f"{' ' * STEP}{line}\n" for line in lines)
    # A list may stand no deeper than its field; a field may not.
    deeper = " " * STEP if _as_deep(first, report) else ""
    made = f"{deeper}{indent}{name}:\n" + "".join(f"{deeper}{line}\n" for line in inner.splitlines())
    return (Edit(first.line, 1, tree.end_line + 1, 1, made),)


def _as_deep(first: Place, report: Report) -> bool:
    above = report.lines[first.line - 2] if first.line >= 2 else ""
    return len(above) - len(above.lstrip(" ")) >= first.column - 1 and not above.lstrip().startswith("- ")


def undashed(tree: Tree, report: Report) -> Edits:
    """A list of fields, `- tags: …`, made the fields themselves."""
    if not isinstance(tree, Listing) or tree.flow or not tree.items:
        return ()
    keys: list[str] = []
    edits = []
    for item in tree.items:
        if not isinstance(item, Table) or item.flow:
            return ()
        keys += [key.text for key, _ in item.entries]
        line = report.lines[item.place.line - 1]
        dash = line[: item.place.column - 1].rfind("-")
        if dash < 0 or line[:dash].strip():
            return ()
        edits.append(Edit(item.place.line, dash + 1, item.place.line, dash + 2, " "))
    return tuple(edits) if len(set(keys)) == len(keys) else ()


def dashed(tree: Tree, report: Report) -> Edits:
    """Fields that should be one item of a list, given their dash."""
    if not isinstance(tree, Table) or tree.flow or not tree.entries:
        return ()
    first = tree.entries[0][0].place
    edits = [Edit(first.line, first.column, first.line, first.column, "- ")]
    last = max(_end(key, value) for key, value in tree.entries)
    if report.lines[first.line - 1][: first.column - 1].strip():
        return ()
    for number in range(first.line + 1, last + 1):
        if report.lines[number - 1].strip():
            edits.append(Edit(number, 1, number, 1, " " * STEP))
    return tuple(edits)
