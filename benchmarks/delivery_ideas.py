"""Experiments: each changes a world before its day begins; `--idea NAME` runs the day with it.

An idea exchanges text in a script, changes what `world.book` reads, or replaces a part of `world.reconciler`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.harness.simulated_world import World

Idea = Callable[[World], None]


def none(_world: World) -> None:
    """The code as it is."""


def one_lane(world: World) -> None:
    """Everything is urgent: by age alone, a contact is brought up to date in one turn."""
    text = world.book.path.read_text("utf-8")
    world.book.path.write_text(text.replace("    when:", "    urgent: true\n    when:"), "utf-8")
    world.book.load()


def settled(world: World) -> None:
    """Everything waits three seconds for what else comes of the same contact."""
    text = world.book.path.read_text("utf-8")
    world.book.path.write_text(text.replace("bot: 1\n", "bot: 1\nsettle: 3s\n", 1), "utf-8")
    world.book.load()


def newest_first(world: World) -> None:
    """Claim whoever came last: merges most, starves whoever came early."""
    _exchange(world, ("claim",), "K.ready, 0, 0,", "K.ready, -1, -1,")


def calm_settles(world: World) -> None:
    """In the calm lane a change that is wished again begins to wait anew: who just changed may change again."""
    kept = "if place < string.sub(body, 1, PLACE) then"
    _exchange(world, ("wish",), kept, "if place < string.sub(body, 1, PLACE) and string.sub(place, 1, 1) == '0' then")


def _exchange(world: World, scripts: tuple[str, ...], old: str, new: str) -> None:
    """Other text in scripts, from the next time they are shown to the server."""
    for name in scripts:
        before = world.client.changes.get(name, str)

        def changed(text: str, before: Callable[[str], str] = before) -> str:
            text = before(text)
            if old not in text:
                raise LookupError(f"the script no longer has: {old}")
            return text.replace(old, new)

        world.client.changes[name] = changed


IDEAS: Mapping[str, Idea] = {
    "none": none,
    "one-lane": one_lane,
    "settled": settled,
    "newest-first": newest_first,
    "calm-settles": calm_settles,
}
