"""1. An order in the shop becomes a contact in Watbot."""

from __future__ import annotations

from tests.harness.line import Line
from tests.story.senders import Shop


def test_a_signed_order_becomes_a_contact_with_tags_utm_and_status(line: Line, shop: Shop) -> None:
    """The example rules tag every buyer, remember where buyers came from, and tell the bot of large orders."""
    answer = shop.sends(number=1001, phone="+7 900 000-01-01", total="5400.00", utm={"source": "yandex"})
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")

    line.wait_until_quiet()
    anna = line.contacts()["79000000101"]
    assert anna["name"] == "Анна Примерова"
    assert anna["email"] == "anna@example.com"
    assert anna["tags"] == ["Покупатель", "Заказ 1001", "Крупный заказ", "Реклама: yandex"]
    assert anna["utm"] == {"utm_source": "yandex"}
    assert anna["status"] == "Новый заказ на 5400.00"


def test_the_second_sending_of_an_order_is_a_duplicate(line: Line, shop: Shop) -> None:
    """Shops repeat what they believe lost. The answer names the first delivery, and Watbot is not called again."""
    first = shop.sends(number=1002, phone="+7 900 000-01-02")
    line.wait_until_quiet()
    calls = len(line.calls())

    second = shop.sends(number=1002, phone="+7 900 000-01-02")
    assert (second.status_code, second.json()) == (200, {"id": first.json()["id"], "status": "duplicate"})
    line.wait_until_quiet()
    assert len(line.calls()) == calls


def test_an_order_with_a_wrong_signature_is_refused(line: Line) -> None:
    """Whoever does not know the shop's secret cannot write to anybody's contacts."""
    answer = Shop(line, secret="a guess").sends(number=1003, phone="+7 900 000-01-03")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "signature_mismatch"
    line.wait_until_quiet()
    assert "79000000103" not in line.contacts()
