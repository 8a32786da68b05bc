"""The text of the rules: nothing typed is lost, faults are told in place, and secrets stay where they are."""

from __future__ import annotations

import redis

from processor.store.drafts import draft_of
from tests.console.rules.pages import FEW, SECRET, hidden, rules_file, shown_text, type_text
from tests.harness.visitor import Visitor
from tests.web.receiver import Receiver


def test_what_was_typed_is_there_again_also_when_it_is_no_yaml(
    receiver: Receiver, store: redis.Redis, editor: Visitor
) -> None:
    answer = type_text(editor, "- name: Второе", "- name: «[ Второе: {")
    assert answer.status_code == 200
    assert "Draft saved" in answer.text
    assert "Faults" in answer.text
    assert "- name: «[ Второе: {" in shown_text(editor.see("/rules/text"))
    draft = draft_of(store, "Egor")
    assert draft is not None
    assert draft.text.startswith(FEW.replace("- name: Второе", "- name: «[ Второе: {")), "also every line break"


def test_looking_and_checking_makes_no_draft(receiver: Receiver, store: redis.Redis, editor: Visitor) -> None:
    answer = type_text(editor, "Второе", "Второе")
    assert "No changes yet" in answer.text
    assert "No faults" in answer.text
    assert draft_of(store, "Egor") is None


def test_an_editor_sees_no_secret_and_saving_keeps_it(
    receiver: Receiver, store: redis.Redis, editor: Visitor, owner: Visitor
) -> None:
    page = editor.see("/rules/text")
    assert SECRET not in page
    assert "token: •••" in page
    type_text(editor, "Оплатил", "Заплатил", page)
    draft = draft_of(store, "Egor")
    assert draft is not None
    assert draft.text == rules_file(receiver).read_text("utf-8").replace("Оплатил", "Заплатил")
    for seen in (editor.see("/rules/publish"), editor.see("/rules/version/1"), owner.see("/rules/version/1")):
        assert SECRET not in seen
    assert SECRET in owner.see("/rules/text")


def test_a_sign_in_another_place_shows_no_secret_and_cannot_be_published(
    receiver: Receiver, store: redis.Redis, editor: Visitor
) -> None:
    page = editor.see("/rules/text")
    sign = shown_text(page).partition("token: ")[2].partition("}")[0]
    answer = type_text(editor, '"Оплатил"', sign, page)
    assert "the hidden secret cannot be put back here" in answer.text
    assert SECRET not in answer.text
    draft = draft_of(store, "Egor")
    assert draft is not None
    assert draft.text.count(SECRET) == 1
    answer = editor.post("/rules/publish", over=str(draft.revision))
    assert answer.status_code == 422
    assert "Mend this first" in answer.text


def test_faults_have_a_place_and_a_mend_to_press(receiver: Receiver, store: redis.Redis, editor: Visitor) -> None:
    answer = type_text(editor, "order.paid", "order.payd")
    assert 'href="#l12"' in answer.text
    assert 'name="mend" value="e0"' in answer.text
    answer = type_text(editor, "order.payd", "order.payd", answer.text, mend="e0")
    assert "No faults" in answer.text
    assert "event: order.paid" in shown_text(answer.text)
    draft = draft_of(store, "Egor")
    assert draft is not None
    assert "event: order.paid}" in draft.text
    assert type_text(editor, "order.paid", "order.paid", answer.text, mend="e7").status_code == 409


def test_a_check_alone_tells_faults_and_saves_nothing(receiver: Receiver, store: redis.Redis, editor: Visitor) -> None:
    answer = type_text(editor, "order.paid", "order.payd", part="check")
    assert "<html" not in answer.text
    assert "order.payd" in answer.text
    assert draft_of(store, "Egor") is None


def test_of_two_tabs_the_later_one_is_told_and_both_texts_stay(
    receiver: Receiver, store: redis.Redis, editor: Visitor
) -> None:
    first = editor.see("/rules/text")
    type_text(editor, "Оплатил", "Первая вкладка", first)
    answer = type_text(editor, "Оплатил", "Вторая вкладка", first)
    assert answer.status_code == 409
    assert "changed in another tab" in answer.text
    assert "Вторая вкладка" in shown_text(answer.text)
    assert "Первая вкладка" in shown_text(editor.see("/rules/text"))
    told = editor.post("/rules/drafts", text="x", base=hidden(first, "base"), over="0").text
    assert "changed in another tab" in told
    over = told.partition('name="over" value="')[2].partition('<button name="over" value="')[2].partition('"')[0]
    kept = editor.post("/rules/text", text=shown_text(answer.text), base=hidden(first, "base"), over=over)
    assert kept.status_code == 200
    draft = draft_of(store, "Egor")
    assert draft is not None
    assert "Вторая вкладка" in draft.text
    assert SECRET in draft.text


def test_the_page_is_told_that_the_file_changed(receiver: Receiver, editor: Visitor) -> None:
    page = editor.see("/rules/text")
    where = f"/rules/text?part=disk&base={hidden(page, 'base')}"
    assert editor.see(where).strip() == ""
    rules_file(receiver).write_text(FEW + "# by hand\n", "utf-8")
    assert "The rules file was changed meanwhile" in editor.see(where)
    rules_file(receiver).write_bytes(b"\xff")
    assert "not UTF-8" in editor.see(where)
    assert editor.get("/rules/text").status_code == 200
