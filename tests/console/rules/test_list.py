"""The list of rules: sentences and numbers for everybody; what an editor does goes into a draft of theirs."""

from __future__ import annotations

import re

import redis

from processor.store.drafts import draft_of
from processor.store.keys import name_of
from tests.console.rules.pages import hidden, rules_file
from tests.harness.visitor import Visitor
from tests.web.receiver import Receiver


def _names(page: str) -> list[str]:
    return re.findall(r'<span class="n dim">\d+\.</span> ([^\n<]+)', page)


def _day(store: redis.Redis) -> int:
    seconds, _ = store.time()
    return int(seconds) // 86_400


def test_each_rule_reads_as_a_sentence_with_its_matches(
    receiver: Receiver, store: redis.Redis, viewer: Visitor
) -> None:
    today = _day(store)
    store.hset(name_of("counts", str(today)), mapping={"matched:Первое": 3, "matched:Второе": 1})
    store.hset(name_of("counts", str(today - 3)), mapping={"matched:Первое": 4})
    page = viewer.see("/rules")
    assert _names(page) == ["Первое", "Второе", "Третье"]
    assert (
        "When an order is created for 5000 or more and the UTM source is “yandex”, "
        "add the tag “Покупатель”, set the status “Новый заказ”." in page
    )
    assert re.search(r"today 3, in 7 days 7", page)
    assert re.search(r"today 1, in 7 days 1", page)
    assert "version 1</a>" in page
    assert 'name="do"' not in page, "a viewer changes nothing"
    viewer.post("/look", language="ru")
    assert "Когда создан заказ от 5000 и UTM-источник — «yandex», добавить тег «Покупатель»" in viewer.see("/rules")


def test_a_filter_finds_by_name_and_by_what_is_done(receiver: Receiver, viewer: Visitor) -> None:
    assert _names(viewer.see("/rules?q=второе")) == ["Второе"]
    assert _names(viewer.see("/rules?q=заявка")) == ["Третье"]
    assert "No rule has that in it" in viewer.see("/rules?q=nothing")


def test_what_is_done_to_a_rule_goes_into_the_draft_and_never_into_the_file(
    receiver: Receiver, store: redis.Redis, editor: Visitor, viewer: Visitor
) -> None:
    before = rules_file(receiver).read_text("utf-8")
    for done, rule in (("off", "Первое"), ("down", "Первое"), ("copy", "Второе"), ("delete", "Третье")):
        assert editor.post("/rules", do=done, rule=rule).status_code == 303
    assert rules_file(receiver).read_text("utf-8") == before
    page = editor.see("/rules")
    assert "only in your draft so far" in page or "Your draft" in page
    assert _names(page) == ["Второе", "Второе 2", "Первое"]
    assert page.count('<span class="mark">off</span>') == 2
    draft = draft_of(store, "Egor")
    assert draft is not None
    assert "- name: Первое # так\n" in draft.text, "comments stay"
    assert _names(viewer.see("/rules")) == ["Первое", "Второе", "Третье"]
    assert editor.post("/rules", do="on", rule="Первое").status_code == 303
    assert editor.see("/rules").count('<span class="mark">off</span>') == 1


def test_what_cannot_be_done_is_told(receiver: Receiver, editor: Visitor, store: redis.Redis) -> None:
    assert editor.post("/rules", do="off", rule="Nobody").status_code == 409
    assert editor.post("/rules", do="explode", rule="Первое").status_code == 404
    assert draft_of(store, "Egor") is None


def test_a_draft_with_faults_leaves_the_list_as_it_runs(receiver: Receiver, editor: Visitor) -> None:
    page = editor.see("/rules/text")
    editor.post("/rules/drafts", text="rules: [", base=hidden(page, "base"), over="0")
    page = editor.see("/rules")
    assert _names(page) == ["Первое", "Второе", "Третье"]
    assert "The draft has faults" in page
    assert 'name="do"' not in page


def test_warnings_stand_beside_the_rule(receiver: Receiver, editor: Visitor) -> None:
    editor.post("/rules", do="copy", rule="Второе")
    editor.post("/rules", do="on", rule="Второе 2")
    page = editor.see("/rules")
    inside = page.partition('id="r3"')[2].partition("</li>")[0]
    assert 'class="note"' in inside, inside


def test_others_see_that_somebody_has_a_draft(
    receiver: Receiver, editor: Visitor, second: Visitor, viewer: Visitor
) -> None:
    editor.post("/rules", do="off", rule="Первое")
    assert "Egor: has a draft that is not published" in second.see("/rules")
    assert "Egor:" not in viewer.see("/rules")
    assert "Egor:" not in editor.see("/rules")


def test_a_draft_is_dropped_only_as_it_was_shown(receiver: Receiver, store: redis.Redis, editor: Visitor) -> None:
    editor.post("/rules", do="off", rule="Первое")
    over = hidden(editor.see("/rules/publish"), "over")
    editor.post("/rules", do="off", rule="Второе")
    assert editor.post("/rules/drafts/drop", over=over).status_code == 409
    assert editor.post("/rules/drafts/drop", over=hidden(editor.see("/rules/publish"), "over")).status_code == 303
    assert draft_of(store, "Egor") is None
