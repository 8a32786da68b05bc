"""A rehearsal tells who would gain and lose what, by which rule and why, beside the published rules."""

from __future__ import annotations

from processor.domain.contact import ContactId
from processor.domain.known import Account, Known
from processor.domain.wish import Wish
from processor.rehearse.price import policy_of, replay_calls
from processor.rehearse.result import Pair, Rehearsed, Total
from processor.rehearse.run import rehearse
from processor.rehearse.why import sampled, why
from tests.rehearse.sample import PHONES, arrived, order, rules

BUYER = "{name: Покупатель, when: {event: order.created}, then: {tags: Покупатель}}"
LARGE = "{name: Крупный, when: {order.total: {at_least: 5000}}, then: {tags: Крупный, status: Крупный заказ}}"
LARGER = LARGE.replace("5000", "3000")
KEYS = tuple(f"1:whatsapp:{phone}" for phone in PHONES)


def _total(found: Rehearsed, kind: str, label: str) -> Total:
    (total,) = (total for total in found.totals if (total.kind, total.label) == (kind, label))
    return total


def test_a_lower_threshold_gives_the_tag_and_the_status_to_more_contacts() -> None:
    pairs = enumerate(zip(PHONES, (6000, 4000, 100), strict=True))
    orders = [arrived(n, order(phone, total=total)) for n, (phone, total) in pairs]
    found = rehearse(rules(BUYER, LARGE), rules(BUYER, LARGER), orders)
    assert (found.deliveries, found.contacts, found.changed) == (3, 3, 1)
    tag = _total(found, "tag", "Крупный")
    assert (tag.gained, tag.lost, tag.changed) == (1, 0, 0)
    assert [change.contact for change in tag.samples["gained"]] == [KEYS[1]]
    assert _total(found, "status", "Крупный заказ").gained == 1
    assert [(one.rule, one.before, one.after) for one in found.rules] == [("Покупатель", 3, 3), ("Крупный", 1, 2)]
    assert found.matchless.count == found.matched.count == 0


def test_an_example_says_which_condition_keeps_the_other_rule_from_matching() -> None:
    kept = arrived(1, order(total=4000))
    published, draft = rules(BUYER, LARGE), rules(BUYER, LARGER)
    found = rehearse(published, draft, [kept])
    gained = next(c for c in sampled(found) if c.element == "tag:Крупный")
    reason = why(gained, {kept.delivery.id: kept}, found)
    assert reason is not None
    assert (reason.rule, reason.outcome) == ("Крупный", "not matched")
    assert [(c.path, c.expected, c.actual) for c in reason.checks] == [("order.total", "5000", "4000")]
    found = rehearse(draft, published, [kept])
    lost = next(c for c in sampled(found) if c.element == "tag:Крупный")
    reason = why(lost, {kept.delivery.id: kept}, found)
    assert reason is not None
    assert [(c.path, c.expected) for c in reason.checks] == [("order.total", "5000")]


def test_an_example_says_when_the_other_file_has_no_such_rule_or_cannot_read_the_event() -> None:
    kept = arrived(1, order(total=6000))
    events = {kept.delivery.id: kept}
    found = rehearse(rules(), rules(BUYER), [kept])
    assert getattr(why(sampled(found)[0], events, found), "outcome", None) == "no rule"
    elsewhere = rules(BUYER, sources="sources:\n  other: {preset: generic, proof: none}\n")
    found = rehearse(elsewhere, rules(BUYER), [kept])
    assert getattr(why(sampled(found)[0], events, found), "outcome", None) == "no event"
    assert why(sampled(found)[0], {}, found) is None


def test_another_status_is_a_loss_of_the_one_and_a_gain_of_the_other() -> None:
    other = LARGE.replace("status: Крупный заказ", "status: Большой заказ")
    found = rehearse(rules(LARGE), rules(other), [arrived(1, order(total=6000))])
    assert _total(found, "status", "Крупный заказ").lost == 1
    assert _total(found, "status", "Большой заказ").gained == 1
    assert found.changed == 1


