"""In a real store, at every step of the line, each key is the table's: its name, its type, and what will end it."""

from __future__ import annotations

import redis

from processor.clock import SystemClock
from processor.domain.known import Known
from processor.domain.wish import stamp_of
from processor.rate import parse_rate
from processor.settings import Settings
from processor.store.account import learn
from processor.store.attempts import too_many
from processor.store.audit import Deed, note
from processor.store.contacts import Claim, Record, claim, record
from processor.store.deliveries import take, wish
from processor.store.drafts import save_draft
from processor.store.keys import KEYS, name_of
from processor.store.pace import Pace
from processor.store.refused import Counted
from processor.store.sessions import open_session
from processor.store.sweep import sweep
from processor.store.sync import ask_sync
from processor.store.thin import claim_thin, put_aside, settle, visit, visited
from processor.store.users import User, first_user
from processor.store.users import begin as begin_users
from processor.store.versions import Version, begin, end, enter
from processor.text import Text
from tests.code.watch import Watch
from tests.harness.remembered import HOUR_MS, ago, applied, claimed, entry
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, REFUSAL, delivery, refuse, status, take_in
from tests.harness.waiting import wait_until

_DAYS = Settings()


def _apply(client: redis.Redis, event: str, *numbers: int) -> None:
    """One delivery's wishes, stamped by their numbers, as the worker writes them."""
    wishes = [status(f"status {number}", stamp_of(number, 9_000, number), event) for number in numbers]
    wish(
        client,
        event,
        state="planned" if wishes else "ignored",
        story={"what": "applied"},
        fields={"type": "order.created"},
        contacts=[(CONTACT, 1_000, wishes)] if wishes else [],
        rules=("v1", "version: 1"),
        journal_days=_DAYS.journal_days,
    )


def _fetch(client: redis.Redis, event: str, watch: Watch) -> None:
    """One delivery that its sender is asked for."""
    put_aside(client, event, after_ms=0, story={"what": "thin"})
    watch.look("a thin delivery put aside")
    visit(client, "account", gap_ms=1, wait_ms_max=0, trial_ms=1)
    held = claim_thin(client, lease_ms=60_000)
    assert held
    watch.look("a thin delivery claimed")
    settle(client, held, "told", story={"what": "fetched"}, documents={"lead:7": {}})
    watch.look("a thin delivery fetched")
    visited(client, "account", gap_ms=1, rest_ms=1)
    assert len(take(client, most=9, lease_ms=60_000)) == 1


def _publish(client: redis.Redis, watch: Watch) -> None:
    """One version of the rules: begun, recorded, ended."""
    version = Version("v1", "anna", 1, "published", 10, id="one")
    assert begin(client, "token", version)
    watch.look("a publication begun")
    enter(client, version, "version: 1")
    end(client, "token")
    watch.look("a version recorded")


def _delay(client: redis.Redis, event: str, watch: Watch) -> None:
    """One delivery that is remembered and whose delayed rule is due at once."""
    applied(client, event, entries=[entry(event, ago(client, 0), 200)], later=[(0, ago(client, HOUR_MS), "R")])
    watch.look("a delayed rule waits")
    due = claimed(client)
    watch.look("a delayed rule claimed")
    assert applied(client, event, timer=due.timer).state == "planned"


def _claimed(client: redis.Redis, *, lease_ms: int = 60_000) -> Claim:
    held = claim(client, lease_ms=lease_ms)
    assert isinstance(held, Claim)
    return held


def _write(client: redis.Redis, held: Claim, entry: Record) -> None:
    days = {"journal_days": _DAYS.journal_days, "contact_days": _DAYS.contact_days}
    written, _ = record(client, held, entry, **days)
    assert written


def _all_end(client: redis.Redis, *names: str) -> None:
    for name in names:
        assert client.pttl(name) > 0, f"{name} must end once nobody waits for it"


