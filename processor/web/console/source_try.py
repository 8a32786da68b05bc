"""Try a source with a sample of its sender: proven, read and matched as a delivery is, and then let go.

Nothing is stored: neither the journal nor a worker nor Watbot ever sees the sample, whatever its rules say. So it may
carry the type of a real event, and shows the rules that real ones will meet.
"""

from __future__ import annotations

from typing import Any, Final

from processor.domain.nearest import nearest_misses
from processor.domain.plan import plan
from processor.domain.rule import Ruleset
from processor.domain.source import Source
from processor.errors import ProofRefused, Unreadable
from processor.intake import Admitted, admit
from processor.sources.registry import preset_of
from processor.sources.samples.registry import sample_of
from processor.story import Explained, explain_delivery
from processor.telling.story import flat, plain, value_text
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Reply
from processor.web.console.source_page import source_named
from processor.web.console.visit import Visit

EVENT_ID: Final = "test"


def try_source(desk: Desk, visit: Visit) -> Reply:
    """What a delivery of this sender would come to. Raises NotFound."""
    of = source_named(desk, visit.named["name"])
    return Page("source_try.html", {"source": of, **tried(of, desk.book.current(), desk.clock.now_ms())})


def tried(of: Source, rules: Ruleset, now_ms: int) -> dict[str, Any]:
    """The sample through the receiver's own door, up to where a delivery would be stored. Pure."""
    preset = preset_of(of)
    inbound = sample_of(of, now_ms)
    body = inbound.body.decode().replace(of.keys[0], "***") if of.keys else inbound.body.decode()  # VK's holds it
    about: dict[str, Any] = {
        "inbound": inbound,
        "body": body,
        "problem": None,
        "found": (),
        "wants": (),
        "unfilled": (),
    }
    try:
        admitted = admit(inbound, of, preset, now_ms)
        if not isinstance(admitted, Admitted):
            return about | {"problem": Text("принято за рукопожатие", "taken for a handshake")}
        delivery = admitted.delivery
        preset.normalise(delivery, of)
        about |= {"wants": preset.wants(delivery, of), "unfilled": preset.unfilled(delivery, of)}
    except (ProofRefused, Unreadable) as error:
        return about | {"problem": error.text}
    return about | {"found": [_shown(one, rules) for one in explain_delivery(delivery, rules)]}


def _shown(one: Explained, rules: Ruleset) -> dict[str, Any]:
    planned = plan(rules, one.event, stamp=one.stamp, event_id=EVENT_ID, earlier=one.earlier)
    wishes = [wish for contact in planned.contacts for wish in contact.wishes]
    return {
        "event": one.event,
        "fields": list(flat(plain(one.event))),
        "rules": one.rules,
        "matched": [rule for rule in one.rules if rule.outcome == "matched"],
        "nearest": nearest_misses(one.rules),
        "wishes": [(wish.element, value_text(wish.value), wish.rule) for wish in wishes],
        "problems": planned.problems,
    }
