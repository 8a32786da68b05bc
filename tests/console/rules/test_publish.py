"""Publishing: only what was looked at, over what it started from; whatever stops it, nothing is lost or overwritten."""

from __future__ import annotations

import redis

from processor.rules.version import version_of
from processor.store.audit import deeds
from processor.store.drafts import draft_of
from processor.store.versions import newest, versions
from tests.console.rules.pages import FEW, SECRET, hidden, publish, recorded, rules_file, type_text
from tests.harness.visitor import Visitor
from tests.web.receiver import Receiver


def test_a_draft_becomes_the_rules_with_its_note(receiver: Receiver, store: redis.Redis, editor: Visitor) -> None:
    type_text(editor, "Оплатил", "Заплатил")
    page = editor.see("/rules/publish")
    assert '<span class="cut">-    then: {tags: &#34;Оплатил&#34;}</span>' in page
    assert '<span class="add">+    then: {tags: &#34;Заплатил&#34;}</span>' in page
    assert publish(editor, "Так понятнее").status_code == 303
    now = newest(store)
    assert now is not None
    assert (now.number, now.author, now.note, now.sort) == (2, "Egor", "Так понятнее", "published")
    text = rules_file(receiver).read_text("utf-8")
    assert "Заплатил" in text
    assert SECRET in text
    assert draft_of(store, "Egor") is None
    page = editor.see("/rules")
    assert "the rules are published: version 2" in page
    assert "version 2</a>, Egor" in page
    assert "Так понятнее" in page
    assert "/rules/publish" in [deed.what for deed in deeds(store, limit=5)]
    assert "There is nothing to publish" in editor.see("/rules/publish")


def test_faults_stop_it_and_without_a_draft_there_is_nothing(
    receiver: Receiver, store: redis.Redis, editor: Visitor
) -> None:
    assert editor.post("/rules/publish", over="0").status_code == 409
    type_text(editor, "order.paid", "order.payd")
    before = rules_file(receiver).read_text("utf-8")
    draft = draft_of(store, "Egor")
    assert draft is not None
    answer = editor.post("/rules/publish", over=str(draft.revision))
    assert answer.status_code == 422
    assert "Mend this first" in answer.text
    assert rules_file(receiver).read_text("utf-8") == before


def test_what_was_typed_after_the_look_is_not_published_unseen(
    receiver: Receiver, store: redis.Redis, editor: Visitor
) -> None:
    type_text(editor, "Оплатил", "Одно")
    over = hidden(editor.see("/rules/publish"), "over")
    type_text(editor, "Одно", "Другое")
    answer = editor.post("/rules/publish", over=over)
    assert answer.status_code == 409
    assert "look again" in answer.text
    assert len(versions(store)) == 1


def test_two_editors_both_keep_their_changes(
    receiver: Receiver, store: redis.Redis, editor: Visitor, second: Visitor
) -> None:
    type_text(editor, "Оплатил", "Егор")
    type_text(second, "tags: Заявка", "tags: Елена")
    assert publish(editor, "первая").status_code == 303
    over = hidden(second.see("/rules/publish"), "over")
    answer = second.post("/rules/publish", over=over)
    assert answer.status_code == 409
    for shown in ("What they changed", "What you changed", "Егор", "Елена", "version 2</a>, Egor", "первая"):
        assert shown in answer.text, shown
    assert SECRET not in answer.text
    assert "Елена" not in rules_file(receiver).read_text("utf-8")
    assert second.post("/rules/merge", how="top", over=over).status_code == 303
    assert publish(second).status_code == 303
    text = rules_file(receiver).read_text("utf-8")
    assert "Егор" in text
    assert "Елена" in text
    assert SECRET in text
    assert [one.author for one in versions(store)][:2] == ["Elena", "Egor"]


