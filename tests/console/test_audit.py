"""Whatever people do is noted: who, what, from where."""

from __future__ import annotations

import redis

from processor.store.audit import Deed, deeds, note
from processor.text import Text
from tests.harness.visitor import Visitor


def test_what_was_done_is_told_and_what_was_refused_is_not(store: redis.Redis, owner: Visitor, viewer: Visitor) -> None:
    owner.post("/people/add", name="Second", password="a password of ten", role="viewer")
    owner.post("/people/remove", name="nobody")
    viewer.post("/people/remove", name="Second")
    told = [(deed.who, deed.what, deed.said.en) for deed in deeds(store, limit=9)]
    assert told == [
        ("Olga", "/people/add", "added: Second"),
        ("Vera", "/login", "logged in"),
        ("Olga", "/login", "logged in"),
    ]
    page = owner.see("/audit")
    assert "added: Second" in page
    assert "127.0.0.1" in page
    assert viewer.get("/audit").status_code == 403


def test_older_deeds_are_a_page_further(store: redis.Redis, owner: Visitor) -> None:
    for number in range(120):
        note(store, Deed("Olga", "/x", Text(f"дело-{number:03}", f"deed-{number:03}")))
    first = owner.see("/audit")
    assert "deed-119" in first
    assert "deed-060" not in first
    before = first.partition("/audit?before=")[2].partition('"')[0]
    assert "deed-069" in owner.see(f"/audit?before={before}")
    assert "deed-119" in owner.see("/audit?before=nonsense")
