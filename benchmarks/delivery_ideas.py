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


_FIRST = "local first = redis.call('ZRANGE', K.ready, 0, 0, 'WITHSCORES')\n"
_BEST_LANE = (
    _FIRST
    + """
if first[1] then
  local lane = math.floor(tonumber(first[2]) / BAND)
  local from, to = lane * BAND, '(' .. (lane + 1) * BAND
"""
)


def newest_first(world: World) -> None:
    """Within the best lane claim whoever came last: many wait little, a few for very long."""
    newest = "first = redis.call('ZREVRANGEBYSCORE', K.ready, to, from, 'WITHSCORES', 'LIMIT', 0, 1)\nend\n"
    _exchange(world, ("claim",), _FIRST, _BEST_LANE + newest)


def fewest_calls_first(world: World) -> None:
    """Among the first hundred of the best lane claim whoever needs the fewest urgent calls."""
    choose = """
  local some, least = redis.call('ZRANGEBYSCORE', K.ready, from, to, 'WITHSCORES', 'LIMIT', 0, 100), nil
  for i = 1, #some, 2 do
    local calls, shared = 0, false
    for _, element in ipairs(redis.call('HKEYS', K.contact .. some[i])) do
      local kind = string.match(element, '^w:(%a+)')
      if kind == 'status' then calls = calls + 1 elseif kind == 'tag' or kind == 'utm' then shared = true end
    end
    calls = calls + (shared and 1 or 0)
    if not least or calls < least then least, first = calls, {some[i], some[i + 1]} end
  end
end
"""
    _exchange(world, ("claim",), _FIRST, _BEST_LANE + choose)


def most_events_first(world: World) -> None:
    """Among the first hundred of the best lane claim whoever has the most events waiting for urgent calls."""
    choose = """
  local some, most = redis.call('ZRANGEBYSCORE', K.ready, from, to, 'WITHSCORES', 'LIMIT', 0, 100), nil
  for i = 1, #some, 2 do
    local flat, seen, events = redis.call('HGETALL', K.contact .. some[i]), {}, 0
    for j = 1, #flat, 2 do
      local kind = string.match(flat[j], '^w:(%a+)')
      if kind == 'status' or kind == 'tag' or kind == 'utm' then
        local event = body_of(flat[j + 1]).event
        if not seen[event] then seen[event], events = true, events + 1 end
      end
    end
    if not most or events > most then most, first = events, {some[i], some[i + 1]} end
  end
end
"""
    _exchange(world, ("claim",), _FIRST, _BEST_LANE + choose)


def strict_lanes(world: World) -> None:
    """No share for the lower lanes."""
    _exchange(world, ("claim",), "LOWER_EACH, LANES_BELOW = 20,", "LOWER_EACH, LANES_BELOW = 1e15,")


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
    "fewest-calls-first": fewest_calls_first,
    "most-events-first": most_events_first,
    "strict-lanes": strict_lanes,
    "calm-settles": calm_settles,
}