def test_texts_made_from_events_are_counted_together_under_their_template() -> None:
    tagged = '{name: Номер, when: {event: order.created}, then: {tags: [Покупатель, "Заказ {{ order.number }}"]}}'
    orders = [arrived(n, order(phone, number=str(n))) for n, phone in enumerate(PHONES)]
    found = rehearse(rules(), rules(tagged), orders)
    assert _total(found, "tag", "Заказ {{ order.number }}").gained == 3
    assert _total(found, "tag", "Покупатель").gained == 3
    assert found.appear.samples == KEYS
    assert found.disappear.count == 0


def test_a_variable_that_ends_with_another_value_has_changed() -> None:
    first = '{name: Сумма, when: {}, then: {variables: {Сумма: "{{ order.total }}"}}}'
    found = rehearse(rules(first), rules(first.replace("order.total", "order.number")), [arrived(1, order(total=5))])
    (total,) = found.totals
    assert (total.kind, total.label, total.gained, total.lost, total.changed) == ("variable", "Сумма", 0, 0, 1)
    (change,) = total.samples["changed"]
    assert change.before is not None
    assert change.after is not None
    assert (change.before.value, change.after.value) == ("5", "7")


def test_each_status_of_a_row_is_known_again_though_its_rule_stands_elsewhere() -> None:
    row = '{name: Каждый, when: {}, then: {status: {value: "{{ order.number }}", each: true}}}'
    above = "{name: Выше, when: {event: never}, then: {tags: Нет}}"
    assert rehearse(rules(row), rules(above, row), [arrived(1, order())]).changed == 0


def test_only_what_one_rule_decides_is_told_when_asked_so() -> None:
    kept = [arrived(1, order(total=6000))]
    found = rehearse(rules(), rules(BUYER, LARGE), kept, rule="Крупный")
    assert {total.label for total in found.totals} == {"Крупный", "Крупный заказ"}
    assert [one.rule for one in found.rules] == ["Крупный"]


def test_events_that_match_nothing_any_more_or_newly_match_are_counted() -> None:
    sent = [arrived(1, order()), arrived(2, order(event="order.paid"))]
    paid = BUYER.replace("order.created", "order.paid")
    found = rehearse(rules(BUYER), rules(paid), sent)
    assert found.matchless.samples == (sent[0].delivery.id,)
    assert found.matched.samples == (sent[1].delivery.id,)


def test_a_draft_with_another_mapping_reads_the_deliveries_anew() -> None:
    mapped = "sources:\n  shop: {preset: generic, proof: none, event: event, fields: {customer.phone: tel}}\n"
    sent = arrived(1, {"event": "order.created", "tel": PHONES[1], "customer": {"phone": PHONES[0]}})
    found = rehearse(rules(BUYER), rules(BUYER, sources=mapped), [sent])
    assert (found.appear.samples, found.disappear.samples) == ((KEYS[1],), (KEYS[0],))


def test_what_cannot_be_read_or_filled_in_is_counted_on_both_sides() -> None:
    coupon = '{name: Купон, when: {event: order.created}, then: {tags: "{{ order.coupon }}"}}'
    xml = "sources:\n  shop: {preset: woocommerce, secret: s}\n"
    sent = [arrived(1, order()), arrived(2, b'{"id": '), arrived(3, order(), source="gone")]
    found = rehearse(rules(BUYER), rules(coupon), sent)
    assert found.unreadable == Pair(1, 1)
    assert found.sourceless == Pair(1, 1)
    (trouble,) = found.troubles
    assert (trouble.rule, trouble.element, trouble.before, trouble.after) == ("Купон", "tag", 0, 1)
    assert trouble.event == sent[0].delivery.id
    assert rehearse(rules(BUYER), rules(BUYER, sources=xml), sent).unreadable.after >= 1


