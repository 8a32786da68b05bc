"""What the tests of the pages of rules share: a file, and ways to read and send the pages."""

from __future__ import annotations

import html
import re
from pathlib import Path

import httpx
import redis

from processor.store.versions import newest
from tests.harness.visitor import Visitor
from tests.harness.waiting import wait_until
from tests.web.receiver import Receiver

SECRET = "distinct-crm-token-4713"
FEW = f"""\
version: 1
bot: 1
sources:
  shop: {{preset: generic, proof: none, event: type}}
  crm: {{preset: generic, token: {SECRET}}}
rules:
  - name: Первое # так
    when: {{event: order.created, order.total: {{at_least: 5000}}, utm.source: yandex}}
    then: {{tags: Покупатель, status: Новый заказ}}

  - name: Второе
    when: {{event: order.paid}}
    then: {{tags: "Оплатил"}}

  - name: Третье
    when: {{event: form.submitted}}
    then: {{tags: Заявка}}
"""

_TEXTAREA = re.compile(r"<textarea[^>]*>\n(.*?)</textarea>", re.DOTALL)


def recorded(store: redis.Redis, version: str) -> None:
    """Wait until the receiver runs this version and has recorded it."""

    def is_newest() -> bool:
        now = newest(store)
        return now is not None and now.version == version

    wait_until(is_newest, timeout_s=20, what=f"version {version} is recorded")


def rules_file(receiver: Receiver) -> Path:
    """The file that the receiver runs."""
    return receiver.folder / "rules.yaml"


def hidden(page: str, name: str) -> str:
    """The last hidden field of this name on the page."""
    found = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', page)
    assert found, f"no {name} on the page"
    return html.unescape(found[-1])


def shown_text(page: str) -> str:
    """What stands in the page's text."""
    found = _TEXTAREA.search(page)
    assert found, page[:2000]
    return html.unescape(found[1])


def type_text(visitor: Visitor, old: str, new: str, page: str = "", **more: str) -> httpx.Response:
    """Change the text as a browser without scripts would: open it, type, send the whole form."""
    page = page or visitor.see("/rules/text")
    text = shown_text(page)
    assert old in text, text
    sent = text.replace(old, new).replace("\n", "\r\n")
    return visitor.post(
        "/rules/text", headers=None, text=sent, base=hidden(page, "base"), over=hidden(page, "over"), **more
    )


def publish(visitor: Visitor, note: str = "") -> httpx.Response:
    """Look at what would change, and publish it."""
    return visitor.post("/rules/publish", over=hidden(visitor.see("/rules/publish"), "over"), note=note)
