"""The form of a rule, over HTTP: it writes into the visitor's draft, never into the file, and loses nothing."""

from __future__ import annotations

import re

import redis

from processor.clock import SystemClock
from processor.rules.book import RulesBook
from processor.store.drafts import draft_of
from tests.console.test_rule_round import rules_of
from tests.harness.html_form import fields_of
from tests.harness.visitor import Visitor
from tests.web.asking import lead, order
from tests.web.receiver import PHONE, Receiver
from workers.apply import Applier

NEW = {"name": "Дорогой заказ", "event.0": "order.created", "tags.0": "Дорогой", "enabled": "on"}
ROW = {"when.0.field": "order.total", "when.0.test": "at_least", "when.0.value.0": "5000"}


def _text(store: redis.Redis, user: str = "egor") -> str:
    draft = draft_of(store, user)
    assert draft is not None
    return draft.text


def applied(store: redis.Redis, receiver: Receiver) -> None:
    """A worker has gone through what came."""
    clock = SystemClock()
    book = RulesBook(receiver.folder / "rules.yaml", {}, demo=False, clock=clock)
    book.load()
    worker = Applier(store, book, clock, lambda: None, lambda: False, 60_000, 30)
    while worker.step():
        pass


def _event(visitor: Visitor) -> str:
    found = re.search(r"/events/([0-9a-f]{22})", visitor.see("/events"))
    assert found
    return found[1]


def test_a_rule_that_is_saved_as_it_was_opened_makes_no_draft(editor: Visitor, store: redis.Redis) -> None:
    fields = fields_of(editor.see("/rules/rule/0"))
    assert fields["name"] == "Каждый"
    answer = editor.send("/rules/rule/0/save", fields, do="save")
    assert answer.status_code == 303
    assert draft_of(store, "egor") is None


def test_a_new_rule_goes_into_the_draft_and_not_into_the_file(
    editor: Visitor, store: redis.Redis, receiver: Receiver
) -> None:
    answer = editor.send("/rules/rule/new/save", {**NEW, **ROW}, do="save")
    assert answer.headers["location"].endswith("/rules/rule/1")
    text = _text(store)
    assert text.startswith((receiver.folder / "rules.yaml").read_text("utf-8").rstrip("\n"))
    assert "order.total: {at_least: 5000}" in text
    assert len(rules_of(text)) == 2
    assert len(rules_of((receiver.folder / "rules.yaml").read_text("utf-8"))) == 1


def test_rows_come_and_go_without_anything_being_saved(editor: Visitor, store: redis.Redis) -> None:
    fields = fields_of(editor.see("/rules/rule/0"))
    more = fields_of(editor.send("/rules/rule/0/save", fields, do="add:when").text)
    assert more.keys() - fields.keys() >= {"when.0.field", "when.0.test", "when.0.value.0"}
    values = fields_of(editor.send("/rules/rule/0/save", more, do="add:when.0.value").text)
    assert "when.0.value.1" not in more
    assert "when.0.value.0" in values
    group = fields_of(editor.send("/rules/rule/0/save", more, do="add:any").text)
    assert "any.0.0.field" in group
    less = fields_of(editor.send("/rules/rule/0/save", group, do="drop:when.0").text)
    assert "when.0.field" not in less
    assert draft_of(store, "egor") is None


def test_a_fault_is_kept_in_the_draft_and_shown_in_its_place(editor: Visitor, store: redis.Redis) -> None:
    wrong = {**ROW, "when.0.field": "order.totl"}
    editor.send("/rules/rule/new/save", {**NEW, **wrong}, do="save")
    page = editor.see("/rules/rule/1")
    assert 'class="bad-line"' in page
    assert "an event has no field" in page
    assert "order.total" in page
    assert "order.totl" in _text(store)


def test_what_cannot_be_written_is_told_and_stays_filled_in(editor: Visitor, store: redis.Redis) -> None:
    answer = editor.send("/rules/rule/new/save", {**NEW, **{**ROW, "when.0.field": ""}}, do="save")
    assert answer.status_code == 422
    assert "names no field" in answer.text
    assert fields_of(answer.text)["tags.0"] == "Дорогой"
    assert draft_of(store, "egor") is None


def test_a_rule_changed_in_another_tab_is_not_overwritten(editor: Visitor, store: redis.Redis) -> None:
    fields = fields_of(editor.see("/rules/rule/0"))
    editor.send("/rules/rule/0/save", {**fields, "note": "first"}, do="save")
    answer = editor.send("/rules/rule/0/save", {**fields, "note": "second"}, do="save")
    assert answer.status_code == 409
    assert fields_of(answer.text)["note"] == "second"
    assert "note: first" in _text(store)


