"""THE table of keys: every name in the store, its type, how long it lives and why.

Scripts get the same names as a Lua table `K`, made from this one.
"""

from __future__ import annotations

from dataclasses import dataclass

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Key:
    """One family of keys. `name` ending in a colon is a prefix. `lives` says what ends it, or why nothing does."""

    name: str
    kind: str
    lives: str
    holds: str


_DEAD = "dead letters by when they became so: contact, space, refused element; none: the contact is parked"
_BOOK = "the last 200, and those whose text events still need"

KEYS: dict[str, Key] = {
    "sequence": Key("wh:seq", "string", "for ever: one number, stamps must only grow", "the journal's last number"),
    "clock": Key("wh:clock", "string", "for ever: one number", "when (ms) the last delivery arrived, never going back"),
    "dedupe": Key("wh:dd:", "string", "DEDUPE_DAYS", "delivery key's digest -> id of the first delivery"),
    "delivery": Key("wh:d:", "string", "JOURNAL_DAYS after it is finished", "a raw delivery (msgpack)"),
    "event": Key("wh:e:", "hash", "JOURNAL_DAYS after it is finished", "state, wishes outstanding and refused"),
    "story": Key("wh:s:", "list", "JOURNAL_DAYS after it is finished", "what happened to an event, JSON, oldest first"),
    "journal": Key("wh:journal", "zset", "members leave with their event (sweep)", "ids by the journal's number"),
    "deliveries_ready": Key("wh:in:ready", "zset", "members leave when taken", "deliveries to apply, by number"),
    "deliveries_lease": Key("wh:in:lease", "zset", "members leave when applied", "deliveries being applied, by expiry"),
    "thin_due": Key("wh:thin:due", "zset", "members leave when claimed", "thin deliveries to fetch, by when due"),
    "thin_lease": Key("wh:thin:lease", "zset", "members leave when fetched", "deliveries being fetched, by expiry"),
    "later_due": Key("wh:later:due", "zset", "members leave when claimed", "event, number in it, due time: by that"),
    "later_lease": Key("wh:later:lease", "zset", "members leave when they have acted", "the same, claimed: by expiry"),
    "past": Key("wh:past:", "zset", "19200 h after the last event, as each member", "a contact's events, by stamp"),
    "fetched": Key("wh:f:", "hash", "JOURNAL_DAYS after it is finished", "what a sender's API told: want -> document"),
    "sender": Key("wh:sender:", "hash", "1 h after the last visit", "when a sender's API may be asked, failures"),
    "bell_fetch": Key("wh:bell:fetch", "string", "1 s, or until it is answered", "a doorbell is on its way"),
    "bell_later": Key("wh:bell:later", "string", "1 s, or until it is answered", "a doorbell is on its way"),
    "bell_apply": Key("wh:bell:apply", "string", "1 s, or until it is answered", "a doorbell is on its way"),
    "bell_reconcile": Key("wh:bell:reconcile", "string", "1 s, or until it is answered", "a doorbell is on its way"),
    "contact": Key("wh:c:", "hash", "CONTACT_DAYS idle; never while something is wanted", "wanted, delivered, known"),
    "ready": Key("wh:ready", "zset", "members leave when claimed", "contacts with wishes, by lane and age"),
    "lease": Key("wh:lease", "zset", "members leave when released", "contacts being reconciled, by expiry"),
    "holder": Key("wh:holder", "hash", "fields leave with the lease", "contact -> fence of its holder"),
    "fence": Key("wh:fence", "string", "for ever: one number, fences must only grow", "the last fence"),
    "due": Key("wh:due", "zset", "members leave when due", "contacts that settle or wait for a retry, by time"),
    "sync": Key("wh:sync:", "hash", "for ever: a few fields for each bot", "how far a bot's first sync has come"),
    "dead": Key("wh:dead", "zset", "members leave when mended, retried, dropped, or after JOURNAL_DAYS", _DEAD),
    "slots": Key("wh:pace:slots", "zset", "twice the longest period of the rate", "departures of calls, by time"),
    "waiting": Key("wh:pace:waiting", "hash", "60 s after the last look", "processes that wait for a slot, in order"),
    "gate": Key("wh:pace:gate", "hash", "for ever: a few fields", "failures in a row, the trial, what 429s taught"),
    "block": Key("wh:pace:block", "string", "its own end, at most 1 h", "until when the account must rest, and why"),
    "account": Key("wh:account", "hash", "for ever: a few fields", "what the account is known to do; its last success"),
    "counts": Key("wh:n:", "hash", "9600 h", "a day's calls: asked, made, spared by rule; matches; by outcome"),
    "series": Key("wh:series:", "hash", "1080 h; minutes 26 h", "what went by: events in, changes out, calls; by time"),
    "refused": Key("wh:refused:", "zset", "JOURNAL_DAYS after the last, as each member", "a source's last refusals"),
    "refused_counts": Key("wh:refused-counts:", "hash", "JOURNAL_DAYS", "a day's refusals, by source and code"),
    "workers": Key("wh:workers", "zset", "members leave 60 s after their last beat", "living workers, by last beat"),
    "users": Key("wh:users", "hash", "for ever: people leave when removed", "who may enter the console: name -> user"),
    "first_key": Key("wh:first-key", "string", "24 h, or until it is used", "digest of the key to the first account"),
    "session": Key(
        "wh:session:", "hash", "720 h at most: SESSION_HOURS after it was last seen", "a browser's session, by digest"
    ),
    "sessions": Key("wh:sessions:", "zset", "720 h after the last login", "digests of a user's sessions"),
    "attempts": Key("wh:attempts:", "string", "15 min after the first", "attempts to log in, by who tried"),
    "audit": Key("wh:audit", "stream", "members leave past the last 10,000", "what people did in the console"),
    "rules": Key("wh:rules:", "string", "2 x JOURNAL_DAYS after their last use", "a version of the rules, as text"),
    "book": Key("wh:book", "hash", f"fields leave with their version: {_BOOK}", "number -> a version (JSON)"),
    "book_texts": Key("wh:book-texts", "hash", "fields leave with their last version", "version -> text, deflated"),
    "book_pending": Key("wh:book-pending", "string", "1 h, or until the file holds it", "what is being published"),
    "draft": Key("wh:draft:", "hash", "720 h after the last change", "a user's draft of the rules, its base, revision"),
    "book_lock": Key("wh:book-lock", "string", "15 s, or until it is given back", "who publishes"),
}


def lua_table() -> str:
    """The table as the Lua source `local K = {...}`."""
    names = ", ".join(f"{short} = '{key.name}'" for short, key in KEYS.items())
    return f"local K = {{{names}}}\n"


def name_of(short: str, own: str = "") -> str:
    """The full name of a key, such as name_of("event", id)."""
    return KEYS[short].name + own
