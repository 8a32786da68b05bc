"""UTM that a rule asks for in vain, or writes beside us."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from processor.domain.look import UTM_PARTS
from processor.domain.rule import Ruleset
from processor.fault import Fault
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.written import Written
from processor.text import Text

_NAMES: Final = frozenset(f"utm_{part}" for part in UTM_PARTS)


def utm(ruleset: Ruleset, rules: Sequence[Written]) -> Iterator[Fault]:
    """Warnings for `utm:` that has no effect and for variables that UTM may be written to as well."""
    for written in rules:
        for effect in written.effects:
            if effect.kind == "utm" and effect.value != "off" and ruleset.utm_as == "off":
                text = Text(
                    f"utm: {effect.value} ничего не даст: в файле utm_as: off",
                    f"utm: {effect.value} does nothing: the file says utm_as: off",
                )
                yield warning("utm.unused", text, effect.scalar.place)
            elif effect.kind == "variable" and effect.name in _NAMES and ruleset.utm_as == "auto":
                name = effect.name
                text = Text(
                    f"в «{name}» пишет и utm_as: auto, если поле UTM в Watbot не сохраняется",
                    f'"{name}" is written by utm_as: auto too, if Watbot keeps no UTM in the contact',
                )
                expected = Text("другое имя, или utm_as: field либо off", "another name, or utm_as: field or off")
                yield warning("variable.utm", text, effect.scalar.place, expected)