def test_every_row_of_the_table_comes_to_life_and_every_key_is_as_its_row_says(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    watch = Watch(store)
    ids, _ = take_in(store_process.settings, [(delivery("one"), "1"), (delivery("two"), "2"), (delivery("three"), "1")])
    assert ids == ["one", "two", "one"], "the third is a repetition"
    watch.look("intake")
    assert len(take(store, most=9, lease_ms=60_000)) == 2
    watch.look("take")
    _fetch(store, "two", watch)
    _apply(store, "one", 1, 2)
    _delay(store, "two", watch)
    watch.look("wish")
    held = _claimed(store)
    watch.look("claim")
    pace = Pace(store, parse_rate("2/s,120/m"), SystemClock())
    assert pace.near()
    watch.look("a wait for a slot")
    departure = pace.depart()
    assert departure
    pace.landed(departure, "ok")
    pace.rest(60_000, "throttled")
    learn(store, tags="add", utm="stored")
    ask_sync(store, 1, "first")
    sweep(store, worker="one")
    watch.look("pace, block, account, sync and sweep")
    _write(store, held, Record(known=Known(watbot_id=7), then="retry", delay_ms=60_000))
    watch.look("record of a failure")
    store.zadd(name_of("due"), {CONTACT: 0})
    sweep(store, worker="one")
    held = _claimed(store)
    _write(store, held, Record(refused=[(one, "refused") for one in held.state.wanted.values()]))
    watch.look("record of a refusal")
    refuse(store_process.settings, {Counted(20_000, "shop", "token_missing"): 2}, [REFUSAL])
    watch.look("a refusal at the door")
    _publish(store, watch)
    key = begin_users(store)
    assert key
    watch.look("the key to the first account")
    first_user(store, User(name="Olga", role="owner", password="", since_ms=0), key)
    open_session(store, "Olga", address="127.0.0.1", agent="", idle_hours=1)
    assert too_many(store, "olga", "127.0.0.1") is None
    note(store, Deed("Olga", "/queue/retry", Text("повтор", "retried")))
    watch.look("a user, a session, an attempt, a deed")
    save_draft(store, "Olga", "version: 1", "v1")
    watch.look("a draft")
    assert watch.seen == set(KEYS), f"never came to life: {set(KEYS) - watch.seen}"


def test_what_is_finished_ends_by_itself(store_process: StoreProcess, store: redis.Redis) -> None:
    watch = Watch(store)
    take_in(store_process.settings, [(delivery("old"), "1"), (delivery("new"), "2"), (delivery("bad"), "3")])
    take(store, most=9, lease_ms=60_000)
    _apply(store, "old", 1)
    _apply(store, "new", 2)
    watch.look("a newer wish")
    held = _claimed(store)
    settled = {element: one.stamp for element, one in held.state.wanted.items()}
    _write(store, held, Record(settled=settled, stories=[("new", {"what": "called"})], then="release"))
    watch.look("a release")
    _apply(store, "bad", 3)
    held = _claimed(store)
    _write(store, held, Record(refused=[(one, "too long") for one in held.state.wanted.values()], then="release"))
    watch.look("a refusal")
    finished = [name_of(short, event) for short in ("delivery", "event", "story") for event in ("old", "new", "bad")]
    _all_end(store, *finished, name_of("contact", CONTACT))


def test_what_a_dead_worker_held_is_brought_back_and_still_ends(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    watch = Watch(store)
    take_in(store_process.settings, [(delivery("one"), "1")])
    take(store, most=1, lease_ms=1)
    wait_until(lambda: sweep(store, worker="w").deliveries_back, what="the lease of the delivery ends")
    watch.look("a sweep of deliveries")
    _apply(store, "one", 1)
    for _ in range(4):
        _claimed(store, lease_ms=1)
        wait_until(lambda: sweep(store, worker="w").leases_expired, what="the lease of the contact ends")
        watch.look("a sweep of contacts")
        if store.zcard(name_of("due")):  # its pause is over
            store.zadd(name_of("due"), {CONTACT: 0})
        sweep(store, worker="w")
    held = _claimed(store)
    _write(store, held, Record(settled={e: w.stamp for e, w in held.state.wanted.items()}, then="release"))
    watch.look("a release")
    _all_end(store, name_of("event", "one"), name_of("contact", CONTACT))


def test_a_repetition_of_what_has_aged_leaves_nothing_that_never_ends(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    """DEDUPE_DAYS may be longer than JOURNAL_DAYS: the event is gone, its digest still knows it."""
    watch = Watch(store)
    take_in(store_process.settings, [(delivery("one"), "1")])
    take(store, most=1, lease_ms=60_000)
    _apply(store, "one")
    store.delete(*(name_of(short, "one") for short in ("delivery", "event", "story")))
    ids, _ = take_in(store_process.settings, [(delivery("again"), "1")])
    assert ids == ["one"]
    watch.look("a repetition")
    sweep(store, worker="w")
    assert store.zcard(name_of("journal")) == 0