def test_what_happened_later_decides_whatever_came_first() -> None:
    """Stamps, not arrival: a delivery that comes late does not undo a newer one."""
    late = {"event": "order.created", "occurred_at": "2025-01-01T00:00:00Z", "customer": {"phone": PHONES[0]}}
    named = '{name: Статус, when: {}, then: {status: "{{ event }}"}}'
    found = rehearse(rules(), rules(named), [arrived(1, order(event="order.paid")), arrived(2, late)])
    assert found.wanted_after[KEYS[0]]["status"].value == "order.paid"


def test_one_by_one_each_element_that_changes_is_counted_once() -> None:
    both = rules(BUYER, LARGE)
    sent = [arrived(n, order(total=6000)) for n in range(3)]
    # The name with the first order alone, two tags attached, the status with each order.
    assert rehearse(rules(), both, sent).calls == Pair(0, 1 + 2 + 3)
    assert rehearse(rules(), both, sent, account=Account(tags="add")).calls == Pair(0, 1 + 3)


def _price(after: dict[str, Wish], before: dict[str, Wish], known: Known, delivered: dict[str, str]) -> int:
    contact, policy = ContactId(1, "whatsapp", PHONES[0]), policy_of(rules())
    return replay_calls(contact, after, before, {}, known, delivered, Account(), policy, now_ms=1_000)


def test_replaying_costs_only_what_is_not_so_already_and_nothing_that_was_outdone() -> None:
    def wish(element: str, value: object, at: int) -> Wish:
        return Wish(element=element, value=value, stamp=f"{at:014d}.{0:012d}", event="e", rule="r")

    known = Known(watbot_id=5, tags=("A",), seen_ms=900, fields={"name": "Анна"})
    tags = {"tag:A": wish("tag:A", True, 5), "tag:B": wish("tag:B", True, 5)}
    assert _price(tags, {}, known, {}) == 1
    status = {"status": wish("status", "Новый", 5)}
    delivered = {"status": status["status"].stamp}
    assert _price(status, status, known, delivered) == 0, "the same event has sent the same already"
    assert _price(status, {}, known, delivered) == 1, "the event would now send another"
    assert _price(status, {}, known, {"status": wish("status", "", 6).stamp}) == 0, "something newer was sent since"


THIRD = "{name: Третий, when: {event: order.created, earlier: {count: 2}}, then: {tags: Постоянный}}"
UNPAID = (
    "{name: Не оплатил, when: {event: order.created}, after: 1h, unless: {event: order.paid}, then: {tags: Не оплатил}}"
)


def test_what_came_before_is_counted_within_the_sample_in_the_order_of_stamps() -> None:
    late = {**order(), "occurred_at": "2025-01-01T00:00:00Z"}
    found = rehearse(rules(), rules(THIRD), [arrived(1, order()), arrived(2, order()), arrived(3, late)])
    assert found.looks_around
    # The one that came last happened first: the second to come is the third.
    assert found.wanted_after[KEYS[0]]["tag:Постоянный"].event == f"{2:022x}"
    assert [rule.after for rule in found.rules] == [1]


def test_a_delayed_rule_acts_unless_something_in_the_sample_makes_it_needless() -> None:
    sent = [
        arrived(1, order(PHONES[0])),
        arrived(2, order(PHONES[1])),
        arrived(3, order(PHONES[1], event="order.paid")),
    ]
    found = rehearse(rules(), rules(UNPAID), sent)
    assert (found.acted, found.cancelled) == (Pair(0, 1), Pair(0, 1))
    assert _total(found, "tag", "Не оплатил").gained == 1
    stamp = found.wanted_after[KEYS[0]]["tag:Не оплатил"].stamp
    assert int(stamp[:14]) == sent[0].since_ms + 3_600_000
    mirrored = rehearse(rules(UNPAID.replace("unless: {event: order.paid}, ", "")), rules(UNPAID), sent)
    (lost,) = _total(mirrored, "tag", "Не оплатил").samples["lost"]
    assert lost.contact == KEYS[1]
    assert getattr(why(lost, {kept.delivery.id: kept for kept in sent}, mirrored), "outcome", None) == "cancelled"