def test_changes_that_meet_are_brought_together_by_a_person(
    receiver: Receiver, store: redis.Redis, editor: Visitor, second: Visitor
) -> None:
    type_text(editor, "Оплатил", "Егор")
    type_text(second, "Оплатил", "Елена")
    assert publish(editor).status_code == 303
    page = second.see("/rules/publish")
    assert "meet in the same lines" in page
    assert "Put my changes on top" not in page
    over = hidden(page, "over")
    assert second.post("/rules/merge", how="top", over=over).status_code == 409
    assert second.post("/rules/publish", over=over).status_code == 409
    assert "Егор" in rules_file(receiver).read_text("utf-8"), "nothing is overwritten"
    type_text(second, '"Елена"', "[Егор, Елена]")
    assert second.post("/rules/merge", how="mine", over=hidden(second.see("/rules/publish"), "over")).status_code == 303
    assert publish(second).status_code == 303
    assert "[Егор, Елена]" in rules_file(receiver).read_text("utf-8")


def test_a_file_changed_on_disk_is_shown_and_not_overwritten(
    receiver: Receiver, store: redis.Redis, editor: Visitor
) -> None:
    type_text(editor, "Оплатил", "Заплатил")
    over = hidden(editor.see("/rules/publish"), "over")
    by_hand = "# by hand\n" + rules_file(receiver).read_text("utf-8")
    rules_file(receiver).write_text(by_hand, "utf-8")
    answer = editor.post("/rules/publish", over=over)
    assert answer.status_code == 409
    assert "+# by hand" in answer.text
    assert rules_file(receiver).read_text("utf-8") == by_hand
    recorded(store, version_of(by_hand))
    assert "changed on disk" in editor.see("/rules/publish")
    assert editor.post("/rules/merge", how="top", over=over).status_code == 303
    assert publish(editor).status_code == 303
    assert rules_file(receiver).read_text("utf-8") == by_hand.replace("Оплатил", "Заплатил")


def test_a_file_that_cannot_be_written_is_told_and_the_draft_stays(
    receiver: Receiver, store: redis.Redis, editor: Visitor
) -> None:
    type_text(editor, "Оплатил", "Заплатил")
    before = rules_file(receiver).read_text("utf-8")
    rules_file(receiver).chmod(0o444)
    answer = editor.post("/rules/publish", over=hidden(editor.see("/rules/publish"), "over"), note="Моя заметка")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "rules.yaml" in answer.text
    assert "Моя заметка" in answer.text
    assert rules_file(receiver).read_text("utf-8") == before
    draft = draft_of(store, "Egor")
    assert draft is not None
    assert "Заплатил" in draft.text
    rules_file(receiver).chmod(0o644)
    assert publish(editor).status_code == 303


def test_any_two_versions_are_compared_and_an_older_one_comes_back(
    receiver: Receiver, store: redis.Redis, editor: Visitor, viewer: Visitor
) -> None:
    first = rules_file(receiver).read_text("utf-8")
    for old, new in (("Оплатил", "Два"), ("Два", "Три")):
        type_text(editor, old, new)
        assert publish(editor, f"теперь {new}").status_code == 303
    page = viewer.see("/rules/history")
    for shown in ("теперь Два", "теперь Три", "Egor", "running"):
        assert shown in page, shown
    page = viewer.see("/rules/history?old=3&new=1")
    assert "Оплатил&#34;}</span>" in page
    assert "Три&#34;}</span>" in page
    assert "Два&#34;}" not in page
    assert "/rules/rollback" not in viewer.see("/rules/version/1")
    base = hidden(editor.see("/rules/version/1"), "base")
    assert editor.post("/rules/rollback", number="1", base=base, note="назад").status_code == 303
    assert rules_file(receiver).read_text("utf-8") == first
    now = newest(store)
    assert now is not None
    assert (now.number, now.sort, now.of, now.note) == (4, "rolled_back", 1, "назад")
    assert editor.post("/rules/rollback", number="2", base=base).status_code == 409, "somebody was faster"
    assert editor.post("/rules/rollback", number="77", base=base).status_code == 404
    assert viewer.get("/rules/history?old=1&new=x").status_code == 404


def test_a_version_that_is_wrong_by_now_does_not_come_back(
    receiver: Receiver, store: redis.Redis, editor: Visitor
) -> None:
    """The file was wrong when it was changed by hand; its text never became a version."""
    rules_file(receiver).write_text(FEW.replace("order.paid", "order.payd"), "utf-8")
    page = editor.see("/rules/text")
    assert "order.payd" in page
    type_text(editor, "order.payd", "order.paid", page)
    assert publish(editor).status_code == 303
    assert "order.paid}" in rules_file(receiver).read_text("utf-8")