def test_the_form_offers_what_really_came_with_people_masked(
    editor: Visitor, receiver: Receiver, store: redis.Redis
) -> None:
    order(receiver)
    applied(store, receiver)
    page = editor.see("/rules/rule/new")
    assert '<option value="order.total">' in page
    assert '<option value="Покупатель">' in page
    assert re.search(r'<datalist id="values-\d+" data-path="order.status">', page)
    assert PHONE not in page


def test_an_event_that_matched_nothing_names_the_nearest_rule(
    editor: Visitor, receiver: Receiver, store: redis.Redis
) -> None:
    lead(receiver)
    applied(store, receiver)
    page = editor.see(f"/events/{_event(editor)}")
    assert "nearest: rule" in page
    assert "it lacked: event is order.created" in page


def test_an_event_begins_a_rule_and_becomes_an_example_of_one(
    editor: Visitor, receiver: Receiver, store: redis.Redis
) -> None:
    order(receiver)
    id_ = _event(editor)
    page = editor.see(f"/events/{id_}")
    assert f"watbot-hooks try rules.yaml {id_} --source shop" in page
    begun = fields_of(editor.see(f"/rules/rule/new?event={id_}"))
    assert (begun["event.0"], begun["source.0"]) == ("order.created", "shop")
    answer = editor.post("/rules/example", event=id_, part="0", rule="Каждый")
    assert answer.headers["location"].endswith("/rules/rule/0")
    text = _text(store)
    assert "examples:" in text
    assert "Покупатель" in text.partition("examples:")[2]
    assert PHONE not in text
    assert "+79000000001" in text
    assert "All passed: 1" in editor.see("/rules/examples")
    fields = fields_of(editor.see("/rules/rule/0"))
    failed = editor.send("/rules/rule/0/save", {**fields, "tags.0": "Другой"}, do="test").text
    assert "Failed: 1 of 1" in failed
    assert "- tags: Покупатель" in failed


def test_one_event_and_a_pasted_delivery_are_told_under_the_draft(
    editor: Visitor, receiver: Receiver, store: redis.Redis
) -> None:
    order(receiver)
    editor.send("/rules/rule/new/save", {**NEW, **{**ROW, "when.0.value.0": "9000000"}}, do="save")
    page = editor.see(f"/rules/try?event={_event(editor)}")
    assert "order.total" in page
    assert "at_least 9000000" in page
    assert "tag:Покупатель" in page
    pasted = editor.post(
        "/rules/try",
        source="crm",
        content_type="application/json",
        body='{"event": "order.paid", "order": {"total": 5}}',
    )
    assert pasted.status_code == 200
    assert "nearest" in pasted.text
    unread = editor.post("/rules/try", source="crm", content_type="application/json", body="{")
    assert unread.status_code == 422


def test_a_draft_is_rehearsed_on_what_came(
    editor: Visitor, viewer: Visitor, receiver: Receiver, store: redis.Redis
) -> None:
    for number in range(3):
        order(receiver, number)
    lead(receiver)
    editor.send("/rules/rule/new/save", NEW, do="save")
    page = editor.see("/rules/rehearse?go=1&limit=100")
    assert "Will get tag" in page
    assert "Дорогой" in page
    assert PHONE in page
    assert re.search(r"/events/[0-9a-f]{22}", page)
    masked = viewer.see("/rules/rehearse?go=1&limit=100&author=Egor")
    assert "Дорогой" in masked
    assert PHONE not in masked
    assert "Will get" not in viewer.see("/rules/rehearse?go=1&limit=100")
    assert "holds no such events" in editor.see("/rules/rehearse?go=1&since=2020-01-01&until=2020-01-02")


def test_a_draft_with_faults_is_not_rehearsed(editor: Visitor, store: redis.Redis) -> None:
    editor.send("/rules/rule/new/save", {**NEW, **{**ROW, "when.0.field": "order.totl"}}, do="save")
    answer = editor.get("/rules/rehearse?go=1")
    assert answer.status_code == 422
    assert "First mend the faults" in answer.text
    assert editor.post("/rules/try", source="crm", body="{}").status_code == 409


def test_a_viewer_opens_no_form(viewer: Visitor, store: redis.Redis) -> None:
    for path in ("/rules/rule/0", "/rules/rule/new", "/rules/examples"):
        assert viewer.get(path).status_code == 403
    assert viewer.send("/rules/rule/0/save", NEW).status_code == 403
